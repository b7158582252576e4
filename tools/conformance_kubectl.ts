/**
 * Compares how kubectl and this library read odd kubeconfigs: `deno task conformance:kubectl [--cases N] [--seed S]`.
 *
 * Needs kubectl 1.32 or later on PATH. A case that differs is printed with its seed, shrunk; `--seed S --cases 1` runs
 * that one again. Exits with 1 when a difference is not among the deviations of docs/deviations.md.
 */
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { decodeUnicode } from "../encoding/unicode.ts";
import { parseYaml } from "../encoding/yaml.ts";
import { loadKubeconfig } from "../kubeconfig/load.ts";
import type { Kubeconfig } from "../kubeconfig/types.ts";
import { type Case, generateCase } from "./kubectl/generate.ts";
import { canonical, canonicalWithPaths } from "./kubectl/normalise.ts";
import { shrink } from "./kubectl/shrink.ts";

/** What one side makes of a case. */
interface Reading<T> {
  /** What it read; absent when it refused. */
  readonly config?: T;
  /** Why it is refused. */
  readonly error?: string;
}

const unexplained = "differ without an explanation";
const { values } = parseArgs({
  options: { cases: { type: "string", default: "1000" }, seed: { type: "string", default: "1" } },
});
const cases = Number(values.cases);
const firstSeed = Number(values.seed);
const root = mkdtempSync(join(tmpdir(), "kubecred-conformance-"));

/** What a difference may be put down to. Each is a row of docs/deviations.md, and is counted by name. */
const deviations: readonly {
  readonly name: string;
  applies(sides: { readonly theirs: Reading<string>; readonly ours: Reading<string>; readonly example: Case }): boolean;
}[] = [
  { name: "nesting over 1,000 levels", applies: ({ ours }) => /nesting exceeded maxDepth/.test(ours.error ?? "") },
  {
    name: "bytes behind the first document",
    applies: ({ ours }) => /it is not UTF-(?:8|16) text/.test(ours.error ?? ""),
  },
  {
    name: "line breaks of YAML 1.1 (NEL, LS, PS)",
    applies: ({ example }) => Object.values(example.files).some((file) => oldBreaks.test(decodeUnicode(file))),
  },
  {
    name: "YAML 1.2 takes text that libyaml refuses",
    applies: ({ theirs, ours }) => ours.config !== undefined && /: yaml: /.test(theirs.error ?? ""),
  },
  {
    name: "libyaml takes text that YAML 1.2 refuses",
    applies: ({ theirs, ours }) => theirs.config !== undefined && grammar.test(ours.error ?? ""),
  },
];
const oldBreaks = /[\x85\u2028\u2029]/;
const grammar =
  /error loading config file "[^"]*": line \d+, column \d+: (?!a number|a value|document contains|duplicate)/;

try {
  await main();
} finally {
  rmSync(root, { recursive: true });
}

async function main(): Promise<void> {
  console.log(`kubectl ${kubectlVersion()}, ${cases} cases from seed ${firstSeed}`);
  const started = performance.now();
  const tally = new Map([["read alike", 0], ["refused by both", 0], [unexplained, 0]]);
  let next = firstSeed;
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${cases} cases in ${seconds} s`);
  for (const [outcome, count] of tally) console.log(`${String(count).padStart(8)} ${outcome}`);
  if (tally.get(unexplained)! > 0) process.exitCode = 1;

  async function worker(): Promise<void> {
    while (next < firstSeed + cases) {
      const example = generateCase(next++);
      const outcome = await compare(example);
      tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
      if (outcome === unexplained) await report(example);
    }
  }
}

function kubectlVersion(): string {
  try {
    const { clientVersion } = JSON.parse(execFileSync("kubectl", ["version", "--client", "-o", "json"]).toString());
    return clientVersion.gitVersion;
  } catch (error) {
    throw new Error("Cannot compare with kubectl: it is not on PATH. Install kubectl 1.32 or later", { cause: error });
  }
}

async function compare(example: Case): Promise<string> {
  const [theirs, ours] = await readBoth(example);
  if (theirs.config === ours.config) return ours.config === undefined ? "refused by both" : "read alike";
  return deviations.find(({ applies }) => applies({ theirs, ours, example }))?.name ?? unexplained;
}

async function report(example: Case): Promise<void> {
  const small = await shrink(example, async (smaller) => await compare(smaller) === unexplained);
  const [theirs, ours] = await readBoth(small);
  console.log(`\nseed ${example.seed}${small.minify ? ", minify" : ""}`);
  for (const [path, bytes] of Object.entries(small.files)) {
    console.log(`${path}: ${JSON.stringify(new TextDecoder().decode(bytes))}`);
  }
  console.log(`list:    ${JSON.stringify(small.list)}`);
  console.log(`kubectl: ${theirs.config ?? theirs.error}`);
  console.log(`ours:    ${ours.config ?? ours.error}`);
}

async function readBoth(example: Case): Promise<[Reading<string>, Reading<string>]> {
  const folder = mkdtempSync(join(root, "case-"));
  try {
    for (const [path, bytes] of Object.entries(example.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const [theirs, ours] = await Promise.all([readTheirs(example, folder), readOurs(example, folder)]);
    return [
      { ...theirs, config: theirs.config && canonicalWithPaths(theirs.config, ours.config) },
      { ...ours, config: ours.config && canonical(ours.config) },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readTheirs({ files, list, minify }: Case, folder: string): Promise<Reading<Record<string, unknown>>> {
  const args = ["config", "view", "--raw", "--merge", "-o", "json"];
  if (minify) args.push("--minify");
  if (!list) args.push("--kubeconfig", join(folder, Object.keys(files)[0]!));
  const env = { PATH: process.env.PATH, HOME: folder, ...(list && { KUBECONFIG: pathList(list, folder) }) };
  return new Promise((resolve) => {
    execFile("kubectl", args, { env, cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error) resolve({ error: stderr.trim() });
      else resolve({ config: parseYaml(stdout).value as Record<string, unknown> });
    });
  });
}

async function readOurs({ files, list, minify }: Case, folder: string): Promise<Reading<Kubeconfig>> {
  const variables: Record<string, string> = { HOME: folder, ...(list && { KUBECONFIG: pathList(list, folder) }) };
  const platform = { env: (name: string) => variables[name], home: () => folder, cwd: () => folder };
  try {
    const path = list ? undefined : join(folder, Object.keys(files)[0]!);
    const kubeconfig = await loadKubeconfig({ path, platform });
    return { config: minify ? minified(kubeconfig) : kubeconfig };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function pathList(list: readonly string[], folder: string): string {
  return list.map((path) => path && join(folder, path)).join(":");
}

// kubectl's own rule, client-go tools/clientcmd/api/helpers.go MinifyConfig.
function minified(kubeconfig: Kubeconfig): Kubeconfig {
  const current = kubeconfig["current-context"];
  const contexts = kubeconfig.contexts.filter(({ name }) => name === current);
  if (!current || contexts.length === 0) throw new Error("cannot locate context");
  const { cluster, user } = contexts[0]!.context;
  const clusters = kubeconfig.clusters.filter(({ name }) => cluster && name === cluster);
  const users = kubeconfig.users.filter(({ name }) => user && name === user);
  if (cluster && clusters.length === 0) throw new Error("cannot locate cluster");
  if (user && users.length === 0) throw new Error("cannot locate user");
  return { ...kubeconfig, contexts, clusters, users };
}
