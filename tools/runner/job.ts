import { parseJunit, type TestCase } from "./junit.ts";
import type { Runtime } from "./runtimes.ts";

/** What one file did on one runtime. */
export interface FileRun {
  /** The runtime. */
  readonly runtime: string;
  /** The test file. */
  readonly file: string;
  /** Its tests; one that failed by the file's name when the file itself did. */
  readonly cases: readonly TestCase[];
  /** Milliseconds that it took. */
  readonly duration: number;
}

/** How to run tests. */
interface RunOptions {
  readonly args: string[];
  readonly report: string;
  readonly env?: Record<string, string>;
}

/** No test file is near this on a slow machine; one that is has hung, or holds something open. */
const fileTimeout = 60_000;

/**
 * Runs one test file in a process of its own.
 *
 * @param runtime The runtime
 * @param file The test file
 * @param report Where the runtime writes its JUnit report
 * @returns The tests that ran, never none
 */
export function runFile(runtime: Runtime, file: string, report: string): Promise<FileRun> {
  return runTests(runtime, file, { args: argumentsFor(runtime, file, report), report });
}

/**
 * Runs tests in a process of their own.
 *
 * @param runtime The runtime
 * @param file What to call them
 * @param options Arguments for the runtime, where it writes its JUnit report, and variables to add to its environment
 * @returns The tests that ran, never none
 */
export async function runTests(runtime: Runtime, file: string, options: RunOptions): Promise<FileRun> {
  const { args, report, env = {} } = options;
  const started = performance.now();
  const { code, log, timedOut } = await run(runtime.program, args, env);
  const cases = parseJunit(await readReport(report), file);
  const failure = fault();
  if (failure) cases.push({ name: file, outcome: "failed", message: `${failure}\n${tail(log)}` });
  return { runtime: runtime.name, file, cases, duration: performance.now() - started };

  function fault(): string | undefined {
    if (timedOut) return `did not end within ${fileTimeout / 1000} s: it hangs, or leaks what keeps the process alive`;
    if (code !== 0 && !cases.some((test) => test.outcome === "failed")) return `ended with exit code ${code}`;
    if (cases.length === 0) return "holds no test";
  }
}

function argumentsFor(runtime: Runtime, file: string, report: string): string[] {
  if (runtime.name === "deno") {
    return ["test", "--no-check", "--allow-all", "--preload", "tools/sanitize.ts", `--junit-path=${report}`, file];
  }
  if (runtime.name === "node") {
    const quiet = ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--disable-warning=ExperimentalWarning"];
    return [...quiet, "--test-reporter=junit", `--test-reporter-destination=${report}`, file];
  }
  return ["test", "--timeout=60000", "--reporter=junit", `--reporter-outfile=${report}`, `./${file}`];
}

async function run(
  program: string,
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number; log: string; timedOut: boolean }> {
  const child = new Deno.Command(program, {
    args,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const log = { text: "" };
  const reading = [collect(child.stdout, log), collect(child.stderr, log)];
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, fileTimeout);
  const { code } = await child.status;
  clearTimeout(timer);
  // A process that a test left behind may hold the pipes open, so they get a moment and no more.
  let grace: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([Promise.all(reading), new Promise((resolve) => grace = setTimeout(resolve, 2_000))]);
  clearTimeout(grace);
  return { code, log: log.text, timedOut };
}

async function collect(stream: ReadableStream<Uint8Array>, log: { text: string }): Promise<void> {
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) log.text += chunk;
}

async function readReport(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function tail(log: string): string {
  return log.trimEnd().split("\n").slice(-30).join("\n");
}
