/** Real plugins for tests: shell scripts in a directory of their own. */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { KubecredError } from "../../../errors.ts";
import { fakePlugin, type FakePluginOptions } from "../../../testing/fake_plugin.ts";

export const v1 = "client.authentication.k8s.io/v1";
export const v1beta1 = "client.authentication.k8s.io/v1beta1";

/** A directory that is removed after the tests of the file. */
export async function pluginDirectory() {
  const path = await mkdtemp(join(tmpdir(), "kubecred-exec-"));
  after(() => rm(path, { recursive: true, force: true }));
  let count = 0;

  /** Writes an executable script and returns its path. */
  async function script(body: string, options: { name?: string; mode?: number; shebang?: string } = {}) {
    const { name = `plugin-${++count}`, mode = 0o755, shebang = "#!/bin/sh" } = options;
    const file = join(path, name);
    await writeFile(file, `${shebang}\n${body}\n`, { mode });
    await chmod(file, mode);
    return file;
  }

  /** A plugin that prints this text as it is. */
  async function printing(stdout: string | Uint8Array, options: { name?: string } = {}) {
    const file = join(path, `stdout-${++count}`);
    await writeFile(file, stdout);
    return await script(`cat ${file}`, options);
  }

  /** A plugin that counts its runs and writes down what it is given. */
  async function fake(options: FakePluginOptions = {}) {
    return await fakePlugin({ directory: path, ...options });
  }

  return { path, script, printing, fake };
}

/** What a plugin prints. */
export function answer(status: Record<string, unknown>, apiVersion = v1): string {
  return JSON.stringify({ apiVersion, kind: "ExecCredential", status });
}

/** A terminal at which somebody sits, and one at which nobody does. */
export const tty = { isTerminal: () => true };
export const noTty = { isTerminal: () => false };

/** The error that a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<KubecredError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof KubecredError) return error;
    throw error;
  }
  throw new Error("it did not reject");
}
