import type { KeyObject } from "node:crypto";
import {
  certificateBody,
  type CertificateFields,
  type DistinguishedName,
  type KeyType,
  type KeyUsage,
  signedCertificate,
} from "./x509.ts";

/** Options of {@linkcode createAuthority}. */
export interface AuthorityOptions {
  /** Common name. @default {"kubernetes"} */
  readonly name?: string;
  /** Start of validity, epoch milliseconds. @default {an hour ago} */
  readonly notBefore?: number;
  /** End of validity, epoch milliseconds. @default {ten years from now} */
  readonly notAfter?: number;
  /** Key algorithm. @default {"ec"} */
  readonly keyType?: KeyType;
}

/** Options of {@linkcode Authority.issue}. */
export interface IssueOptions extends DistinguishedName {
  /** DNS names that it is valid for; `*.example.test` is allowed. @default {[]} */
  readonly dnsNames?: readonly string[];
  /** IPv4 and IPv6 addresses that it is valid for. @default {[]} */
  readonly ipAddresses?: readonly string[];
  /** Key algorithm. @default {"ec"} */
  readonly keyType?: KeyType;
  /** What it may be presented as. @default {["server", "client"]} */
  readonly usages?: readonly KeyUsage[];
  /** Start of validity, epoch milliseconds. @default {an hour ago} */
  readonly notBefore?: number;
  /** End of validity, epoch milliseconds. @default {a day from now} */
  readonly notAfter?: number;
}

/** `sec1` is for EC keys and `pkcs1` for RSA keys only. */
export type KeyFormat = "pkcs8" | "sec1" | "pkcs1" | "pkcs8-encrypted";

/** A certificate and its key. */
export interface IssuedCertificate {
  /** The certificate alone, PEM. */
  readonly cert: string;
  /** The certificate and the intermediates above it, leaf first, without the root, PEM. What a server or a client presents. */
  readonly chain: string;
  /** Private key, PKCS#8 PEM. */
  readonly key: string;
  /**
   * The private key in another form, PEM.
   *
   * @param format The form
   * @param passphrase Encrypts it, for `pkcs8-encrypted`; "secret" when absent
   */
  exportKey(format: KeyFormat, passphrase?: string): string;
}

/** A certificate authority, root or intermediate. Its `cert` is what a client trusts. */
export interface Authority extends IssuedCertificate {
  /** Issues a server or client certificate. */
  issue(options: IssueOptions): Promise<IssuedCertificate>;
  /** Issues an intermediate authority. */
  issueAuthority(options?: AuthorityOptions): Promise<Authority>;
}

/** A key pair under a name, ready to sign. */
interface Signer {
  readonly subject: DistinguishedName;
  readonly keyType: KeyType;
  readonly privateKey: KeyObject;
  readonly publicKey: Uint8Array;
  readonly keyId: Uint8Array;
}

/** A signer above, and the certificates that go with what it signs. */
interface Issuer extends Signer {
  readonly intermediates: string;
}

const hour = 3_600_000;
const day = 24 * hour;

/**
 * Makes a certificate authority for tests. Keys are made anew each time and are written nowhere.
 *
 * @example A server certificate for loopback
 * ```ts
 * import { createAuthority } from "@kubecred/kubecred/testing";
 * import assert from "node:assert/strict";
 *
 * const authority = await createAuthority({ name: "my test CA" });
 * const { cert, key } = await authority.issue({ commonName: "server", ipAddresses: ["127.0.0.1", "::1"] });
 * assert.match(cert, /^-----BEGIN CERTIFICATE-----/);
 * assert.match(key, /^-----BEGIN PRIVATE KEY-----/);
 * ```
 *
 * @param options Name, validity (epoch milliseconds) and key algorithm
 * @returns The authority, a root that signs itself
 */
export function createAuthority(options: AuthorityOptions = {}): Promise<Authority> {
  return makeAuthority(options);
}

async function makeAuthority(options: AuthorityOptions, above?: Issuer): Promise<Authority> {
  const self = await newSigner({ commonName: options.name ?? "kubernetes" }, options.keyType);
  const cert = certify(self, above ?? self, { notAfter: Date.now() + 3650 * day, ...options, authority: true });
  // A root is not presented: whoever trusts it has it.
  const intermediates = above ? cert + above.intermediates : "";
  const issuer = { ...self, intermediates };
  return {
    ...issued(self, cert, intermediates || cert),
    issueAuthority: (below = {}) => makeAuthority(below, issuer),
    async issue(leaf) {
      const holder = await newSigner(leaf, leaf.keyType);
      const leafCert = certify(holder, issuer, { usages: ["server", "client"], ...leaf });
      return issued(holder, leafCert, leafCert + intermediates);
    },
  };
}

async function newSigner(subject: DistinguishedName, keyType: KeyType = "ec"): Promise<Signer> {
  const { generateKeyPair, createHash } = process.getBuiltinModule("node:crypto");
  const { publicKey, privateKey } = await new Promise<{ publicKey: KeyObject; privateKey: KeyObject }>(
    (resolve, reject) => {
      const done = (error: Error | null, publicKey: KeyObject, privateKey: KeyObject) =>
        error ? reject(error) : resolve({ publicKey, privateKey });
      if (keyType === "ec") generateKeyPair("ec", { namedCurve: "P-256" }, done);
      else if (keyType === "rsa") generateKeyPair("rsa", { modulusLength: 2048 }, done);
      else generateKeyPair("ed25519", undefined, done);
    },
  );
  const der = new Uint8Array(publicKey.export({ type: "spki", format: "der" }));
  const keyId = new Uint8Array(createHash("sha256").update(der).digest()).slice(0, 20);
  return { subject, keyType, privateKey, publicKey: der, keyId };
}

type CertifyOptions = Partial<Pick<CertificateFields, "notBefore" | "notAfter" | "authority" | "usages">> & {
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
};

function certify(holder: Signer, issuer: Signer, options: CertifyOptions): string {
  const { randomBytes, sign } = process.getBuiltinModule("node:crypto");
  const now = Date.now();
  const body = certificateBody({
    subject: holder.subject,
    issuer: issuer.subject,
    signer: issuer.keyType,
    publicKey: holder.publicKey,
    keyType: holder.keyType,
    keyId: holder.keyId,
    issuerKeyId: issuer.keyId,
    serial: new Uint8Array(randomBytes(16)),
    notBefore: options.notBefore ?? now - hour,
    notAfter: options.notAfter ?? now + day,
    authority: options.authority ?? false,
    usages: options.usages ?? [],
    dnsNames: options.dnsNames ?? [],
    ipAddresses: options.ipAddresses ?? [],
  });
  const digest = issuer.keyType === "ed25519" ? null : "sha256";
  const signature = new Uint8Array(sign(digest, body, issuer.privateKey));
  return pem("CERTIFICATE", signedCertificate(body, issuer.keyType, signature));
}

function issued(holder: Signer, cert: string, chain: string): IssuedCertificate {
  function exportKey(format: KeyFormat, passphrase: string = "secret"): string {
    const { privateKey } = holder;
    if (format !== "pkcs8-encrypted") return privateKey.export({ type: format, format: "pem" }).toString();
    return privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase }).toString();
  }
  return { cert, chain, key: exportKey("pkcs8"), exportKey };
}

function pem(label: string, der: Uint8Array): string {
  const lines = btoa(String.fromCharCode(...der)).match(/.{1,64}/g)!.join("\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
