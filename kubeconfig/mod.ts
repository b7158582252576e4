/**
 * Kubeconfig, exactly as kubectl reads it: find the files, parse, merge, resolve a context, validate, write back.
 *
 * @example
 * ```ts
 * import { parseKubeconfig, resolveContext } from "@kubecred/kubecred/kubeconfig";
 * import assert from "node:assert/strict";
 *
 * const kubeconfig = parseKubeconfig(`
 * clusters: [{ name: dev, cluster: { server: "https://10.0.0.1:6443" } }]
 * contexts: [{ name: dev, context: { cluster: dev, namespace: web } }]
 * current-context: dev
 * `);
 * const { server, namespace } = resolveContext(kubeconfig);
 * assert.deepEqual([server, namespace], ["https://10.0.0.1:6443", "web"]);
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
