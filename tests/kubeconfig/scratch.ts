import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Platform } from "../../platform/types.ts";

/** A directory of one test. */
export interface Scratch {
  /** Its absolute path. */
  readonly directory: string;
  /** An absolute path in it. */
  path(name: string): string;
  /** Writes a file in it and returns its absolute path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
}

/**
 * Runs a test in a directory of its own, which is removed afterwards.
 *
 * @param test The test
 * @returns What the test runner is to run
 */
export function inScratch(test: (scratch: Scratch) => void | Promise<void>): () => Promise<void> {
  return async () => {
    const directory = await mkdtemp(join(tmpdir(), "kubecred-kubeconfig-"));
    const path = (name: string) => join(directory, name);
    try {
      await test({
        directory,
        path,
        async write(name, content) {
          await mkdir(dirname(path(name)), { recursive: true });
          await writeFile(path(name), content);
          return path(name);
        },
      });
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  };
}

/** The runtime's own files under another environment, the home directory among it. */
export function withEnv(env: Readonly<Record<string, string>>): Partial<Platform> {
  return { env: (name) => env[name] };
}
