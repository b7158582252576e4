import type { Runtime } from "../tools/runner/runtimes.ts";

/** What a row found on one runtime. */
export interface Finding {
  /** What stands in the table. */
  readonly text: string;
  /** Whether the target is met. */
  readonly met: boolean;
  /** Figures behind it, for `--json`. */
  readonly figures: Readonly<Record<string, unknown>>;
}

/** The server of the timed rows. */
export interface Server {
  /** Its address. */
  readonly url: string;
  /** Its CA, PEM, also in a file. */
  readonly ca: string;
  readonly caFile: string;
  /** Bytes of the list. */
  readonly bytes: number;
  stop(): Promise<void>;
}

/** Runs longer than this have hung. */
const childTimeout = 300_000;

/**
 * The arguments with which a runtime runs a program unbuilt.
 *
 * @param runtime The runtime
 * @param file The program
 * @returns All arguments
 */
export function argumentsFor(runtime: Runtime, file: string): string[] {
  if (runtime.name === "deno") return ["run", "--allow-all", file];
  if (runtime.name === "bun") return ["run", file];
  return ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--disable-warning=ExperimentalWarning", file];
}

/**
 * Runs one measurement in a process of its own.
 *
 * @param runtime The runtime
 * @param task Name of a program in `tasks/`
 * @param given What it is given, and its environment
 * @returns The object that it printed last
 */
export async function runTask<T>(
  runtime: Runtime,
  task: string,
  { input = {}, env = {} }: { input?: unknown; env?: Record<string, string> } = {},
): Promise<T> {
  const { success, stdout } = await new Deno.Command(runtime.program, {
    args: [...argumentsFor(runtime, `bench/tasks/${task}.ts`), JSON.stringify(input)],
    env,
    stdin: "null",
    stderr: "inherit",
    signal: AbortSignal.timeout(childTimeout),
  }).output();
  if (!success) throw new Error(`Cannot measure ${task} on ${runtime.name}: it failed`);
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1) ?? "");
}

/**
 * Starts the server of the timed rows.
 *
 * @returns Where it is; stop it
 */
export async function startServer(): Promise<Server> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "bench/server.ts"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  let text = "";
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error("Cannot start the server of the benchmark");
    text += value;
  }
  const started: { url: string; ca: string; bytes: number } = JSON.parse(text);
  const caFile = await Deno.makeTempFile({ suffix: ".pem" });
  await Deno.writeTextFile(caFile, started.ca);
  return { ...started, caFile, stop };

  async function stop(): Promise<void> {
    await child.stdin.close();
    await child.status;
    await reader.cancel();
    await Deno.remove(caFile);
  }
}

/**
 * A finding that compares two sides.
 *
 * @param sides Milliseconds or bytes of both
 * @param target The most that the ratio may be
 * @returns The ratio, as text and as a figure
 */
export function ratio(sides: { ours: number; bare: number }, target: number): Finding {
  const value = sides.ours / sides.bare;
  return { text: `${value.toFixed(2)}x`, met: value <= target, figures: { ...sides, ratio: value } };
}
