import { isAbsolutePath, joinPath } from "../encoding/lexical_path.ts";
import { hasCode, KubecredError } from "../errors.ts";
import type { Platform } from "../platform/types.ts";

/** Which files to read. */
export interface Location {
  /** Files in order of precedence. */
  readonly files: readonly string[];
  /** Where they were named. */
  readonly from: "path" | "KUBECONFIG" | "home";
}

/**
 * Decides which files make up the kubeconfig: the given path alone, else the list in KUBECONFIG, else `~/.kube/config`.
 *
 * @param path As `--kubeconfig`; empty counts as not given
 * @param platform Environment and path rules
 * @returns The files; empty where there is no home directory
 * @throws `kubeconfig_invalid` when HOME is relative, or unset with a `.kube/config` in the working directory
 * @see client-go tools/clientcmd/loader.go NewDefaultClientConfigLoadingRules
 */
export async function locateKubeconfig(path: string | undefined, platform: Platform): Promise<Location> {
  if (path) return { files: [path], from: "path" };
  const list = platform.env("KUBECONFIG");
  if (list) {
    const files = new Set(list.split(platform.os === "windows" ? ";" : ":"));
    files.delete("");
    return { files: [...files], from: "KUBECONFIG" };
  }
  const home = platform.home();
  if (home && isAbsolutePath(home, platform.os)) {
    return { files: [joinPath(home, ".kube/config", platform.os)], from: "home" };
  }
  // client-go would read the file of whoever owns the working directory, credential plugins included.
  if (!home && !await isThere(".kube/config", platform)) return { files: [], from: "home" };
  const reason = home ? `HOME is a relative path, ${JSON.stringify(home)}` : "HOME is not set";
  throw new KubecredError(
    "kubeconfig_invalid",
    `Cannot find the kubeconfig: ${reason}, and one in the working directory is not to be trusted. ` +
      "Set HOME, or name the file with KUBECONFIG",
  );
}

/**
 * Copies the kubeconfig of long ago, `$HOME/.kube/.kubeconfig`, to where it is read today, unless one is there.
 *
 * @param destination Where it is read today
 * @param platform Files and environment
 * @see client-go tools/clientcmd/loader.go Migrate
 */
export async function migrateKubeconfig(destination: string, platform: Platform): Promise<void> {
  const home = platform.env("HOME");
  if (!home || platform.os === "windows") return;
  const source = joinPath(home, ".kube/.kubeconfig", platform.os);
  if (source === destination || await isThere(destination, platform)) return;
  const info = await platform.stat(source).catch(tolerate);
  if (!info) return;
  const data = await platform.readFile(source);
  await platform.writeFile(destination, data, { mode: (info.mode ?? 0o600) & 0o666 });
}

async function isThere(path: string, platform: Platform): Promise<boolean> {
  return await platform.stat(path).catch(tolerate) !== undefined;
}

// Where the runtime has no files or withholds them, reading the kubeconfig itself says so.
function tolerate(error: unknown): undefined {
  if (!hasCode(error, "file_denied", "permission_missing", "unsupported")) throw error;
}
