import type { TlsOptions } from "../../platform/types.ts";
import { type Authority, createAuthority, type IssuedCertificate } from "../../testing/pki.ts";

/** Everything that the cases are made of. */
export interface Pki {
  readonly root: Authority;
  readonly other: Authority;
  readonly intermediate: Authority;
  /** Server certificates, by what is special about them. */
  readonly servers: {
    readonly byAddress: IssuedCertificate;
    readonly byName: IssuedCertificate;
    readonly chained: IssuedCertificate;
    readonly expired: IssuedCertificate;
    readonly future: IssuedCertificate;
  };
  /** Client certificates, by key or by issuer. */
  readonly clients: Readonly<Record<"rsa" | "ec" | "ed25519" | "chained", IssuedCertificate>>;
}

/** Makes all keys and certificates. */
export async function makePki(): Promise<Pki> {
  const day = 86_400_000;
  const now = Date.now();
  const [root, other] = await Promise.all([createAuthority({ name: "root" }), createAuthority({ name: "other" })]);
  const intermediate = await root.issueAuthority({ name: "intermediate" });
  const at = {
    commonName: "server",
    ipAddresses: ["127.0.0.1"],
    dnsNames: ["api.example.test", "*.wild.example.test"],
  };
  const past = { notBefore: now - 2 * day, notAfter: now - day };
  const [byAddress, byName, chained, expired, future, rsa, ec, ed25519, viaIntermediate] = await Promise.all([
    root.issue(at),
    root.issue({ commonName: "127.0.0.1", dnsNames: ["api.example.test"] }),
    intermediate.issue(at),
    root.issue({ ...at, ...past }),
    root.issue({ ...at, notBefore: now + day, notAfter: now + 2 * day }),
    root.issue({ commonName: "rsa", keyType: "rsa", usages: ["client"] }),
    root.issue({ commonName: "ec", keyType: "ec", usages: ["client"] }),
    root.issue({ commonName: "ed25519", keyType: "ed25519", usages: ["client"] }),
    intermediate.issue({ commonName: "chained", usages: ["client"] }),
  ]);
  const servers = { byAddress, byName, chained, expired, future };
  const clients = { rsa, ec, ed25519, chained: viaIntermediate };
  return { root, other, intermediate, servers, clients };
}

/** One row of the table that every runtime passes. */
export interface TlsCase {
  readonly name: string;
  /** Certificate of the server. @default {"byAddress"} */
  readonly server?: keyof Pki["servers"];
  /** What the server presents of it. @default {"chain"} */
  readonly presents?: "chain" | "cert";
  /** Whether the server insists on a client certificate of the root. @default {false} */
  readonly mutual?: boolean;
  readonly tls: (pki: Pki) => TlsOptions;
  /** Client certificate that the server saw. */
  readonly client?: keyof Pki["clients"];
  /** SNI that the server saw. */
  readonly sni?: string;
  /** What it fails with, and what its message says. @default {it succeeds} */
  readonly fails?: readonly [code: "tls_failed" | "credential_invalid", says: RegExp];
  /** The fault is seen before anything is sent. */
  readonly early?: boolean;
}

const unknown = /x509: certificate signed by unknown authority/;
const identity = ({ chain, key }: IssuedCertificate) => ({ certificate: chain, key });

export const tlsCases: readonly TlsCase[] = [
  { name: "own CA", tls: ({ root }) => ({ ca: root.cert }) },
  { name: "bundle of several CAs", tls: ({ root, other }) => ({ ca: other.cert + root.cert }) },
  {
    name: "bundle with text around it",
    tls: ({ root }) => ({ ca: `# our CA\r\n${root.cert.replaceAll("\n", "\r\n")}end` }),
  },
  { name: "wrong CA", tls: ({ other }) => ({ ca: other.cert }), fails: ["tls_failed", unknown] },
  { name: "no CA: the system's roots", tls: () => ({}), fails: ["tls_failed", unknown] },
  { name: "the server sends its intermediate", server: "chained", tls: ({ root }) => ({ ca: root.cert }) },
  {
    name: "the bundle holds the intermediate",
    server: "chained",
    presents: "cert",
    tls: ({ root, intermediate }) => ({ ca: intermediate.cert + root.cert }),
  },
  {
    name: "nobody has the intermediate",
    server: "chained",
    presents: "cert",
    tls: ({ root }) => ({ ca: root.cert }),
    fails: ["tls_failed", unknown],
  },
  { name: "expired", server: "expired", tls: ({ root }) => ({ ca: root.cert }), fails: ["tls_failed", /has expired/] },
  {
    name: "not yet valid",
    server: "future",
    tls: ({ root }) => ({ ca: root.cert }),
    fails: ["tls_failed", /is not yet valid/],
  },
  {
    name: "wrong name",
    server: "byName",
    tls: ({ root }) => ({ ca: root.cert }),
    fails: ["tls_failed", /certificate is valid for api\.example\.test, not 127\.0\.0\.1; set tls-server-name/],
  },
  { name: "address in the certificate", tls: ({ root }) => ({ ca: root.cert }), sni: "" },
  {
    name: "tls-server-name",
    server: "byName",
    tls: ({ root }) => ({ ca: root.cert, serverName: "api.example.test" }),
    sni: "api.example.test",
  },
  {
    name: "tls-server-name that a wildcard covers",
    tls: ({ root }) => ({ ca: root.cert, serverName: "a.wild.example.test" }),
    sni: "a.wild.example.test",
  },
  {
    name: "tls-server-name that is an address",
    tls: ({ root }) => ({ ca: root.cert, serverName: "127.0.0.1" }),
    sni: "",
  },
  {
    name: "tls-server-name that the certificate has not",
    tls: ({ root }) => ({ ca: root.cert, serverName: "elsewhere.test" }),
    fails: [
      "tls_failed",
      /is valid for api\.example\.test, \*\.wild\.example\.test, 127\.0\.0\.1, not elsewhere\.test/,
    ],
  },
  { name: "verification off, unknown authority", tls: () => ({ insecure: true }) },
  { name: "verification off, expired", server: "expired", tls: () => ({ insecure: true }) },
  {
    name: "verification off, with tls-server-name",
    server: "byName",
    tls: () => ({ insecure: true, serverName: "elsewhere.test" }),
    sni: "elsewhere.test",
  },
  {
    name: "CA that is no PEM",
    tls: () => ({ ca: "garbage" }),
    fails: ["tls_failed", /unable to load root certificates: unable to parse bytes as PEM block/],
    early: true,
  },
  {
    name: "CA that is empty",
    tls: () => ({ ca: "" }),
    fails: ["tls_failed", /unable to load root certificates: unable to parse bytes as PEM block/],
    early: true,
  },
  {
    name: "CA that is a key",
    tls: ({ root }) => ({ ca: root.key }),
    fails: ["tls_failed", /unable to load root certificates: no valid certificate authority data seen/],
    early: true,
  },
  {
    name: "client certificate, RSA in PKCS#8",
    mutual: true,
    tls: ({ root, clients }) => ({ ca: root.cert, ...identity(clients.rsa) }),
    client: "rsa",
  },
  {
    name: "client certificate, RSA in PKCS#1",
    mutual: true,
    tls: ({ root, clients }) => ({ ca: root.cert, certificate: clients.rsa.cert, key: clients.rsa.exportKey("pkcs1") }),
    client: "rsa",
  },
  {
    name: "client certificate, EC in PKCS#8",
    mutual: true,
    tls: ({ root, clients }) => ({ ca: root.cert, ...identity(clients.ec) }),
    client: "ec",
  },
  {
    name: "client certificate, EC in SEC 1",
    mutual: true,
    tls: ({ root, clients }) => ({ ca: root.cert, certificate: clients.ec.cert, key: clients.ec.exportKey("sec1") }),
    client: "ec",
  },
  {
    name: "client certificate, EC in SEC 1 after its parameters, as openssl writes it",
    mutual: true,
    tls: ({ root, clients }) => ({
      ca: root.cert,
      certificate: clients.ec.cert,
      key: `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${
        clients.ec.exportKey("sec1")
      }`,
    }),
    client: "ec",
  },
  {
    name: "client certificate, Ed25519",
    mutual: true,
    tls: ({ root, clients }) => ({ ca: root.cert, ...identity(clients.ed25519) }),
    client: "ed25519",
  },
  {
    name: "client certificate with its intermediate",
    mutual: true,
    tls: ({ root, clients }) => ({ ca: root.cert, ...identity(clients.chained) }),
    client: "chained",
  },
  {
    name: "client certificate while verification is off",
    mutual: true,
    tls: ({ clients }) => ({ insecure: true, ...identity(clients.ec) }),
    client: "ec",
  },
  {
    name: "no client certificate where the server wants one",
    mutual: true,
    tls: ({ root }) => ({ ca: root.cert }),
    fails: ["tls_failed", /the server refused the client certificate/],
  },
  {
    name: "encrypted key",
    tls: ({ clients }) => ({ certificate: clients.ec.cert, key: clients.ec.exportKey("pkcs8-encrypted") }),
    fails: [
      "credential_invalid",
      /: tls: failed to parse private key: it is encrypted, and a passphrase cannot be given. Decrypt it first$/,
    ],
    early: true,
  },
  {
    name: "key of another certificate",
    tls: ({ clients, servers }) => ({ certificate: clients.ec.cert, key: servers.byName.key }),
    fails: ["credential_invalid", /: tls: private key does not match public key$/],
    early: true,
  },
  {
    name: "key of another type",
    tls: ({ clients }) => ({ certificate: clients.ec.cert, key: clients.rsa.key }),
    fails: ["credential_invalid", /: tls: private key type does not match public key type$/],
    early: true,
  },
  {
    name: "key that is no PEM",
    tls: ({ clients }) => ({ certificate: clients.ec.cert, key: "garbage" }),
    fails: ["credential_invalid", /: tls: failed to find any PEM data in key input$/],
    early: true,
  },
  {
    name: "key that does not parse",
    tls: ({ clients }) => ({
      certificate: clients.ec.cert,
      key: "-----BEGIN PRIVATE KEY-----\nMAAA\n-----END PRIVATE KEY-----\n",
    }),
    fails: ["credential_invalid", /tls: failed to parse private key/],
    early: true,
  },
  {
    name: "client certificate that is no PEM",
    tls: ({ clients }) => ({ certificate: "garbage", key: clients.ec.key }),
    fails: ["credential_invalid", /: tls: failed to find any PEM data in certificate input$/],
    early: true,
  },
  {
    name: "key without a certificate",
    tls: ({ clients }) => ({ key: clients.ec.key }),
    fails: ["credential_invalid", /certificate is missing/],
    early: true,
  },
  {
    name: "certificate without a key",
    tls: ({ clients }) => ({ certificate: clients.ec.cert }),
    fails: ["credential_invalid", /key is missing/],
    early: true,
  },
];
