import { hasCode, KubecredError } from "../errors.ts";
import { resolvePlatform } from "../platform/mod.ts";
import { readFailure } from "../platform/read_failure.ts";
import type { Platform } from "../platform/types.ts";
import type { Connection } from "./types.ts";

/** Options of {@linkcode checkFiles}. */
export interface CheckFilesOptions {
  /** Files. @default {the runtime's} */
  readonly platform?: Partial<Platform>;
}

/**
 * Checks that the CA, client certificate and key files of a connection can be read, as client-go does before it connects.
 *
 * @param connection The connection
 * @param options The platform
 * @throws `file_not_found`, `file_denied` or `permission_missing`, the code of the first file that fails. The message has
 * every failure, in client-go's words
 * @see client-go tools/clientcmd/validation.go
 */
export async function checkFiles(
  connection: Pick<Connection, "tls" | "cluster" | "userName">,
  options: CheckFilesOptions = {},
): Promise<void> {
  const { tls: { ca, certificate, key }, cluster, userName } = connection;
  const platform = resolvePlatform(options.platform);
  const checks = [
    { what: "client-cert", source: certificate, owner: userName },
    { what: "client-key", source: key, owner: userName },
    { what: "certificate-authority", source: ca, owner: cluster },
  ];
  const failures: { readonly error: Pick<KubecredError, "code" | "path">; readonly text: string }[] = [];
  for (const { what, source, owner = "" } of checks) {
    if (source?.file === undefined) continue;
    try {
      await platform.readFile(source.file);
    } catch (error) {
      if (!hasCode(error, "file_not_found", "file_denied", "permission_missing", "unsupported")) throw error;
      const reason = readFailure(error, source.file);
      failures.push({ error, text: `unable to read ${what} ${source.file} for ${owner} due to ${reason}` });
    }
  }
  if (failures.length === 0) return;
  const list = failures.length === 1 ? failures[0]!.text : `[${failures.map(({ text }) => text).join(", ")}]`;
  const { code, path } = failures[0]!.error;
  throw new KubecredError(code, `Cannot connect: invalid configuration: ${list}`, { path });
}
