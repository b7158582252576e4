/** What `deno doc --json` says of one module, as far as it is read here. */
export interface ModuleDoc {
  /** The comment at the head of the module. */
  readonly module_doc?: { readonly doc?: string };
  /** Its exports. */
  readonly symbols: readonly {
    readonly name: string;
    readonly declarations: readonly {
      readonly kind: string;
      readonly declarationKind: string;
      readonly jsDoc?: { readonly doc?: string; readonly tags?: readonly { readonly kind: string }[] };
    }[];
  }[];
}

/**
 * Holds the documentation of one public module against what `deno doc --lint` leaves open.
 *
 * @param path Path of the module
 * @param doc What `deno doc --json` says of it
 * @returns One line for each export without a summary, and for each function without an example
 */
export function symbolProblems(path: string, doc: ModuleDoc): string[] {
  const problems: string[] = [];
  if (!doc.module_doc?.doc) problems.push(`${path} has no module documentation`);
  for (const { name, declarations } of doc.symbols) {
    for (const { kind, declarationKind, jsDoc } of declarations) {
      if (declarationKind !== "export") continue;
      if (!jsDoc?.doc) problems.push(`${path}: ${name} has no summary`);
      const shown = jsDoc?.tags?.some((tag) => tag.kind === "example") ?? false;
      if (kind === "function" && !shown) problems.push(`${path}: ${name}() has no example`);
    }
  }
  return problems;
}

/**
 * Compares the table of error codes with the codes themselves.
 *
 * @param table `docs/errors.md`
 * @param source `errors.ts`
 * @returns One line when they differ, in content or in order
 */
export function errorTableProblems(table: string, source: string): string[] {
  const union = /export type ErrorCode =([^;]*);/.exec(source)?.[1] ?? "";
  const codes = [...union.matchAll(/"([a-z_]+)"/g)].map((match) => match[1]);
  const rows = [...table.matchAll(/^\| `([a-z_]+)` +\|/gm)].map((match) => match[1]);
  if (codes.length > 0 && codes.join() === rows.join()) return [];
  return [`docs/errors.md lists ${rows.join(", ") || "nothing"}; errors.ts has ${codes.join(", ") || "nothing"}`];
}

/**
 * Checks that each row of a table of deviations names tests that exist, in its last column, each in backquotes.
 *
 * @param table `docs/deviations.md`
 * @param tests The text of all test files
 * @returns One line for each row that names no test, and for each test that is not there
 */
export function deviationProblems(table: string, tests: string): string[] {
  const rows = table.split("\n").filter((line) => /^\| (?!---|Where )/.test(line));
  if (rows.length === 0) return ["docs/deviations.md has no row"];
  return rows.flatMap((row) => {
    const cells = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const named = [...(cells.at(-2) ?? "").matchAll(/`([^`]+)`/g)].map((match) => match[1] as string);
    if (named.length === 0) return [`docs/deviations.md names no test for "${cells[1]}"`];
    return named.filter((name) => !tests.includes(name)).map((name) =>
      `docs/deviations.md: no test is named "${name}"`
    );
  });
}
