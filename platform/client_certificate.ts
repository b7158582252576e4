import { KubecredError } from "../errors.ts";
import { inspectKeyPair } from "./x509.ts";

/** How long a client certificate is valid. */
export interface CertificateValidity {
  /** Epoch milliseconds. */
  readonly notBefore: number;
  /** Epoch milliseconds. */
  readonly notAfter: number;
}

/**
 * Checks that a client certificate and its private key parse and belong together. Validity is reported, never judged:
 * an expired certificate is presented as it is, as in client-go.
 *
 * The messages are those of Go's `tls.X509KeyPair`, which client-go reports after
 * `failed parsing client key/certificate: `. They hold nothing of the material.
 *
 * @param cert PEM text, leaf first, intermediates after it
 * @param key PEM text: PKCS#1, PKCS#8 or SEC 1, not encrypted
 * @returns How long the leaf is valid
 * @throws {KubecredError} `credential_invalid`; `unsupported` where the runtime has no X.509 parser
 */
export function checkCertificate(cert: string, key: string): CertificateValidity {
  const leaf = findCertificate(cert);
  const { notBefore, notAfter, fit } = inspectKeyPair(leaf, findPrivateKey(key));
  if (fit === "another type of key") throw invalid("tls: private key type does not match public key type");
  if (fit === "another key") throw invalid("tls: private key does not match public key");
  return { notBefore, notAfter };
}

function findCertificate(text: string): string {
  const blocks = pemBlocks(text);
  const found = blocks.find((block) => block.type === "CERTIFICATE");
  if (found) return found.text;
  if (blocks.length === 0) {
    throw invalid(`tls: failed to find any PEM data in certificate input${encodedHint(text)}`);
  }
  if (blocks.length === 1 && isPrivateKey(blocks[0]!)) {
    throw invalid(
      "tls: failed to find certificate PEM data in certificate input, but did find a private key; " +
        "PEM inputs may have been switched",
    );
  }
  throw invalid(`tls: failed to find "CERTIFICATE" PEM block in certificate input ${afterSkipping(blocks)}`);
}

function findPrivateKey(text: string): string {
  const blocks = pemBlocks(text);
  const found = blocks.find(isPrivateKey);
  if (found && isEncrypted(found)) {
    throw invalid(
      "tls: failed to parse private key: it is encrypted, and a passphrase cannot be given. Decrypt it first",
    );
  }
  if (found) return found.text;
  if (blocks.length === 0) throw invalid(`tls: failed to find any PEM data in key input${encodedHint(text)}`);
  if (blocks.length === 1 && blocks[0]!.type === "CERTIFICATE") {
    throw invalid("tls: found a certificate rather than a key in the PEM for the private key");
  }
  throw invalid(
    `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input ${afterSkipping(blocks)}`,
  );
}

interface PemBlock {
  readonly type: string;
  readonly text: string;
}

function pemBlocks(text: string): PemBlock[] {
  const blocks = text.matchAll(
    /^-----BEGIN ([A-Z0-9 ]{1,64})-----[ \t]*\r?\n[^-]*(?:-(?!----)[^-]*)*-----END \1-----/gm,
  );
  return Array.from(blocks, ([text, type]) => ({ type: type!, text }));
}

function isPrivateKey({ type }: PemBlock): boolean {
  return type === "PRIVATE KEY" || type.endsWith(" PRIVATE KEY");
}

// PKCS#8 says so in its type, the older forms in a header line.
function isEncrypted({ type, text }: PemBlock): boolean {
  return type === "ENCRYPTED PRIVATE KEY" || /^Proc-Type: *4,ENCRYPTED/m.test(text);
}

function afterSkipping(blocks: readonly PemBlock[]): string {
  return `after skipping PEM blocks of the following types: [${blocks.map((block) => block.type).join(" ")}]`;
}

// The most common slip: kubeconfig's *-data fields are base64 of PEM, a plugin's are PEM.
function encodedHint(text: string): string {
  return text.trimStart().startsWith("LS0tLS1") ? " (it is base64 of PEM; give the PEM itself)" : "";
}

function invalid(problem: string): KubecredError {
  return new KubecredError("credential_invalid", problem);
}
