import { KubecredError } from "../errors.ts";
import { parseIp } from "../platform/ip.ts";
import { bits, element, integer, octets, oid, sequence, set, text, time, yes } from "./der.ts";

/** The subject or issuer of a certificate. */
export interface DistinguishedName {
  /** CN; Kubernetes reads it as the user name. */
  readonly commonName: string;
  /** O; Kubernetes reads them as the groups. */
  readonly organizations?: readonly string[];
}

/** What is written into a certificate, before it is signed. */
export interface CertificateFields {
  /** Whom it names. */
  readonly subject: DistinguishedName;
  /** Who signs it. */
  readonly issuer: DistinguishedName;
  /** Start of validity, epoch milliseconds. */
  readonly notBefore: number;
  /** End of validity, epoch milliseconds. */
  readonly notAfter: number;
  /** Key algorithm of the signer. */
  readonly signer: KeyType;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /** Key algorithm of the subject. */
  readonly keyType: KeyType;
  /** Identifies the subject's key. */
  readonly keyId: Uint8Array;
  /** Identifies the signer's key. */
  readonly issuerKeyId: Uint8Array;
  /** Big-endian, 20 bytes at most. */
  readonly serial: Uint8Array;
  /** Whether it may sign certificates. */
  readonly authority: boolean;
  /** Extended key usages. */
  readonly usages: readonly KeyUsage[];
  /** Subject alternative names, DNS. */
  readonly dnsNames: readonly string[];
  /** Subject alternative names, IPv4 and IPv6. */
  readonly ipAddresses: readonly string[];
}

/** `ec` is P-256, `rsa` has 2048 bits. */
export type KeyType = "ec" | "rsa" | "ed25519";

/** What a certificate may be presented as. */
export type KeyUsage = "server" | "client";

const usageOids: Record<KeyUsage, string> = { server: "1.3.6.1.5.5.7.3.1", client: "1.3.6.1.5.5.7.3.2" };

/** The TBSCertificate, version 3 (RFC 5280, 4.1.2). */
export function certificateBody(fields: CertificateFields): Uint8Array<ArrayBuffer> {
  return sequence(
    element(0xa0, integer(2)),
    integer(...fields.serial),
    algorithm(fields.signer),
    name(fields.issuer),
    sequence(time(fields.notBefore), time(fields.notAfter)),
    name(fields.subject),
    fields.publicKey,
    element(0xa3, sequence(...extensions(fields))),
  );
}

/** The whole certificate: body, algorithm, signature. */
export function signedCertificate(
  body: Uint8Array,
  signer: KeyType,
  signature: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return sequence(body, algorithm(signer), bits(signature));
}

function algorithm(key: KeyType): Uint8Array {
  if (key === "ec") return sequence(oid("1.2.840.10045.4.3.2"));
  if (key === "ed25519") return sequence(oid("1.3.101.112"));
  return sequence(oid("1.2.840.113549.1.1.11"), element(0x05));
}

function name({ commonName, organizations = [] }: DistinguishedName): Uint8Array {
  const part = (type: string, value: string) => set(sequence(oid(type), text(value)));
  return sequence(...organizations.map((value) => part("2.5.4.10", value)), part("2.5.4.3", commonName));
}

function extensions(fields: CertificateFields): Uint8Array[] {
  const { authority, dnsNames, ipAddresses } = fields;
  const names = [
    ...dnsNames.map((dns) => text(dns, 0x82)),
    ...ipAddresses.map((ip) => element(0x87, addressOctets(ip))),
  ];
  const list = [
    extension("2.5.29.19", authority ? sequence(yes()) : sequence(), "critical"),
    extension("2.5.29.15", authority ? bits(Uint8Array.of(0x86), 1) : leafKeyUsage(fields.keyType), "critical"),
    extension("2.5.29.14", octets(fields.keyId)),
    extension("2.5.29.35", sequence(element(0x80, fields.issuerKeyId))),
  ];
  const usages = fields.usages.map((usage) => oid(usageOids[usage]));
  if (usages.length > 0) list.push(extension("2.5.29.37", sequence(...usages)));
  if (names.length > 0) list.push(extension("2.5.29.17", sequence(...names)));
  return list;
}

function extension(id: string, value: Uint8Array, critical?: "critical"): Uint8Array {
  return critical ? sequence(oid(id), yes(), octets(value)) : sequence(oid(id), octets(value));
}

// digitalSignature, and keyEncipherment where the key can encipher.
function leafKeyUsage(key: KeyType): Uint8Array {
  return key === "rsa" ? bits(Uint8Array.of(0xa0), 5) : bits(Uint8Array.of(0x80), 7);
}

function addressOctets(ip: string): Uint8Array {
  const bytes = parseIp(ip);
  if (!bytes) throw new KubecredError("invalid_argument", `Cannot issue a certificate: ${ip} is no IP address`);
  return ip.includes(":") ? bytes : bytes.subarray(12);
}
