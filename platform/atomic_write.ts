import { hasErrno } from "./error_mapping.ts";

/** What an atomic write needs of a file system. Failures carry the system's error name as `code`. */
export interface FileOperations {
  /** Where a symbolic link points, as it is written there. */
  readLink(path: string): Promise<string>;
  /** Permission bits; undefined where there is no such file. */
  modeOf(path: string): Promise<number | undefined>;
  /** Writes a file that does not exist yet, and waits until it is on disk. It has the mode before it has content. */
  create(path: string, data: Uint8Array, mode: number): Promise<void>;
  /** Renames, over what is there. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; one that is not there is no failure. */
  remove(path: string): Promise<void>;
}

/**
 * Replaces a file so that a reader sees the old content or the new, and a crash leaves one of the two.
 *
 * @param files The file system
 * @param path The file, or a symbolic link to it, which stays a link
 * @param content Bytes, and permission bits. Without bits the file keeps its own; a new one is its owner's alone
 */
export async function writeAtomically(
  files: FileOperations,
  path: string,
  content: { readonly data: Uint8Array; readonly mode?: number },
): Promise<void> {
  const target = await followLinks(files, path);
  const mode = content.mode ?? await files.modeOf(target) ?? 0o600;
  const temporary = `${target}.${crypto.randomUUID()}.tmp`;
  try {
    await files.create(temporary, content.data, mode);
    await files.rename(temporary, target);
  } catch (error) {
    await files.remove(temporary);
    throw error;
  }
}

/** The file at the end of a chain of links, which need not exist. */
async function followLinks(files: FileOperations, path: string): Promise<string> {
  for (let target = path, hops = 0;; hops++) {
    try {
      const link = await files.readLink(target);
      if (hops === 40) throw Object.assign(new Error("too many levels of symbolic links"), { code: "ELOOP" });
      target = /^([\\/]|[A-Za-z]:)/.test(link) ? link : target.replace(/[^\\/]*$/, "") + link;
    } catch (error) {
      // EINVAL: not a link. UNKNOWN is its name on Windows.
      if (hasErrno(error, "EINVAL", "ENOENT", "UNKNOWN")) return target;
      throw error;
    }
  }
}
