import type { PluginPolicy } from "./auth/exec/policy.ts";
import type { CredentialSource, Observers } from "./auth/types.ts";
import { createFetch } from "./client/fetch.ts";
import type { ClusterFetch } from "./client/types.ts";
import { hasCode } from "./errors.ts";
import { completeConnection } from "./kubeconfig/complete.ts";
import type { Connection, ConnectionInit, Kubeconfig } from "./kubeconfig/types.ts";
import { untilAborted } from "./platform/abort.ts";
import type { Platform } from "./platform/types.ts";

/** Options of {@linkcode connect}. */
export interface ConnectOptions extends Observers {
  /** A path, as `--kubeconfig`, or a parsed kubeconfig. @default {the files of KUBECONFIG, else ~/.kube/config} */
  readonly kubeconfig?: string | Kubeconfig;
  /** Context to use. @default {current-context} */
  readonly context?: string;
  /** Namespace of requests that name none. @default {the context's, else "default"} */
  readonly namespace?: string;
  /** Server and TLS, in place of a kubeconfig. */
  readonly connection?: ConnectionInit;
  /** Where credentials come from, in place of the user of the kubeconfig. It stays open when the cluster is closed. */
  readonly source?: CredentialSource;
  /** What the runtime gives. @default {the runtime's} */
  readonly platform?: Partial<Platform>;
  /** Which credential plugins may run. @default {all for a kubeconfig from files, none for one from text} */
  readonly policy?: PluginPolicy;
  /** Milliseconds for a run of a credential plugin. @default {60 s; 10 min when it may ask at a terminal} */
  readonly pluginTimeout?: number;
  /** Most bytes that a credential plugin may print. @default {1 MiB} */
  readonly pluginOutputLimit?: number;
  /** Milliseconds for a whole request; watches and followed logs are exempt. @default {none} */
  readonly timeout?: number;
  /** Gives up connecting. */
  readonly signal?: AbortSignal;
}

/** A cluster at hand. Frozen; holds no secret that prints. */
export interface Cluster {
  /** Where it is and how it is reached. */
  readonly connection: Connection;
  /** Where its credentials come from. */
  readonly source: CredentialSource;
  /** `fetch`, authenticated to it. */
  readonly fetch: ClusterFetch;
  /** Namespace of requests that name none. */
  readonly namespace: string;
  /** Its server. */
  readonly server: string;
  /** Ends all that is under way: requests, connections and credential plugins. */
  close(): Promise<void>;
  /** The same, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Connects to the cluster of a kubeconfig, of a connection and a source, or of the pod that the program runs in. Nothing is
 * sent and no plugin is run before the first request; files that the kubeconfig names are read, so that what is missing
 * or broken is told here.
 *
 * @example The cluster that kubectl uses
 * ```ts ignore
 * import { connect, list, pods } from "@kubecred/kubecred";
 *
 * const cluster = await connect({ context: "production" });
 * console.log((await list(cluster, pods)).items.length);
 * await cluster.close();
 * ```
 *
 * @param options What to connect to, and how; without any, what kubectl would use, else the pod's own cluster
 * @returns The cluster. Rejects with `kubeconfig_not_found`, `kubeconfig_invalid`, `context_not_found`, `file_not_found`,
 * `file_denied`, `permission_missing`, `credential_invalid`, `tls_failed`, `plugin_denied` or `unsupported`
 */
export async function connect(options: ConnectOptions = {}): Promise<Cluster> {
  const { platform, signal, timeout, onWarning, onEvent } = options;
  signal?.throwIfAborted();
  const target = await untilAborted(findTarget(options), signal);
  const { connection } = target;
  for (const warning of connection.warnings) onWarning?.(warning);
  const readFiles = connection.origin?.kind !== "text" || options.policy === "allow-all";
  await untilAborted(checkMaterial(connection, { platform, readFiles }), signal);
  const source = options.source ?? target.source ?? await userSource(connection, options);
  // As in client-go, a token file that cannot be read is told here; any other source waits for the first request.
  if (source !== options.source && connection.user.tokenFile) await source({ signal });
  const fetch = createFetch(connection, source, { platform, timeout, readFiles, onWarning, onEvent });
  const close = async () => {
    await Promise.all([fetch.close(), source === options.source ? undefined : source.close?.()]);
  };
  const { namespace, server } = connection;
  return Object.freeze({ connection, source, fetch, namespace, server, close, [Symbol.asyncDispose]: close });
}

/** Where to connect; with a source where that is settled as well. */
interface Target {
  readonly connection: Connection;
  readonly source?: CredentialSource;
}

// Rooms are loaded as they are needed: whoever brings a connection and a source pays for no YAML and no plugins.
async function findTarget(options: ConnectOptions): Promise<Target> {
  const { platform, context, namespace } = options;
  if (options.connection) {
    const { namespace: own } = options.connection;
    return { connection: completeConnection({ ...options.connection, namespace: namespace ?? own }) };
  }
  const { loadKubeconfig, resolveContext } = await import("./kubeconfig/mod.ts");
  const { podNamespace } = await import("./auth/kubernetes/pod_namespace.ts");
  const kubeconfig = typeof options.kubeconfig === "object"
    ? options.kubeconfig
    : await loadKubeconfig({ path: options.kubeconfig, platform });
  try {
    const connection = resolveContext(kubeconfig, { context, namespace });
    const podsOwn = namespace ? undefined : await podNamespace(kubeconfig, { context, platform });
    return { connection: podsOwn ? resolveContext(kubeconfig, { context, namespace: podsOwn }) : connection };
  } catch (error) {
    const pod = hasCode(error, "kubeconfig_not_found") && await import("./auth/kubernetes/mod.ts");
    if (!pod || !await pod.isInCluster({ platform })) throw error;
    return await pod.inCluster({ platform, namespace, onWarning: options.onWarning });
  }
}

async function checkMaterial(
  connection: Connection,
  options: { readonly platform?: Partial<Platform>; readonly readFiles: boolean },
): Promise<void> {
  const { ca, certificate, key } = connection.tls;
  if (options.readFiles && [ca, certificate, key].some((source) => source?.file)) {
    const { checkFiles } = await import("./kubeconfig/check_files.ts");
    await checkFiles(connection, options);
  }
  const { tlsMaterial } = await import("./client/tls_material.ts");
  await tlsMaterial(connection, options)();
}

async function userSource(connection: Connection, options: ConnectOptions): Promise<CredentialSource> {
  const { platform, policy, pluginTimeout, pluginOutputLimit, onWarning, onEvent } = options;
  const { credentialSource } = await import("./auth/credential_source.ts");
  const persist = persistence(connection, platform);
  return credentialSource(connection, {
    platform,
    policy,
    pluginTimeout,
    pluginOutputLimit,
    persist,
    onWarning,
    onEvent,
  });
}

/** Writes refreshed OIDC tokens back to the file that the user entry came from, as kubectl does. */
function persistence(
  { origin, userName }: Connection,
  platform: Partial<Platform> | undefined,
): ((config: Readonly<Record<string, string>>) => Promise<void>) | undefined {
  if (origin?.kind !== "file" || origin.path === undefined || userName === undefined) return undefined;
  const file = { path: origin.path, user: userName, platform };
  return async (config) => {
    const { updateUserInFile } = await import("./kubeconfig/update_user.ts");
    await updateUserInFile(file, (stanza) => ({
      ...stanza,
      "auth-provider": { ...stanza["auth-provider"] as object, config },
    }));
  };
}
