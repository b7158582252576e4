import type { ConnectionInit, PemSource } from "../kubeconfig/types.ts";
import type { Platform, TlsOptions } from "../platform/types.ts";

export function tlsMaterial(connection: ConnectionInit, options: { platform: Platform }): () => Promise<TlsOptions> {
  let material: Promise<TlsOptions> | undefined;
  return () => material ??= load();
  async function load(): Promise<TlsOptions> {
    const { ca, certificate, key, serverName, insecure } = connection.tls ?? {};
    return { ca: await pem(ca), certificate: await pem(certificate), key: await pem(key), serverName, insecure };
  }
  async function pem(source: PemSource | undefined): Promise<string | undefined> {
    if (!source) return undefined;
    const text = source.data ?? new TextDecoder().decode(await options.platform.readFile(source.file!));
    return text.includes("-----BEGIN") ? text : atob(text);
  }
}
