import { rootCertificates } from "../encoding/pem.ts";
import { KubecredError } from "../errors.ts";
import type { TlsOptions } from "./types.ts";
import { inspectKeyPair } from "./x509.ts";

/**
 * Checks TLS material before it is used, because the runtimes do not: one lets a CA that is none at all pass, another
 * presents no client certificate when its key does not parse.
 *
 * @param tls TLS material
 * @returns The same, the CA bundle without what is no certificate
 * @throws `tls_failed` or `credential_invalid`, which name the field
 */
export function soundTls(tls: TlsOptions): TlsOptions {
  checkKeyPair(tls);
  const { ca, certificate, key, serverName, insecure } = tls;
  return { ca: ca === undefined ? undefined : rootCertificates(ca), certificate, key, serverName, insecure };
}

function checkKeyPair({ certificate, key }: TlsOptions): void {
  if (certificate === undefined && key === undefined) return;
  if (certificate === undefined || key === undefined) {
    throw unusable(
      `${certificate === undefined ? "certificate" : "key"} is missing; one is of no use without the other`,
    );
  }
  const leaf = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(certificate)?.[0];
  if (!leaf) throw unusable('certificate: tls: failed to find "CERTIFICATE" PEM block in certificate input');
  const block = /-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----[\s\S]+?-----END \1-----/.exec(key);
  if (!block) throw unusable('key: tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input');
  if (block[1] === "ENCRYPTED PRIVATE KEY" || block[0].includes("Proc-Type: 4,ENCRYPTED")) {
    throw unusable("key: encrypted private keys are not supported; decrypt it first, as with openssl pkey");
  }
  const { fit } = inspect(leaf, block[0]);
  if (fit === "another key") throw unusable("key: tls: private key does not match public key");
  if (fit === "another type of key") throw unusable("key: tls: private key type does not match public key type");
}

function inspect(...pair: Parameters<typeof inspectKeyPair>): ReturnType<typeof inspectKeyPair> {
  try {
    return inspectKeyPair(...pair);
  } catch (error) {
    throw unusable((error as Error).message);
  }
}

function unusable(reason: string): KubecredError {
  return new KubecredError("credential_invalid", `Cannot use the client certificate: ${reason}`);
}
