import { writeAtomically } from "./atomic_write.ts";
import type { FileOperations } from "./atomic_write.ts";
import { fileError, isAbsent } from "./error_mapping.ts";
import type { FileInfo, Platform } from "./types.ts";

const fs = () => globalThis.process.getBuiltinModule("node:fs/promises");

const operations: FileOperations = {
  readLink: (path) => fs().readlink(path),
  modeOf: async (path) => (await nodeStat(path))?.mode,
  async create(path, data, mode) {
    const file = await fs().open(path, "wx", mode);
    try {
      if (globalThis.process.platform !== "win32") await file.chmod(mode); // the umask may have taken bits
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename: (from, to) => fs().rename(from, to),
  remove: (path) => fs().rm(path, { force: true }),
};

/** Files through `node:fs`, on Node and Bun. */
export const nodeFiles: Pick<Platform, "readFile" | "writeFile" | "stat"> = {
  readFile: nodeReadFile,
  writeFile: nodeWriteFile,
  stat: nodeStat,
};

async function nodeReadFile(path: string): Promise<Uint8Array> {
  try {
    return await fs().readFile(path);
  } catch (error) {
    throw fileError(error, "read", path);
  }
}

async function nodeWriteFile(path: string, data: Uint8Array, options: { readonly mode?: number } = {}): Promise<void> {
  try {
    await writeAtomically(operations, path, { data, mode: options.mode });
  } catch (error) {
    throw fileError(error, "write", path);
  }
}

async function nodeStat(path: string): Promise<FileInfo | undefined> {
  try {
    const stats = await fs().stat(path);
    const mode = globalThis.process.platform === "win32" ? {} : { mode: stats.mode & 0o7777 };
    return { size: stats.size, mtime: stats.mtimeMs, ...mode, isFile: stats.isFile() };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw fileError(error, "read", path);
  }
}
