/**
 * Credentials and where they come from. A {@linkcode Credential} is a frozen value with an expiry; a
 * {@linkcode CredentialSource} is an async function that gives one. Everything else composes from those two.
 *
 * @module
 */
export { isExpired, makeCredential } from "./credential.ts";
export type { IsExpiredOptions } from "./credential.ts";
export { credentialSource } from "./credential_source.ts";
export type { SourceOptions } from "./credential_source.ts";
export { cached } from "./source.ts";
export type { CachedOptions, CredentialStore, ObservedSource } from "./source.ts";
export type {
  AuthEvent,
  BasicCredential,
  ClientCertificate,
  Credential,
  CredentialRequest,
  CredentialSource,
  Observers,
  RefreshReason,
} from "./types.ts";
