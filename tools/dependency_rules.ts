/** One import of one module by another, both as paths from the project's root; a package by its bare name. */
export interface Import {
  /** Module that imports. */
  readonly from: string;
  /** Module or package that is imported. */
  readonly to: string;
  /** Whether only types are imported, which leaves nothing at run time. */
  readonly typeOnly: boolean;
}

/** What each room may import beside itself: rooms of which all is open, and rooms of which only types are. */
const rooms: Readonly<Record<string, { readonly all: readonly string[]; readonly types: readonly string[] }>> = {
  errors: { all: [], types: [] },
  redact: { all: [], types: [] },
  version: { all: [], types: [] },
  encoding: { all: ["errors"], types: [] },
  platform: { all: ["errors", "encoding"], types: [] },
  kubeconfig: { all: ["errors", "redact", "encoding", "platform"], types: [] },
  auth: { all: ["errors", "redact", "encoding", "platform"], types: ["kubeconfig"] },
  client: { all: ["errors", "redact", "version", "encoding", "platform"], types: ["auth", "kubeconfig"] },
  testing: { all: ["errors", "encoding", "platform"], types: ["auth", "kubeconfig"] },
  connect: { all: ["errors", "redact", "version", "encoding", "platform", "kubeconfig", "auth", "client"], types: [] },
  mod: { all: ["errors", "kubeconfig", "auth", "client", "connect"], types: ["platform"] },
};

/** Beginning of the paths that may import each package. */
const packages: Readonly<Record<string, string>> = { "js-yaml": "encoding/yaml" };

/** Where a runtime's globals may be touched. */
const runtimeRooms = ["platform", "testing"];
const runtimeGlobal = /(?<!["'./\w])(?:Deno|process|Bun)\.|\bglobalThis\.(?:Deno|process|Bun)\b/;

/**
 * The room of a module: the name of its folder, or of the file itself at the root.
 *
 * @param path Path from the project's root
 * @returns The room
 */
function roomOf(path: string): string {
  return path.split("/")[0]?.replace(/\.ts$/, "") ?? "";
}

/**
 * Reads the imports and re-exports of a module, dynamic ones included.
 *
 * @param path Path from the project's root
 * @param text Its source
 * @returns One entry for each statement
 */
export function importsOf(path: string, text: string): Import[] {
  const statement =
    /\b(?:import|export)\s+(type\s)?(?:[\w*{}\s,$]+?\sfrom\s+)?["']([^"'\n]+)["']|\bimport\(\s*["']([^"'\n]+)["']/g;
  return [...withoutComments(text).matchAll(statement)].map(([, type, from, dynamic]) => {
    const specifier = from ?? dynamic ?? "";
    const to = specifier.startsWith(".") ? new URL(specifier, `file:///${path}`).pathname.slice(1) : specifier;
    return { from: path, to, typeOnly: type !== undefined };
  });
}

/**
 * Holds imports against the rules of the rooms.
 *
 * @param imports Every import of every shipped module
 * @returns One line for each import that breaks a rule
 */
export function checkImports(imports: readonly Import[]): string[] {
  return imports.flatMap(({ from, to, typeOnly }) => {
    if (to.startsWith("node:")) {
      const allowed = typeOnly && runtimeRooms.includes(roomOf(from));
      return allowed ? [] : [`${from} imports ${to}: built-ins come from process.getBuiltinModule, in platform`];
    }
    if (!to.endsWith(".ts")) {
      const place = packages[to];
      return place && from.startsWith(place) ? [] : [`${from} imports ${to}: ${place ?? "no file"} may`];
    }
    const [own, other] = [roomOf(from), roomOf(to)];
    const rule = rooms[own];
    if (!rule) return [`${from} is in no room`];
    if (own === other || rule.all.includes(other)) return [];
    if (!rule.types.includes(other)) return [`${from} imports ${to}: ${own} must not know ${other}`];
    return typeOnly ? [] : [`${from} imports ${to}: ${own} may import types of ${other} only`];
  });
}

/**
 * Finds modules that import each other in a circle. Imports of types alone do not count: they are gone at run time.
 *
 * @param imports Every import of every shipped module
 * @returns One line for each circle
 */
export function findCycles(imports: readonly Import[]): string[] {
  const next = Map.groupBy(imports.filter((one) => !one.typeOnly), (one) => one.from);
  const done = new Set<string>();
  const cycles: string[] = [];
  for (const start of next.keys()) visit(start, []);
  return cycles;

  function visit(module: string, path: readonly string[]): void {
    const at = path.indexOf(module);
    if (at >= 0) cycles.push(`modules import each other: ${[...path.slice(at), module].join(" -> ")}`);
    if (at >= 0 || done.has(module)) return;
    for (const { to } of next.get(module) ?? []) visit(to, [...path, module]);
    done.add(module);
  }
}

/**
 * Holds the text of one shipped module against the rules that need no import graph.
 *
 * @param path Path from the project's root
 * @param text Its source
 * @returns One line for each rule that it breaks
 */
export function checkText(path: string, text: string): string[] {
  const code = withoutComments(text);
  const problems: string[] = [];
  const lines = text.split("\n").length - 1;
  if (lines > 400) problems.push(`${path} has ${lines} lines: more than 400`);
  if (/^export \*/m.test(code) && !path.endsWith("mod.ts")) {
    problems.push(`${path} has an "export *": barrels alone pass on whole modules`);
  }
  code.split("\n").forEach((line, index) => {
    if (!runtimeRooms.includes(roomOf(path)) && runtimeGlobal.test(line)) {
      problems.push(`${path}:${index + 1} touches a runtime's globals: only ${runtimeRooms.join(" and ")} may`);
    }
  });
  return problems;
}

/** Line numbers stay as they are. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, "")).replace(/(?<!:)\/\/.*/g, "");
}
