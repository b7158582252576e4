/**
 * Kubeconfig, exactly as kubectl reads it: find the files, parse, merge, resolve a context, validate, write back.
 *
 * @example
 * ```ts ignore
 * import { loadKubeconfig, resolveContext } from "@kubecred/kubecred/kubeconfig";
 *
 * const connection = resolveContext(await loadKubeconfig());
 * console.log(connection.server, connection.namespace);
 * ```
 *
 * @module
 */
export { formatKubeconfig } from "./format.ts";
export { loadKubeconfig } from "./load.ts";
export type { LoadKubeconfigOptions } from "./load.ts";
export { mergeKubeconfigs } from "./merge.ts";
export type { ResolveContextOptions } from "./overrides.ts";
export { parseKubeconfig } from "./parse.ts";
export type { ParseKubeconfigOptions } from "./parse.ts";
export { resolveContext } from "./resolve.ts";
export type {
  AuthProviderStanza,
  ClusterStanza,
  Connection,
  ConnectionInit,
  ConnectionTls,
  ContextStanza,
  ExecStanza,
  Impersonation,
  JsonValue,
  Kubeconfig,
  NamedCluster,
  NamedContext,
  NamedExtension,
  NamedUser,
  Origin,
  PemSource,
  UserStanza,
} from "./types.ts";
export { validateKubeconfig } from "./validate.ts";
