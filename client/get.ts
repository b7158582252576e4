import { namespaceFor, read } from "./read.ts";
import type { ClusterClient, KubeObject, Resource } from "./types.ts";

/** Options of {@linkcode get}. */
export interface GetOptions {
  /** Namespace to look in. @default {the cluster's namespace} */
  readonly namespace?: string;
  /** Part of the object, such as `status` or `scale`. @default {the object itself} */
  readonly subresource?: string;
  /** Gives up. */
  readonly signal?: AbortSignal;
}

/**
 * Reads one object.
 *
 * @example
 * ```ts ignore
 * import { connect, deployments, get } from "@kubecred/kubecred";
 *
 * const cluster = await connect();
 * const web = await get(cluster, deployments, "web", { namespace: "shop" });
 * ```
 *
 * @param cluster Where to read it
 * @param resource The kind of object
 * @param name Its name
 * @param options Namespace and subresource
 * @returns The object as the server has it. Rejects with `status` (`reason` is `NotFound` where there is none), and with
 * what the cluster's fetch rejects with
 */
export async function get<T extends KubeObject>(
  cluster: ClusterClient,
  resource: Resource<T>,
  name: string,
  options: GetOptions = {},
): Promise<T> {
  const { subresource, signal } = options;
  const namespace = namespaceFor(cluster, resource, options.namespace);
  return await read<T>(cluster, { verb: "get", resource, place: { namespace, name, subresource }, signal });
}
