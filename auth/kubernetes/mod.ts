/**
 * Credentials that Kubernetes itself hands out: the service account of the pod that a program runs in.
 *
 * @module
 */
export { inCluster, isInCluster } from "./in_cluster.ts";
export type { InCluster, InClusterOptions } from "./in_cluster.ts";
