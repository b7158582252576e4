import { decodeUnicode } from "../encoding/unicode.ts";
import { type ErrorCode, hasCode, KubecredError } from "../errors.ts";
import { resolvePlatform } from "../platform/mod.ts";
import type { Platform } from "../platform/types.ts";
import { locateKubeconfig, migrateKubeconfig } from "./locate.ts";
import { mergeKubeconfigs } from "./merge.ts";
import { decodeKubeconfig, faultOf } from "./parse.ts";
import { absolutePath, baseDirectory, isPath } from "./paths.ts";
import { changeField } from "./plain.ts";
import type { Kubeconfig } from "./types.ts";

/** Options of {@linkcode loadKubeconfig}. */
export interface LoadKubeconfigOptions {
  /** The file to read, as `--kubeconfig`. @default {the files of KUBECONFIG, else ~/.kube/config} */
  readonly path?: string;
  /** Files, environment and path rules. @default {the runtime's} */
  readonly platform?: Partial<Platform>;
}

/** A file that could not be read as a kubeconfig. */
interface Failure {
  readonly path: string;
  readonly reason: string;
  readonly code: ErrorCode;
}

/**
 * Reads the kubeconfig that kubectl would read: the file of `path`, else all files of KUBECONFIG merged, else
 * `~/.kube/config`. Files of a list that are missing count as empty; relative paths are resolved against the file that
 * they stand in.
 *
 * @example What kubectl would read
 * ```ts ignore
 * import { loadKubeconfig } from "@kubecred/kubecred/kubeconfig";
 *
 * const { contexts } = await loadKubeconfig();
 * console.log(contexts.map(({ name }) => name));
 * ```
 *
 * @example A file that is on no disk
 * ```ts
 * import { loadKubeconfig } from "@kubecred/kubecred/kubeconfig";
 * import assert from "node:assert/strict";
 *
 * const readFile = () => Promise.resolve(new TextEncoder().encode("contexts: [{ name: dev }]"));
 * const { contexts } = await loadKubeconfig({ path: "/config", platform: { readFile } });
 * assert.equal(contexts[0]?.name, "dev");
 * ```
 *
 * @param options Which file, and the platform
 * @returns The merged kubeconfig, frozen to its leaves; secrets in it do not print
 * @throws `kubeconfig_not_found` when `path` is missing; `kubeconfig_invalid` when a file is no kubeconfig, or HOME cannot
 * be trusted; `file_denied` or `permission_missing` when a file may not be read. The message names every file that failed
 * @see client-go tools/clientcmd/loader.go Load
 */
export async function loadKubeconfig(options: LoadKubeconfigOptions = {}): Promise<Kubeconfig> {
  const platform = resolvePlatform(options.platform);
  const { files, from } = await locateKubeconfig(options.path, platform);
  if (from === "home" && files[0]) await migrateKubeconfig(files[0], platform);
  const results = await Promise.all(files.map((path) => loadFile(path, platform)));
  const failures = results.filter((result): result is Failure => result !== undefined && "reason" in result);
  if (failures.length > 0) throw loadError(failures);
  const loaded = results.filter((result): result is Kubeconfig => result !== undefined && "clusters" in result);
  const merged = mergeKubeconfigs(loaded);
  if (loaded.length > 0 || files.length === 0 || from === "home") return merged;
  if (from === "path") {
    throw new KubecredError(
      "kubeconfig_not_found",
      `Cannot load kubeconfig: stat ${files[0]}: no such file or directory`,
      { path: files[0] },
    );
  }
  return Object.freeze({ ...merged, warnings: Object.freeze([`Config not found: ${files.join(", ")}`]) });
}

async function loadFile(path: string, platform: Platform): Promise<Kubeconfig | Failure | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await platform.readFile(path);
  } catch (error) {
    if (hasCode(error, "file_not_found")) return undefined;
    if (!hasCode(error, "file_denied", "permission_missing", "unsupported")) throw error;
    return { path, code: error.code, reason: error.message };
  }
  try {
    return withAbsolutePaths(decodeKubeconfig(decodeUnicode(bytes), { kind: "file", path }), { path, platform });
  } catch (error) {
    return { path, code: "kubeconfig_invalid", reason: faultOf(error) };
  }
}

function loadError(failures: readonly Failure[]): KubecredError {
  const texts = failures.map(({ path, reason }) => `error loading config file "${path}": ${reason}`);
  const { code, path } = failures[0]!;
  const same = failures.every((failure) => failure.code === code);
  const list = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  return new KubecredError(same ? code : "kubeconfig_invalid", `Cannot load kubeconfig: ${list}`, { path });
}

// client-go tools/clientcmd/loader.go ResolveLocalPaths
function withAbsolutePaths(
  kubeconfig: Kubeconfig,
  { path, platform }: { readonly path: string; readonly platform: Platform },
): Kubeconfig {
  const { os } = platform;
  const base = baseDirectory(path, platform);
  const resolve = (value: string) => absolutePath(value, base, os);
  return Object.freeze({
    ...kubeconfig,
    clusters: Object.freeze(kubeconfig.clusters.map((entry) => {
      const cluster = changeField(entry.cluster, "certificate-authority", resolve);
      return cluster === entry.cluster ? entry : Object.freeze({ ...entry, cluster });
    })),
    users: Object.freeze(kubeconfig.users.map((entry) => {
      let user = changeField(entry.user, "client-certificate", resolve);
      user = changeField(user, "client-key", resolve);
      user = changeField(user, "tokenFile", resolve);
      user = changeField(
        user,
        "exec",
        (exec) => changeField(exec, "command", (command) => isPath(command, os) ? resolve(command) : command),
      );
      return user === entry.user ? entry : Object.freeze({ ...entry, user });
    })),
  });
}
