/**
 * Test kit: real TLS servers, certificates, a fake credential plugin and a fake clock, all on loopback. Needs no package.
 *
 * @module
 */
export { startApiServer } from "./api_server.ts";
export type {
  ApiObject,
  ApiRequest,
  ApiResource,
  ApiResponse,
  ApiServer,
  ApiServerKubeconfigOptions,
  ApiServerOptions,
  ApiUser,
  Fault,
} from "./api_types.ts";
export { createAuthority } from "./pki.ts";
export type { Authority, AuthorityOptions, IssuedCertificate, IssueOptions, KeyFormat } from "./pki.ts";
export type { DistinguishedName, KeyType, KeyUsage } from "./x509.ts";
