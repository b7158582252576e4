/**
 * Runs every test file on Deno, Node and Bun, each in a process of its own, and every example of the documentation on
 * Deno. Files named `*_deno_test.ts` run on Deno alone.
 *
 *     deno task test [--runtime deno|node|bun] [file or folder ...]
 *
 * Whole runs also check that each runtime ran the same tests, and exactly the conformance IDs that it has to. In CI a
 * skipped test is a failure, because all that a test needs is there.
 */
import { requiredIds } from "../tests/conformance/ids.ts";
import { filesUnder, shippedModules } from "./files.ts";
import { runExamples } from "./runner/examples.ts";
import { type FileRun, runFile } from "./runner/job.ts";
import { bun, deno, node, type Runtime } from "./runner/runtimes.ts";
import { fileProblems, idProblems } from "./runner/verify.ts";

const { only, paths } = parseArguments(Deno.args);
const whole = only === undefined && paths.length === 0;
const strict = Deno.env.get("CI") === "true";

await installDependencies();
const runtimes = await chosenRuntimes();
const files = await filesUnder(paths.length > 0 ? paths : ["tests"], (name) => name.endsWith("_test.ts"));
const reports = await Deno.makeTempDir({ prefix: "kubecred-test-" });
let runs: FileRun[];
try {
  runs = await inParallel(await jobs(), navigator.hardwareConcurrency);
} finally {
  await Deno.remove(reports, { recursive: true });
}
const problems = whole ? findProblems() : [];
Deno.exitCode = summarise() ? 0 : 1;

function parseArguments(args: readonly string[]): { only: string | undefined; paths: string[] } {
  const rest = [...args];
  const at = rest.indexOf("--runtime");
  const chosen = at < 0 ? undefined : rest.splice(at, 2)[1];
  return { only: chosen, paths: rest };
}

/** Node and Bun find packages in node_modules, which Deno lays out. */
async function installDependencies(): Promise<void> {
  const install = new Deno.Command(Deno.execPath(), { args: ["install", "--quiet"], stdin: "null" });
  if (!(await install.output()).success) throw new Error("Cannot install dependencies: deno install failed");
}

async function chosenRuntimes(): Promise<Runtime[]> {
  const makers = { deno, node, bun };
  const names = Object.keys(makers).filter((name) => only === undefined || name === only) as (keyof typeof makers)[];
  if (names.length === 0) throw new Error(`Cannot run tests on "${only}": name deno, node or bun`);
  return await Promise.all(names.map((name) => makers[name]()));
}

async function jobs(): Promise<(() => Promise<FileRun>)[]> {
  const list: (() => Promise<FileRun>)[] = [];
  if (whole) {
    const pages = await filesUnder(["README.md", "docs"], (name) => name.endsWith(".md"));
    const examples = [...await shippedModules(), ...pages];
    list.push(() => runExamples(deno(), examples, `${reports}/documentation.xml`));
  }
  for (const file of files) {
    for (const runtime of runtimes) {
      if (runtime.name !== "deno" && file.endsWith("_deno_test.ts")) continue;
      const report = `${reports}/${runtime.name}-${file.replaceAll("/", "-")}.xml`;
      list.push(() => runFile(runtime, file, report));
    }
  }
  return list;
}

async function inParallel(list: readonly (() => Promise<FileRun>)[], width: number): Promise<FileRun[]> {
  const done: FileRun[] = [];
  const queue = list.values();
  await Promise.all(Array.from({ length: width }, async () => {
    for (const job of queue) {
      const run = await job();
      done.push(run);
      show(run);
    }
  }));
  return done;
}

function show(run: FileRun): void {
  const failed = run.cases.filter((test) => test.outcome === "failed");
  const seconds = (run.duration / 1000).toFixed(1);
  console.log(
    `${failed.length > 0 ? "FAIL" : "ok  "} ${run.runtime.padEnd(5)} ${run.file} (${run.cases.length}, ${seconds} s)`,
  );
  for (const test of failed) console.log(`     ${test.name}\n${test.message.replace(/^/gm, "       ")}`);
}

function findProblems(): string[] {
  const found: string[] = [];
  for (const file of files) {
    const same = runs.filter((run) => run.file === file);
    if (same.some((run) => run.cases.some((test) => test.outcome === "failed"))) continue;
    found.push(...fileProblems(same).map((text) => `${file}: ${text}`));
  }
  for (const { name } of runtimes) {
    const cases = runs.filter((run) => run.runtime === name).flatMap((run) => run.cases);
    found.push(...idProblems(cases, requiredIds).map((text) => `${name}: ${text}`));
  }
  if (strict) {
    for (const run of runs) {
      for (const test of run.cases) {
        if (test.outcome === "skipped") {
          found.push(`${run.runtime}: ${run.file}: ${test.name} is skipped ${test.message}`);
        }
      }
    }
  }
  return found;
}

function summarise(): boolean {
  const failures = runs.flatMap((run) =>
    run.cases.filter((test) => test.outcome === "failed").map((test) => `${run.runtime}: ${run.file}: ${test.name}`)
  );
  if (failures.length + problems.length > 0) console.log(`\n${[...failures, ...problems].join("\n")}`);
  console.log();
  for (const { name, version } of runtimes) {
    const own = runs.filter((run) => run.runtime === name);
    const seconds = own.reduce((sum, run) => sum + run.duration, 0) / 1000;
    console.log(`${`${name} ${version}`.padEnd(14)} ${counts(own)} in ${own.length} files, ${seconds.toFixed(1)} s`);
  }
  const total = runs.flatMap((run) => run.cases).length;
  console.log(counts(runs, problems.length));
  return failures.length + problems.length === 0 && total > 0;
}

function counts(some: readonly FileRun[], more = 0): string {
  const count = { passed: 0, failed: more, skipped: 0 };
  for (const test of some.flatMap((run) => run.cases)) count[test.outcome]++;
  return `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`;
}
