import { spawnError } from "./error_mapping.ts";
import { checkCommand, checkFormat, supervise } from "./process.ts";
import type { Child, Exit, Pipe } from "./process.ts";
import type { Command, CommandOutput } from "./types.ts";

const childProcess = () => globalThis.process.getBuiltinModule("node:child_process");

type Readable = NonNullable<ReturnType<ReturnType<typeof childProcess>["spawn"]>["stdout"]>;

/**
 * Runs a process through `node:child_process`, on Node and Bun.
 *
 * @param command What to run
 * @returns What it printed and how it ended
 */
export async function nodeRun(command: Command): Promise<CommandOutput> {
  checkCommand(command);
  if (globalThis.process.platform !== "win32") checkFormat(command, readHead);
  return await supervise(await start(command), command);
}

async function start(command: Command): Promise<Child> {
  const { argv, stdin = "null", stderr = "inherit" } = command;
  const { process } = globalThis;
  const group = stdin !== "inherit" && process.platform !== "win32";
  try {
    const child = childProcess().spawn(argv[0] ?? "", argv.slice(1), {
      env: command.clearEnv ? { ...command.env } : { ...process.env, ...command.env },
      cwd: command.cwd,
      stdio: [
        stdin instanceof Uint8Array ? "pipe" : stdin === "inherit" ? "inherit" : "ignore",
        "pipe",
        stderr === "capture" ? "pipe" : "inherit",
      ],
      detached: group,
      windowsHide: true,
    });
    const exited = new Promise<Exit>((resolve) =>
      child.once("exit", (code, signal) => resolve(signal === null ? { code: code ?? -1 } : { code: -1, signal }))
    );
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.on("error", reject);
    });
    // A program need not read its stdin: a broken pipe is its business.
    child.stdin?.on("error", () => {});
    if (stdin instanceof Uint8Array) child.stdin?.end(stdin);
    return {
      exited,
      settled: exited,
      stdout: pipe(child.stdout!),
      ...(child.stderr && { stderr: pipe(child.stderr) }),
      kill(signal) {
        if (!group) return void child.kill(signal);
        try {
          process.kill(-child.pid!, signal);
        } catch {
          // It has ended, or it runs as another user: there is nothing more to do about it.
        }
      },
      release() {
        for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
        child.unref();
      },
    };
  } catch (error) {
    throw spawnError(error, command);
  }
}

function readHead(path: string): Uint8Array | undefined {
  const { closeSync, openSync, readSync, statSync } = globalThis.process.getBuiltinModule("node:fs");
  try {
    if (!statSync(path).isFile()) return undefined;
    const file = openSync(path, "r");
    try {
      const head = new Uint8Array(256);
      return head.subarray(0, readSync(file, head));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined; // starting it tells what is wrong with it
  }
}

function pipe(stream: Readable): Pipe {
  return {
    read: (onChunk) =>
      new Promise((resolve, reject) => {
        stream.on("data", onChunk);
        stream.once("close", resolve);
        stream.once("error", reject);
      }),
  };
}
