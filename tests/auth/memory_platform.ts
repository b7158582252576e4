import { KubecredError } from "../../errors.ts";
import type { Platform } from "../../platform/types.ts";

/** Files and a clock that a test sets by hand. */
export interface MemoryPlatform extends Partial<Platform> {
  /** Content by path; a path without one does not exist. */
  readonly files: Map<string, string>;
  /** Paths in the order they were read. */
  readonly reads: string[];
  /** Moves the clock by milliseconds. */
  advance(ms: number): void;
}

/**
 * A platform over a map of files.
 *
 * @param files Content by path
 * @param env Environment variables
 * @returns The platform, to be passed as an option
 */
export function memoryPlatform(files: Record<string, string> = {}, env: Record<string, string> = {}): MemoryPlatform {
  const content = new Map(Object.entries(files));
  const reads: string[] = [];
  let time = Date.UTC(2026, 0, 1);
  return {
    files: content,
    reads,
    advance: (ms) => void (time += ms),
    now: () => time,
    env: (name) => env[name],
    async readFile(path) {
      reads.push(path);
      await Promise.resolve();
      const text = content.get(path);
      if (text === undefined) throw new KubecredError("file_not_found", `Cannot read ${path}: no such file`, { path });
      return new TextEncoder().encode(text);
    },
    stat: (path) => {
      const text = content.get(path);
      return Promise.resolve(text === undefined ? undefined : { size: text.length, mtime: 0, isFile: true });
    },
  };
}
