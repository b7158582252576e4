import type { ClientCertificate } from "../auth/types.ts";
import { base64Fault, decodeBase64Text } from "../encoding/base64.ts";
import { rootCertificates } from "../encoding/pem.ts";
import { serverUrl } from "../encoding/server_url.ts";
import { KubecredError } from "../errors.ts";
import type { ConnectionInit, PemSource } from "../kubeconfig/types.ts";
import { checkCertificate } from "../platform/client_certificate.ts";
import { resolvePlatform } from "../platform/mod.ts";
import { readFailure } from "../platform/read_failure.ts";
import { rereading } from "../platform/rereading.ts";
import type { Platform, TlsOptions } from "../platform/types.ts";
import { untrusted } from "../platform/untrusted.ts";
import { conceal } from "../redact.ts";

/** Options of {@linkcode tlsMaterial}. */
export interface TlsMaterialOptions {
  /** Files and the clock. @default {the runtime's} */
  readonly platform?: Partial<Platform>;
  /** Whether files that the connection names may be read. @default {unless the connection came from text} */
  readonly readFiles?: boolean;
  /** Called with a line for a person to read. @default {nothing} */
  readonly onWarning?: (text: string) => void;
}

// client-go transport/ca_rotation.go and transport/transport.go cachingCertificateLoader.
const rootsEvery = 5 * 60_000;
const certificateEvery = 1_000;

/**
 * What TLS of a connection is made of, ready for a pool. Files are read on demand: the CA again after five minutes, a
 * client certificate and key that both come from files after a second. A file that has become unreadable or unsound
 * changes nothing but a warning.
 *
 * @param connection The connection; over plain HTTP nothing is read
 * @param options Platform, trust in file names and whom to warn
 * @returns Gives the material, the same frozen object as long as nothing has changed. The key is not enumerable. It rejects
 * with `file_not_found`, `file_denied`, `tls_failed` or `credential_invalid`
 * @throws `kubeconfig_invalid` when settings contradict each other, `plugin_denied` when a file may not be read
 * @see client-go transport/transport.go TLSConfigFor
 */
export function tlsMaterial(connection: ConnectionInit, options: TlsMaterialOptions = {}): () => Promise<TlsOptions> {
  const { onWarning } = options;
  const platform = resolvePlatform(options.platform);
  const secure = serverUrl(connection.server, connection).protocol === "https:";
  const { ca, certificate, key, serverName, insecure } = (secure && connection.tls) || {};
  if (ca && insecure) {
    throw invalid("specifying a root certificates file with the insecure flag is not allowed");
  }
  if (certificate && !key) {
    throw invalid("client-key-data or client-key must be specified to use the clientCert authentication method.");
  }
  assertReadable([ca, certificate, key], options.readFiles ?? connection.origin?.kind !== "text");

  const roots = ca &&
    rereading(async () => rootCertificates(await readPem(ca, { name: "certificate-authority", platform })), {
      every: ca.data ? Infinity : rootsEvery,
      platform,
      onWarning,
    });
  const identity = certificate && key && rereading(() => readIdentity(certificate, { key, platform }), {
    every: certificate.data || key.data ? Infinity : certificateEvery,
    platform,
    onWarning,
  });
  let held: TlsOptions | undefined;

  return async function material(): Promise<TlsOptions> {
    const [trusted, presented] = await Promise.all([roots?.(), identity?.()]);
    const same = held && held.ca === trusted && held.certificate === presented?.cert && held.key === presented?.key;
    if (held && same) return held;
    const fields = { ca: trusted, certificate: presented?.cert, key: presented?.key, serverName, insecure };
    return held = conceal<TlsOptions>(fields, ["key"]);
  };
}

async function readIdentity(
  certificate: PemSource,
  { key, platform }: { readonly key: PemSource; readonly platform: Platform },
): Promise<ClientCertificate> {
  const read = await Promise.allSettled([
    readPem(certificate, { name: "client-cert", platform }),
    readPem(key, { name: "client-key", platform }),
  ]);
  const failures = read.flatMap((result) => result.status === "rejected" ? [result.reason as KubecredError] : []);
  // One error names both files when both are missing.
  if (failures.length > 0) throw unreadable(failures[0]!, failures.map(({ message }) => message).join("; "));
  const [cert, keyText] = read.map((result) => (result as PromiseFulfilledResult<string>).value) as [string, string];
  try {
    checkCertificate(cert, keyText);
  } catch (error) {
    throw unreadable(error as KubecredError, `Cannot use the client certificate: ${(error as Error).message}`);
  }
  return { cert, key: keyText };
}

/** PEM text: as it stands, out of base64, or from a file. Inline data wins over a file, as in client-go's rest config. */
async function readPem(
  { data, file }: PemSource,
  { name, platform }: { readonly name: string; readonly platform: Platform },
): Promise<string> {
  if (data) return data.includes("-----BEGIN ") || base64Fault(data) >= 0 ? data : decodeBase64Text(data);
  try {
    return new TextDecoder().decode(await platform.readFile(file!));
  } catch (error) {
    const reason = readFailure(error, file!);
    throw unreadable(error as KubecredError, `Cannot set up TLS: unable to read ${name} ${file} due to ${reason}`);
  }
}

function assertReadable(sources: readonly (PemSource | undefined)[], readFiles: boolean): void {
  const path = sources.find((source) => source?.file && !source.data)?.file;
  if (path !== undefined && !readFiles) throw untrusted(`read ${path}`, "files");
}

function unreadable({ code, path }: KubecredError, message: string): KubecredError {
  return new KubecredError(code, message, { path });
}

function invalid(reason: string): KubecredError {
  return new KubecredError("kubeconfig_invalid", `Cannot set up TLS: ${reason}`);
}
