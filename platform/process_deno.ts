import { spawnError } from "./error_mapping.ts";
import { checkCommand, checkFormat, supervise } from "./process.ts";
import type { Child, Pipe } from "./process.ts";
import type { Command, CommandOutput } from "./types.ts";

/**
 * Runs a process through `Deno.Command`: the environment is inherited without a permission to read it.
 *
 * @param command What to run
 * @returns What it printed and how it ended
 */
export async function denoRun(command: Command): Promise<CommandOutput> {
  checkCommand(command);
  checkFormat(command, readHead);
  return await supervise(start(command), command);
}

function start(command: Command): Child {
  const { argv, stdin = "null", stderr = "inherit" } = command;
  const group = stdin !== "inherit" && mayKillGroups();
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(argv[0] ?? "", {
      args: argv.slice(1),
      env: command.env,
      clearEnv: command.clearEnv,
      cwd: command.cwd,
      stdin: stdin instanceof Uint8Array ? "piped" : stdin,
      stdout: "piped",
      stderr: stderr === "capture" ? "piped" : "inherit",
      detached: group,
    }).spawn();
  } catch (error) {
    throw spawnError(error, command);
  }
  const stdout = readable(child.stdout);
  const captured = stderr === "capture" ? readable(child.stderr) : undefined;
  const fed = stdin instanceof Uint8Array ? feed(child.stdin, stdin) : undefined;
  return {
    exited: child.status.then(({ code, signal }) => signal === null ? { code } : { code: -1, signal }),
    settled: Promise.all([child.status, fed]),
    stdout,
    ...(captured && { stderr: captured }),
    kill(signal) {
      try {
        if (group) Deno.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // It has ended, or it runs as another user: there is nothing more to do about it.
      }
    },
    release() {
      stdout.close();
      captured?.close();
      child.unref();
    },
  };
}

/** Deno lets a program signal a group only under an unrestricted --allow-run. The query never prompts. */
function mayKillGroups(): boolean {
  if (Deno.build.os === "windows") return false;
  const { state, partial } = Deno.permissions.querySync({ name: "run" });
  return state === "granted" && !partial;
}

/** Reads only what the program may read anyway, so that running a plugin never takes a permission to read it. */
function readHead(path: string): Uint8Array | undefined {
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return undefined;
  try {
    if (!Deno.statSync(path).isFile) return undefined;
    const file = Deno.openSync(path);
    try {
      const head = new Uint8Array(256);
      return head.subarray(0, file.readSync(head) ?? 0);
    } finally {
      file.close();
    }
  } catch {
    return undefined; // starting it tells what is wrong with it
  }
}

function readable(stream: ReadableStream<Uint8Array>): Pipe & { close(): void } {
  const reader = stream.getReader();
  return {
    async read(onChunk) {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        onChunk(value);
      }
    },
    close: () => void reader.cancel(),
  };
}

/**
 * Writes what the child may or may not read. Deno cannot take back a write that is under
 * way: past what a pipe holds (64 KiB), it lasts until the last process that holds the other end is gone.
 */
async function feed(stream: WritableStream<Uint8Array>, data: Uint8Array): Promise<void> {
  const writer = stream.getWriter();
  try {
    await writer.write(data);
    await writer.close();
  } catch {
    // It ended without reading all of it.
  }
}
