/**
 * Authenticate to any Kubernetes cluster from any JavaScript runtime: kubeconfig as kubectl reads it, credential plugins as
 * client-go runs them, and a `fetch` that never sends a stale credential.
 *
 * ```ts ignore
 * import { connect, list, pods } from "@kubecred/kubecred";
 *
 * const cluster = await connect();
 * for (const pod of (await list(cluster, pods, { namespace: "default" })).items) console.log(pod.metadata.name);
 * await cluster.close();
 * ```
 *
 * Deno needs `--allow-read` for the kubeconfig and what it names, `--allow-env=HOME,KUBECONFIG`, `--allow-net` for the
 * server, and `--allow-run` for the credential plugin, if there is one.
 *
 * @module
 */
export { makeCredential } from "./auth/credential.ts";
export type {
  AuthEvent,
  BasicCredential,
  ClientCertificate,
  Credential,
  CredentialRequest,
  CredentialSource,
  Observers,
  RefreshReason,
} from "./auth/types.ts";
export * from "./client/mod.ts";
export { type Cluster, connect, type ConnectOptions } from "./connect.ts";
export { hasCode, KubecredError, KubeStatusError } from "./errors.ts";
export type { Connection, ConnectionInit, Kubeconfig } from "./kubeconfig/types.ts";
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
} from "./platform/types.ts";
