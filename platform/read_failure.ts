import { hasCode } from "../errors.ts";

/**
 * Why a file could not be read: in Go's words where it is missing, which every platform words in its own way.
 *
 * @param error What `readFile` threw
 * @param path The file
 * @returns The reason, to stand in a message of client-go's
 */
export function readFailure(error: unknown, path: string): string {
  return hasCode(error, "file_not_found") ? `open ${path}: no such file or directory` : (error as Error).message;
}
