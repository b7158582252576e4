/**
 * A `fetch` that is authenticated to a cluster, and plain functions that take it: one per verb.
 *
 * @module
 */
export { createFetch, type CreateFetchOptions } from "./fetch.ts";
export { get, type GetOptions } from "./get.ts";
export { list, listAll, type ListAllOptions, type ListOptions } from "./list.ts";
export { maskAuthorization } from "../redact.ts";
export { resource } from "./resource.ts";
export * from "./resources.ts";
export type {
  ClusterClient,
  ClusterFetch,
  KubeList,
  KubeObject,
  KubeResource,
  ObjectMeta,
  OwnerReference,
  Resource,
} from "./types.ts";
