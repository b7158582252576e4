import { KubecredError } from "../errors.ts";
import type { Command } from "./types.ts";

/** The system's own words, as Go prints them, so that a text found in client-go's documentation is found here as well. */
const reasons: Readonly<Record<string, string>> = {
  E2BIG: "argument list too long",
  EACCES: "permission denied",
  EAGAIN: "resource temporarily unavailable",
  EISDIR: "is a directory",
  ELOOP: "too many levels of symbolic links",
  EMFILE: "too many open files",
  ENAMETOOLONG: "file name too long",
  ENFILE: "too many open files in system",
  ENOENT: "no such file or directory",
  ENOEXEC: "exec format error",
  ENOMEM: "cannot allocate memory",
  ENOSPC: "no space left on device",
  ENOTDIR: "not a directory",
  EPERM: "operation not permitted",
  EROFS: "read-only file system",
  ETXTBSY: "text file busy",
};

/** What Node's permission model calls what it withholds, and the flags that give it. */
const nodeFlags: Readonly<Record<string, string>> = {
  ChildProcess: "--allow-child-process",
  FileSystemRead: "--allow-fs-read",
  FileSystemWrite: "--allow-fs-write",
};

/**
 * What a runtime's file error means.
 *
 * @param error What the runtime threw
 * @param access What was tried
 * @param path The file
 * @returns `file_not_found`, `file_denied` or `permission_missing`
 */
export function fileError(error: unknown, access: "read" | "write", path: string): KubecredError {
  // A file is written by way of one beside it.
  const missing = permissionError(error, `${access} ${path}`, access === "write" ? directoryOf : undefined);
  if (missing) return missing;
  const code = isAbsent(error) ? "file_not_found" : "file_denied";
  return new KubecredError(code, `Cannot ${access} ${path}: ${reasonOf(error)}`, { cause: error, path });
}

/**
 * What a runtime's refusal to start a process means.
 *
 * @param error What the runtime threw
 * @param command What was to be started
 * @returns `plugin_not_found`, `plugin_failed` or `permission_missing`
 */
export function spawnError(error: unknown, command: Command): KubecredError {
  const name = command.argv[0] ?? "";
  // Deno passes no dynamic linker variable to a process under a restricted --allow-run.
  const linker = /environment variable/.test(messageOf(error)) && /\b(?:DY)?LD_\w+/.exec(messageOf(error))?.[0];
  if (linker && isNotCapable(error)) {
    return new KubecredError(
      "permission_missing",
      `Cannot run ${name}: Deno hands ${linker} to a process only under an unrestricted --allow-run. ` +
        `Unset ${linker}, or add --allow-run without a list`,
      { cause: error },
    );
  }
  const missing = permissionError(error, `run ${name}`);
  if (missing) return missing;
  if (isAbsent(error) && !/[\\/]/.test(name)) {
    const text = `Cannot run ${name}: exec: "${name}": executable file not found in $PATH`;
    return new KubecredError("plugin_not_found", text, { cause: error });
  }
  const absent = isAbsent(error) || hasErrno(error, "EACCES", "EPERM", "EISDIR");
  const where = command.cwd === undefined ? "" : ` in ${command.cwd}`;
  const hint = hasErrno(error, "E2BIG")
    ? ". The cluster's CA bundle travels in one environment variable when provideClusterInfo is set: shorten the bundle, or turn that off"
    : "";
  return new KubecredError(
    absent ? "plugin_not_found" : "plugin_failed",
    `Cannot run ${name}: fork/exec ${name}${where}: ${reasonOf(error)}${hint}`,
    { cause: error },
  );
}

/**
 * The error for a permission that the runtime withholds, with the flag that gives it.
 *
 * @param error What the runtime threw
 * @param action What was tried, the words after `Cannot`
 * @param widen What to ask for in place of the target that the runtime names
 * @returns The error; undefined when something else went wrong
 */
export function permissionError(
  error: unknown,
  action: string,
  widen: (target: string) => string = (target) => target,
): KubecredError | undefined {
  const withheld = isNotCapable(error)
    ? byDeno(error)
    : hasErrno(error, "ERR_ACCESS_DENIED")
    ? byNode(error)
    : undefined;
  if (!withheld) return undefined;
  const { flag, target } = withheld;
  const bare = !target || flag === "--allow-all" || flag === "--allow-child-process";
  const text = `Cannot ${action}: this program may not. Add ${bare ? flag : `${flag}=${widen(target)}`}`;
  return new KubecredError("permission_missing", text, { cause: error });
}

/** Deno says exactly what it withholds: `Requires net access to "host:443", run again with the --allow-net flag`. */
function byDeno(error: unknown): { flag: string; target?: string } {
  const [, target, flag = "the permission that Deno names"] =
    /access(?: to "(.*)")?, run again with the (--[\w-]+) flag/s.exec(messageOf(error)) ?? [];
  return { flag, target };
}

function byNode(error: unknown): { flag: string; target?: string } {
  const { permission = "", resource } = error as { permission?: string; resource?: string };
  return { flag: nodeFlags[permission] ?? permission, target: resource };
}

function directoryOf(path: string): string {
  const [directory = "."] = /^.*[\\/]/s.exec(path) ?? [];
  return directory.length > 1 ? directory.slice(0, -1) : directory;
}

/** Whether the file, or a directory on the way to it, does not exist. */
export function isAbsent(error: unknown): boolean {
  return hasErrno(error, "ENOENT", "ENOTDIR");
}

/** Whether the system gave one of these error names. */
export function hasErrno(error: unknown, ...names: readonly string[]): boolean {
  return names.includes(errnoOf(error));
}

/** The system's or the runtime's name of an error; empty where it has none. */
export function errnoOf(error: unknown): string {
  return error instanceof Object && "code" in error ? String(error.code) : "";
}

function isNotCapable(error: unknown): boolean {
  return error instanceof Error && error.name === "NotCapable";
}

function reasonOf(error: unknown): string {
  const code = errnoOf(error);
  return reasons[code] ?? (code || messageOf(error));
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
