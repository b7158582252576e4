import { decodeUnicode } from "../encoding/unicode.ts";
import { parseYaml, stringifyYaml } from "../encoding/yaml.ts";
import { KubecredError } from "../errors.ts";
import { resolvePlatform } from "../platform/mod.ts";
import type { Platform } from "../platform/types.ts";
import { decodeKubeconfig, faultOf } from "./parse.ts";
import { baseDirectory, relativePath } from "./paths.ts";

/** A user stanza as its file has it, to be changed. Nothing in it is concealed. */
export type PlainStanza = Record<string, unknown>;

/** Options of {@linkcode updateUserInFile}. */
export interface UpdateUserOptions {
  /** The kubeconfig file. */
  readonly path: string;
  /** Name of the user entry in it. */
  readonly user: string;
  /** Files. @default {the runtime's} */
  readonly platform?: Partial<Platform>;
}

const pathFields = ["client-certificate", "client-key", "tokenFile"];

/**
 * Changes one user entry in the file that it came from. The file is read again, so that changes since it was loaded are
 * kept, and replaced as a whole. All else in it stays, relative paths as they were written; comments are lost, as with
 * `kubectl config`. A new path is written relative when it lies in the directory of the file.
 *
 * @param options Which file and which user
 * @param change Gets the stanza and returns the new one, a new object
 * @throws `kubeconfig_invalid` when the file is no kubeconfig or has no such user, or a new path is relative and leads out
 * of its directory; `file_not_found`, `file_denied` or
 * `permission_missing` when it cannot be read or written
 * @see client-go tools/clientcmd/config.go ModifyConfig
 */
export async function updateUserInFile(
  options: UpdateUserOptions,
  change: (stanza: PlainStanza) => PlainStanza,
): Promise<void> {
  const { path, user } = options;
  const platform = resolvePlatform(options.platform);
  const config = readPlain(await platform.readFile(path), path);
  const entry = config.users?.find((entry) => (entry?.name ?? "") === user);
  if (!entry) throw failure(path, `user ${JSON.stringify(user)} is not in it`);
  const before = entry.user ?? {};
  const after = change(before);
  const base = baseDirectory(path, platform);
  const shorten = (field: string, value: unknown) =>
    pathFields.includes(field) && typeof value === "string" && value !== before[field]
      ? relativePath(value, base, platform.os)
      : value;
  entry.user = Object.fromEntries(Object.entries(after).map(([field, value]) => [field, shorten(field, value)]));
  await platform.writeFile(path, new TextEncoder().encode(stringifyYaml(config)));
}

interface PlainConfig {
  readonly users?: { name?: string; user?: PlainStanza }[];
}

function readPlain(bytes: Uint8Array, path: string): PlainConfig {
  try {
    const text = decodeUnicode(bytes);
    decodeKubeconfig(text, { kind: "file", path });
    return (parseYaml(text).value ?? {}) as PlainConfig;
  } catch (error) {
    throw failure(path, faultOf(error));
  }
}

function failure(path: string, reason: string): KubecredError {
  return new KubecredError("kubeconfig_invalid", `Cannot update kubeconfig ${JSON.stringify(path)}: ${reason}`, {
    path,
  });
}
