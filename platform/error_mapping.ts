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

/** What the runtime withholds, as far as a flag can give it. */
export type Access = "read" | "write" | "env" | "run" | "net";

/**
 * What a runtime's file error means.
 *
 * @param error What the runtime threw
 * @param access What was tried
 * @param path The file
 * @returns `file_not_found`, `file_denied` or `permission_missing`
 */
export function fileError(error: unknown, access: "read" | "write", path: string): KubecredError {
  const missing = permissionError(error, { access, target: path, action: `${access} ${path}` });
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
  const missing = permissionError(error, { access: "run", target: name, action: `run ${name}` });
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
 * @param options What was tried, on what, and the words for it after `Cannot`
 * @returns The error; undefined when something else went wrong
 */
export function permissionError(
  error: unknown,
  options: { readonly access: Access; readonly target?: string; readonly action: string },
): KubecredError | undefined {
  const { access, target, action } = options;
  if (isNotCapable(error)) {
    // A few files, those of other processes for one, take more than the usual flag; Deno then names which.
    const flag = /--allow-all/.test(messageOf(error))
      ? "--allow-all"
      : `--allow-${access}${target === undefined ? "" : `=${target}`}`;
    return new KubecredError("permission_missing", `Cannot ${action}: Deno withholds it. Add ${flag}`, {
      cause: error,
    });
  }
  if (hasErrno(error, "ERR_ACCESS_DENIED")) {
    const flag = access === "run" ? "--allow-child-process" : `--allow-fs-${access}=${target}`;
    return new KubecredError("permission_missing", `Cannot ${action}: Node withholds it. Add ${flag}`, {
      cause: error,
    });
  }
  return undefined;
}

/** Whether the file, or a directory on the way to it, does not exist. */
export function isAbsent(error: unknown): boolean {
  return hasErrno(error, "ENOENT", "ENOTDIR");
}

/** Whether the system gave one of these error names. */
export function hasErrno(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Object && "code" in error && names.includes(String(error.code));
}

function isNotCapable(error: unknown): boolean {
  return error instanceof Error && error.name === "NotCapable";
}

function reasonOf(error: unknown): string {
  const code = error instanceof Object && "code" in error ? String(error.code) : "";
  return reasons[code] ?? (code || messageOf(error));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
