import { isAbsolutePath, joinPath } from "../../encoding/lexical_path.ts";
import { hasCode } from "../../errors.ts";
import type { FileInfo, Platform } from "../../platform/types.ts";

/** What a command resolves to. */
export interface ResolvedCommand {
  /** What to run: a path, or the bare name where only the runtime can search PATH. */
  readonly path: string;
  /** Why it cannot be run, in the words of Go's `exec.LookPath`. */
  readonly problem?: string;
}

/**
 * Finds a command as Go's `os/exec` does: a name is searched in the PATH of this process, never in that of the stanza;
 * what is found only through a relative element of PATH is refused (client-go-semantics 1.7). A path is taken as it is.
 *
 * @param command A clean path or a bare name
 * @param platform The environment and the files
 * @returns The path, or why there is none
 */
export async function resolveCommand(command: string, platform: Platform): Promise<ResolvedCommand> {
  return isBareName(command, platform) ? await searchPath(command, platform) : { path: command };
}

/**
 * As {@linkcode resolveCommand}, but a path must exist and be executable, too: Go's `exec.LookPath`.
 *
 * @param command A clean path or a bare name
 * @param platform The environment and the files
 * @returns The path, or why there is none
 */
export async function lookPath(command: string, platform: Platform): Promise<ResolvedCommand> {
  if (isBareName(command, platform)) return await searchPath(command, platform);
  const path = await findExecutable(command, platform);
  return path === undefined ? notFound(command, "no such executable file") : { path };
}

function isBareName(command: string, { os }: Platform): boolean {
  return !(os === "windows" ? /[:\\/]/ : /\//).test(command);
}

async function searchPath(name: string, platform: Platform): Promise<ResolvedCommand> {
  const { os } = platform;
  try {
    const directories = platform.env("PATH")?.split(os === "windows" ? ";" : ":") ?? [];
    for (const directory of directories) {
      const path = await findExecutable(joinPath(directory, name, os), platform);
      if (path === undefined) continue;
      if (isAbsolutePath(path, os)) return { path };
      return notFound(name, "cannot run executable found relative to current directory");
    }
  } catch (error) {
    if (!hasCode(error, "permission_missing", "unsupported")) throw error;
    return { path: name };
  }
  return notFound(name, `executable file not found in ${os === "windows" ? "%PATH%" : "$PATH"}`);
}

function notFound(command: string, reason: string): ResolvedCommand {
  return { path: command, problem: `exec: ${JSON.stringify(command)}: ${reason}` };
}

async function findExecutable(path: string, platform: Platform): Promise<string | undefined> {
  for (const candidate of platform.os === "windows" ? withExtensions(path, platform) : [path]) {
    const info = await statOrNothing(candidate, platform);
    if (info?.isFile && (platform.os === "windows" || info.mode === undefined || (info.mode & 0o111) !== 0)) {
      return candidate;
    }
  }
  return undefined;
}

// A directory of PATH that may not be entered is passed by.
async function statOrNothing(path: string, platform: Platform): Promise<FileInfo | undefined> {
  try {
    return await platform.stat(path);
  } catch (error) {
    if (!hasCode(error, "file_denied")) throw error;
    return undefined;
  }
}

function withExtensions(path: string, platform: Platform): string[] {
  const listed = platform.env("PATHEXT") || ".com;.exe;.bat;.cmd";
  const extensions = listed.toLowerCase().split(";").filter((extension) => extension !== "");
  const hasExtension = /\.[^.\\/:]*$/.test(path);
  return [...hasExtension ? [path] : [], ...extensions.map((extension) => path + extension)];
}
