import { writeAtomically } from "./atomic_write.ts";
import type { FileOperations } from "./atomic_write.ts";
import { fileError, hasErrno, isAbsent } from "./error_mapping.ts";
import type { FileInfo, Platform } from "./types.ts";

const operations: FileOperations = {
  readLink: (path) => Deno.readLink(path),
  modeOf: async (path) => (await denoStat(path))?.mode,
  async create(path, data, mode) {
    const file = await Deno.open(path, { write: true, createNew: true, mode });
    try {
      if (Deno.build.os !== "windows") await Deno.chmod(path, mode); // the umask may have taken bits
      for (let written = 0; written < data.length;) written += await file.write(data.subarray(written));
      await file.sync();
    } finally {
      file.close();
    }
  },
  rename: (from, to) => Deno.rename(from, to),
  async remove(path) {
    try {
      await Deno.remove(path);
    } catch (error) {
      if (!hasErrno(error, "ENOENT")) throw error;
    }
  },
};

/** Files through `Deno.*`, which costs fewer permissions and less start-up than `node:fs` does on Deno. */
export const denoFiles: Pick<Platform, "readFile" | "writeFile" | "stat"> = {
  readFile: denoReadFile,
  writeFile: denoWriteFile,
  stat: denoStat,
};

async function denoReadFile(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw fileError(error, "read", path);
  }
}

async function denoWriteFile(path: string, data: Uint8Array, options: { readonly mode?: number } = {}): Promise<void> {
  try {
    await writeAtomically(operations, path, { data, mode: options.mode });
  } catch (error) {
    throw fileError(error, "write", path);
  }
}

async function denoStat(path: string): Promise<FileInfo | undefined> {
  try {
    const { size, mtime, mode, isFile } = await Deno.stat(path);
    return { size, mtime: mtime?.getTime() ?? 0, ...(mode === null ? {} : { mode: mode & 0o7777 }), isFile };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw fileError(error, "read", path);
  }
}
