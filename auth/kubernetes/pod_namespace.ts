import { hasCode } from "../../errors.ts";
import type { Kubeconfig } from "../../kubeconfig/types.ts";
import type { Platform } from "../../platform/types.ts";
import { inClusterNamespace, isInCluster } from "./in_cluster.ts";

/** Options of {@linkcode podNamespace}. */
export interface PodNamespaceOptions {
  /** Context that is used. @default {current-context} */
  readonly context?: string;
  /** Files and environment. @default {the runtime's} */
  readonly platform?: Partial<Platform>;
}

/**
 * The namespace that takes the place of `default` when a context names none and the program runs in a pod: the pod's.
 *
 * @param kubeconfig The kubeconfig
 * @param options Which context of it is used, and the platform
 * @returns The namespace; undefined when the context names one, outside of a pod, and where the runtime withholds the look
 * @see client-go tools/clientcmd/merged_client_builder.go Namespace
 */
export async function podNamespace(
  kubeconfig: Pick<Kubeconfig, "contexts" | "current-context">,
  options: PodNamespaceOptions = {},
): Promise<string | undefined> {
  const { context = kubeconfig["current-context"], platform } = options;
  if (kubeconfig.contexts.find(({ name }) => name === context)?.context.namespace) return undefined;
  try {
    return await isInCluster({ platform }) ? await inClusterNamespace({ platform }) : undefined;
  } catch (error) {
    if (!hasCode(error, "permission_missing")) throw error;
    return undefined; // A program that may use a kubeconfig need not be allowed to look for a pod.
  }
}
