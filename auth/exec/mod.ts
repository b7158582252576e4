/**
 * Exec credential plugins, run exactly as client-go runs them.
 *
 * @module
 */
export { execCluster, loadExecCluster } from "./cluster_info.ts";
export type { ExecCluster, ExecClusterOptions, LoadExecClusterOptions } from "./cluster_info.ts";
export { execSource } from "./source.ts";
export type { AllowlistEntry, PluginPolicy } from "./policy.ts";
export type { ExecOptions } from "./types.ts";
