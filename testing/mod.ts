/**
 * Test kit: real TLS servers, certificates, a fake credential plugin and a fake clock, all on loopback. Needs no package.
 *
 * @module
 */
export { createAuthority } from "./pki.ts";
export type { Authority, AuthorityOptions, IssuedCertificate, IssueOptions, KeyFormat } from "./pki.ts";
export type { DistinguishedName, KeyType, KeyUsage } from "./x509.ts";
