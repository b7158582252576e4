import { rootCertificates } from "../encoding/pem.ts";
import { KubecredError } from "../errors.ts";
import { checkCertificate } from "./client_certificate.ts";
import type { TlsOptions } from "./types.ts";

/**
 * Checks TLS material before it is used, because the runtimes do not: one lets a CA that is none at all pass, another
 * presents no client certificate when its key does not parse.
 *
 * @param tls TLS material
 * @returns The same, the CA bundle without what is no certificate
 * @throws `tls_failed` or `credential_invalid`, in the words of Go's `crypto/tls`
 */
export function soundTls(tls: TlsOptions): TlsOptions {
  checkKeyPair(tls);
  const { ca, certificate, key, serverName, insecure } = tls;
  return { ca: ca === undefined ? undefined : rootCertificates(ca), certificate, key, serverName, insecure };
}

function checkKeyPair({ certificate, key }: TlsOptions): void {
  if (certificate === undefined && key === undefined) return;
  if (certificate === undefined || key === undefined) {
    const missing = certificate === undefined ? "certificate" : "key";
    throw unusable(`${missing} is missing; one is of no use without the other`);
  }
  try {
    checkCertificate(certificate, key);
  } catch (error) {
    throw unusable((error as Error).message);
  }
}

function unusable(reason: string): KubecredError {
  return new KubecredError("credential_invalid", `Cannot use the client certificate: ${reason}`);
}
