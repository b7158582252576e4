import type { Readable } from "node:stream";
import { spawnError } from "./error_mapping.ts";
import { checkCommand, supervise } from "./process.ts";
import type { Child, Exit, Pipe } from "./process.ts";
import type { Command, CommandOutput } from "./types.ts";

/**
 * Runs a process through `node:child_process`, on Node and Bun.
 *
 * @param command What to run
 * @returns What it printed and how it ended
 */
export async function nodeRun(command: Command): Promise<CommandOutput> {
  checkCommand(command);
  return await supervise(await start(command), command);
}

async function start(command: Command): Promise<Child> {
  const { spawn } = globalThis.process.getBuiltinModule("node:child_process");
  const { argv, stdin = "null", stderr = "inherit" } = command;
  const { process } = globalThis;
  const group = stdin !== "inherit" && process.platform !== "win32";
  try {
    const child = spawn(argv[0] ?? "", argv.slice(1), {
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
      child.once("error", reject);
    });
    // A program need not read its stdin: a broken pipe is its business.
    child.stdin?.on("error", () => {});
    if (stdin instanceof Uint8Array) child.stdin?.end(stdin);
    return {
      exited,
      stdout: pipe(child.stdout!),
      ...(child.stderr && { stderr: pipe(child.stderr) }),
      kill(signal) {
        if (!group) return void child.kill(signal);
        try {
          process.kill(-child.pid!, signal);
        } catch (error) {
          if (!(error instanceof Object && "code" in error && error.code === "ESRCH")) throw error;
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
