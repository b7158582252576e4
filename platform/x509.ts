import { KubecredError } from "../errors.ts";
import { builtin } from "./builtin.ts";

/** What a certificate and a private key say of each other. */
export interface KeyPairFacts {
  /** Start of the certificate's validity, epoch milliseconds. */
  readonly notBefore: number;
  /** End of the certificate's validity, epoch milliseconds. */
  readonly notAfter: number;
  /** Whether the private key belongs to the certificate. */
  readonly fit: "same key" | "another key" | "another type of key";
}

/**
 * Parses a certificate and a private key, one PEM block each. The words of the errors are Go's.
 *
 * @param certificate `CERTIFICATE` block
 * @param key Block whose type ends in `PRIVATE KEY`
 * @returns The certificate's validity, and whether the key belongs to it
 * @throws {KubecredError} `credential_invalid` when one does not parse; `unsupported` where there is no X.509 parser
 */
export function inspectKeyPair(certificate: string, key: string): KeyPairFacts {
  if (!globalThis.process?.getBuiltinModule) {
    throw new KubecredError("unsupported", "client certificates cannot be used on this runtime");
  }
  const { X509Certificate, createPrivateKey } = builtin("node:crypto");
  const leaf = attempt(() => new X509Certificate(certificate), "x509: malformed certificate");
  const privateKey = attempt(() => createPrivateKey(key), "tls: failed to parse private key");
  const sameType = leaf.publicKey.asymmetricKeyType === privateKey.asymmetricKeyType;
  return {
    notBefore: Date.parse(leaf.validFrom),
    notAfter: Date.parse(leaf.validTo),
    fit: !sameType ? "another type of key" : leaf.checkPrivateKey(privateKey) ? "same key" : "another key",
  };
}

// The runtimes word their reasons differently, and none says more than this.
function attempt<T>(parse: () => T, problem: string): T {
  try {
    return parse();
  } catch {
    throw new KubecredError("credential_invalid", problem);
  }
}
