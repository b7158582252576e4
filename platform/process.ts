import { KubecredError } from "../errors.ts";
import { longestTimer } from "./clock.ts";
import type { Command, CommandOutput } from "./types.ts";

/** How a child ended. */
export interface Exit {
  /** Exit code; -1 when a signal ended it. */
  readonly code: number;
  /** Name of that signal. */
  readonly signal?: string;
}

/** A process that has started, as {@linkcode supervise} needs it of a runtime. */
export interface Child {
  /** Resolves when the process itself has ended and is reaped. Never rejects. */
  readonly exited: Promise<Exit>;
  /** Resolves when it has ended and no write to its stdin is under way. Never rejects. */
  readonly settled: Promise<unknown>;
  /** Its stdout. */
  readonly stdout: Pipe;
  /** Its stderr, when it is captured. */
  readonly stderr?: Pipe;
  /** Sends a signal, to its whole group where it has one of its own. One that has ended, or may not be ended, is no failure. */
  kill(signal: "SIGTERM" | "SIGKILL"): void;
  /** Closes our ends of what is still open and lets the runtime exit without it. */
  release(): void;
}

/** Our end of one output of a child. */
export interface Pipe {
  /** Hands over each chunk; resolves at the end of file, or when our end is closed. */
  read(onChunk: (chunk: Uint8Array) => void): Promise<void>;
}

/** Milliseconds that a prompt has to give the terminal back, and that the system has to end a killed process. */
const grace = 1_000;

/**
 * Throws for what no system can start: an argument or environment entry that holds a NUL, and a call that is over already.
 *
 * @param command What is to be started
 */
export function checkCommand(command: Command): void {
  command.signal?.throwIfAborted();
  const { argv, env = {} } = command;
  const path = argv[0]?.replaceAll("\0", "\\0");
  const hasNul = (text: string) => text.includes("\0");
  const reason = Object.entries(env).some((entry) => entry.some(hasNul))
    ? "exec: environment variable contains NUL"
    : argv.some(hasNul)
    ? `fork/exec ${path}: invalid argument`
    : undefined;
  if (reason) throw new KubecredError("plugin_failed", `Cannot run ${path}: ${reason}`);
}

/**
 * Refuses a text without `#!`, as the system does and client-go with it. The C library below the runtimes would hand it
 * to `/bin/sh` instead.
 *
 * @param command What is to be started
 * @param readHead Reads the first bytes of a regular file; undefined where there is nothing to tell from
 */
export function checkFormat(command: Command, readHead: (path: string) => Uint8Array | undefined): void {
  const path = command.argv[0] ?? "";
  const head = path.includes("/") ? readHead(path) : undefined;
  const shebang = head?.[0] === 0x23 && head[1] === 0x21;
  if (!head || shebang || head.includes(0)) return;
  throw new KubecredError("plugin_failed", `Cannot run ${path}: fork/exec ${path}: exec format error`);
}

/**
 * Waits for a child and for the end of its output, as client-go does, within the limits of the command. Past a limit
 * the child is killed and its output is abandoned: a grandchild may hold that open for as long as it likes.
 *
 * @param child The process
 * @param command Its limits
 * @returns What it printed and how it ended
 */
export async function supervise(child: Child, command: Command): Promise<CommandOutput> {
  const { signal, deadline, stdin, outputLimit = 1_048_576 } = command;
  let stop!: (reason: unknown) => void;
  const stopped = new Promise<never>((_, reject) => stop = reject);
  const fail = (code: "plugin_timeout" | "plugin_output", reason: string) =>
    stop(new KubecredError(code, `Cannot run ${command.argv[0]}: ${reason}`));
  const timer = deadline === undefined ? undefined : setTimeout(
    () => fail("plugin_timeout", `it did not end within ${deadline} ms`),
    Math.min(deadline, longestTimer),
  );
  const abort = () => stop(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();
  try {
    const output = Promise.all([child.exited, collect(child.stdout, "stdout"), collect(child.stderr, "stderr")]);
    const [exit, stdout, stderr] = await Promise.race([output, stopped]);
    return { ...exit, stdout: stdout!, ...(stderr && { stderr }) };
  } catch (error) {
    await end(child, stdin === "inherit");
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    child.release();
  }

  async function collect(pipe: Pipe | undefined, name: string): Promise<Uint8Array | undefined> {
    if (!pipe) return undefined;
    let chunks: Uint8Array[] = [];
    let size = 0;
    await pipe.read((chunk) => {
      size += chunk.length;
      if (size <= outputLimit) chunks.push(chunk);
      else {
        chunks = [];
        fail("plugin_output", `it printed more than ${outputLimit} bytes on ${name}, the most that is accepted`);
      }
    });
    return concat(chunks, size <= outputLimit ? size : 0);
  }
}

/** Ends a child, and waits only for what the system does at once. */
async function end(child: Child, interactive: boolean): Promise<void> {
  // A prompt has switched off the terminal's echo, and switches it on again when it is asked to end.
  if (interactive) {
    child.kill("SIGTERM");
    await within(child.settled);
  }
  child.kill("SIGKILL");
  await within(child.settled);
}

async function within(settled: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([settled, new Promise((resolve) => timer = setTimeout(resolve, grace))]);
  clearTimeout(timer);
}

function concat(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
