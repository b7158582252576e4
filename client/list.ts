import { KubecredError, KubeStatusError } from "../errors.ts";
import { namespaceFor, read } from "./read.ts";
import type { ClusterClient, KubeList, KubeObject, Resource } from "./types.ts";

/** What to list, for {@linkcode list} and {@linkcode listAll}. */
export interface ListAllOptions {
  /** Namespace to look in. @default {the cluster's namespace} */
  readonly namespace?: string;
  /** Every namespace at once. @default {false} */
  readonly allNamespaces?: boolean;
  /** Such as `app=web,tier!=cache`. */
  readonly labelSelector?: string;
  /** Such as `status.phase=Running`. */
  readonly fieldSelector?: string;
  /** Objects per page. @default {all for list, 500 for listAll} */
  readonly limit?: number;
  /** `"0"` accepts any version that the server has at hand. @default {the most recent} */
  readonly resourceVersion?: string;
  /** Gives up. */
  readonly signal?: AbortSignal;
}

/** Options of {@linkcode list}. */
export interface ListOptions extends ListAllOptions {
  /** `metadata.continue` of the page before. */
  readonly continue?: string;
}

/**
 * Lists objects, all at once or one page.
 *
 * @example
 * ```ts ignore
 * import { connect, list, pods } from "@kubecred/kubecred";
 *
 * const cluster = await connect();
 * const { items } = await list(cluster, pods, { allNamespaces: true, labelSelector: "app=web" });
 * ```
 *
 * @param cluster Where to list
 * @param resource The kind of object
 * @param options Namespace, selectors and paging
 * @returns The list as the server has it. Rejects with `status`, with `expired` when `continue` or `resourceVersion` is too
 * old, and with what the cluster's fetch rejects with
 */
export async function list<T extends KubeObject>(
  cluster: ClusterClient,
  resource: Resource<T>,
  options: ListOptions = {},
): Promise<KubeList<T>> {
  const { labelSelector, fieldSelector, limit, resourceVersion, signal } = options;
  const namespace = options.allNamespaces ? undefined : namespaceFor(cluster, resource, options.namespace);
  const page = await read<KubeList<T>>(cluster, {
    verb: "list",
    resource,
    place: { namespace },
    query: { labelSelector, fieldSelector, limit, continue: options.continue, resourceVersion },
    signal,
  });
  // An empty list of Go is null.
  if (page.items === null) return { ...page, items: [] };
  if (!Array.isArray(page.items)) {
    throw new KubecredError(
      "protocol",
      `Cannot list ${resource.plural}: the server answered with ${page.kind}, not a list`,
    );
  }
  return page;
}

/**
 * Lists objects one by one, a page of 500 at a time. When the list expires between two pages, the server offers to go on
 * with what is there now, and that is taken: no object is given twice, one changed meanwhile may be missed.
 *
 * Source of the rule: https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 *
 * @example
 * ```ts ignore
 * import { connect, listAll, secrets } from "@kubecred/kubecred";
 *
 * const cluster = await connect();
 * for await (const secret of listAll(cluster, secrets, { allNamespaces: true })) console.log(secret.metadata.name);
 * ```
 *
 * @param cluster Where to list
 * @param resource The kind of object
 * @param options Namespace, selectors and page size
 * @returns The objects. Rejects as {@linkcode list} does, with `expired` only where the server offers no way on
 */
export async function* listAll<T extends KubeObject>(
  cluster: ClusterClient,
  resource: Resource<T>,
  options: ListAllOptions = {},
): AsyncGenerator<T, void, void> {
  const { limit = 500, ...rest } = options;
  let next: string | undefined;
  do {
    const page: KubeList<T> = await nextPage(next);
    yield* page.items;
    next = page.metadata?.continue || undefined;
  } while (next);

  async function nextPage(token: string | undefined): Promise<KubeList<T>> {
    // The token carries the version; naming another is an error.
    const request = token === undefined
      ? { ...rest, limit }
      : { ...rest, limit, resourceVersion: undefined, continue: token };
    try {
      return await list(cluster, resource, request);
    } catch (error) {
      const offered = error instanceof KubeStatusError && error.status === 410 && error.kubeStatus.metadata?.continue;
      if (token === undefined || !offered || offered === token) throw error;
      return await list(cluster, resource, { ...request, continue: offered });
    }
  }
}
