/**
 * The only folder that touches a runtime. {@linkcode resolvePlatform} is what the rest of the library calls.
 *
 * @module
 */
export { resolvePlatform } from "./resolve.ts";
export type {
  Command,
  CommandOutput,
  FileInfo,
  Platform,
  PlatformFetch,
  Terminal,
  TlsOptions,
  Transport,
  TransportOptions,
} from "./types.ts";
