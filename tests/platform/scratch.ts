import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** The directory of the tests of this process; {@linkcode fresh} makes it. */
const scratch: string = join(tmpdir(), `kubecred-platform-${crypto.randomUUID()}`);

/** Removes the directory; call it in `after`. */
export function removeScratch(): void {
  rmSync(scratch, { recursive: true, force: true });
}

/** A path in the directory that nothing has used. Bun runs all files in one process, where another may have removed it. */
export function fresh(name = "file"): string {
  mkdirSync(scratch, { recursive: true });
  return join(scratch, `${crypto.randomUUID()}-${name}`);
}

/** An executable file with this text. */
export function script(text: string, mode = 0o755): string {
  const path = fresh("script");
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

/** What `sh -c` is called as. */
export function shell(text: string, ...args: readonly string[]): readonly string[] {
  return ["/bin/sh", "-c", text, "sh", ...args];
}

/** Text of bytes. */
export function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}

/** Bytes of text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Whether the system lists a program's own descriptors and children. */
export const hasProc: boolean = existsSync("/proc/self/task");

/** Names of our open descriptors, without the one that lists them. */
export function descriptors(): string[] {
  return readdirSync("/proc/self/fd").filter((fd) => existsSync(`/proc/self/fd/${fd}`));
}

/** Processes that we started and that are still there, zombies among them. */
export function children(): string[] {
  return readdirSync("/proc/self/task").flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, "utf8").split(" ").filter((pid) => pid !== "")
  );
}

/** Whether a process is there and no zombie. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !hasProc || !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Waits, for at most five seconds, until something holds. */
export async function eventually(holds: () => boolean): Promise<boolean> {
  for (let turn = 0; turn < 500 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
  return holds();
}
