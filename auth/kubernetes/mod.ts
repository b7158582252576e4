/**
 * Credentials that Kubernetes itself hands out: the service account of the pod that a program runs in.
 *
 * @module
 */
export { inCluster, inClusterNamespace, isInCluster } from "./in_cluster.ts";
export type { InCluster, InClusterOptions } from "./in_cluster.ts";
export { podNamespace } from "./pod_namespace.ts";
export type { PodNamespaceOptions } from "./pod_namespace.ts";
