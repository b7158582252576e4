import { rootCertificates } from "../../encoding/pem.ts";
import { hasCode, KubecredError } from "../../errors.ts";
import type { Connection, PemSource, UserStanza } from "../../kubeconfig/types.ts";
import { resolvePlatform } from "../../platform/mod.ts";
import { optionalEnv } from "../../platform/optional_env.ts";
import type { Platform } from "../../platform/types.ts";
import { conceal } from "../../redact.ts";
import { makeCredential } from "../credential.ts";
import { tokenFileSource } from "../token_file.ts";
import type { CredentialSource, Observers } from "../types.ts";

/** Options of {@linkcode inCluster}. */
export interface InClusterOptions extends Observers {
  /** Server to use in place of the cluster's own. @default {KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT} */
  readonly server?: string;
  /** Bearer token in place of the service account's. @default {none} */
  readonly token?: string;
  /** File with a bearer token in place of the service account's; wins over `token`. @default {the service account's} */
  readonly tokenFile?: string;
  /** The only roots to trust. @default {the service account's; the system's where it has none} */
  readonly ca?: PemSource;
  /** Namespace of requests that name none. @default {POD_NAMESPACE, else the service account's, else "default"} */
  readonly namespace?: string;
  /** Files, environment and the clock. @default {the runtime's} */
  readonly platform?: Partial<Platform>;
}

/** The cluster that a pod runs in. */
export interface InCluster {
  /** Server, CA and namespace. */
  readonly connection: Connection;
  /** The pod's service account. */
  readonly source: CredentialSource;
}

const directory = "/var/run/secrets/kubernetes.io/serviceaccount";
const tokenPath = `${directory}/token`;
const caPath = `${directory}/ca.crt`;
const namespacePath = `${directory}/namespace`;

/**
 * Finds the cluster that this pod runs in and the service account that it runs as. Token and CA are files that rotate:
 * the token is read again every 50 seconds, the CA every five minutes, when there are requests.
 *
 * @example In a pod, `connect(await inCluster())` is all; this one is made up
 * ```ts
 * import { inCluster } from "@kubecred/kubecred/auth/kubernetes";
 * import { fakePlatform } from "@kubecred/kubecred/testing";
 * import assert from "node:assert/strict";
 *
 * const { connection, source } = await inCluster({
 *   platform: fakePlatform({
 *     files: { "/var/run/secrets/kubernetes.io/serviceaccount/token": "abc" },
 *     variables: { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" },
 *   }),
 * });
 * assert.equal(connection.server, "https://[fd00::1]:443");
 * assert.equal((await source()).token, "abc");
 * ```
 *
 * @param options What to use in place of the pod's own
 * @returns What `connect` takes. Rejects with `kubeconfig_not_found` outside of a pod; `file_not_found` or `file_denied`
 * when there is no service account token; `permission_missing`
 * @see client-go rest/config.go InClusterConfig
 */
export async function inCluster(options: InClusterOptions = {}): Promise<InCluster> {
  const { onWarning } = options;
  const platform = resolvePlatform(options.platform);
  const host = platform.env("KUBERNETES_SERVICE_HOST");
  const port = platform.env("KUBERNETES_SERVICE_PORT");
  if (!host || !port) {
    throw new KubecredError(
      "kubeconfig_not_found",
      "Cannot connect from within a pod: unable to load in-cluster configuration, " +
        "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined",
    );
  }
  await platform.readFile(tokenPath);
  const namespace = options.namespace || await inClusterNamespace({ platform });
  const warnings: string[] = [];
  const ca = options.ca ?? await roots(platform, warnings);

  const overridden = Boolean(options.token || options.tokenFile);
  const { token, tokenFile } = overridden ? options : { token: undefined, tokenFile: tokenPath };
  const user: UserStanza = conceal<UserStanza>({ token, tokenFile }, ["token"]);
  const credential = makeCredential({ token });
  const source: CredentialSource = tokenFile
    ? tokenFileSource(tokenFile, { token, platform, onWarning })
    : () => Promise.resolve(credential);
  const connection = Object.freeze({
    server: options.server || `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    namespace,
    user,
    tls: Object.freeze(ca ? { ca } : {}),
    warnings: Object.freeze(warnings),
  });
  return Object.freeze({ connection, source });
}

/**
 * Whether {@linkcode inCluster} has what it needs: the environment of a pod and a service account token. A runtime that
 * withholds the look is taken for no pod, as a program that may use a kubeconfig need not be allowed to look for one.
 *
 * @example
 * ```ts
 * import { isInCluster } from "@kubecred/kubecred/auth/kubernetes";
 * import { fakePlatform } from "@kubecred/kubecred/testing";
 * import assert from "node:assert/strict";
 *
 * assert.equal(await isInCluster({ platform: fakePlatform() }), false);
 * ```
 *
 * @param options The platform
 * @returns True in a pod
 * @see client-go tools/clientcmd/client_config.go inClusterClientConfig.Possible
 */
export async function isInCluster(options: Pick<InClusterOptions, "platform"> = {}): Promise<boolean> {
  const { env, stat } = resolvePlatform(options.platform);
  if (!optionalEnv(env, "KUBERNETES_SERVICE_HOST") || !optionalEnv(env, "KUBERNETES_SERVICE_PORT")) return false;
  try {
    return (await stat(tokenPath))?.isFile ?? false;
  } catch (error) {
    if (hasCode(error, "permission_missing")) return false;
    throw error;
  }
}

/**
 * The namespace of the pod: `POD_NAMESPACE`, else the service account's, else `default`.
 *
 * @param options The platform
 * @returns The namespace
 * @see client-go tools/clientcmd/client_config.go inClusterClientConfig.Namespace
 */
export async function inClusterNamespace(options: Pick<InClusterOptions, "platform"> = {}): Promise<string> {
  const { env, stat, readFile } = resolvePlatform(options.platform);
  const named = optionalEnv(env, "POD_NAMESPACE");
  if (named) return named;
  if (!await stat(namespacePath)) return "default";
  return new TextDecoder().decode(await readFile(namespacePath)).trim() || "default";
}

// client-go goes on with the system's roots when there is no sound CA, and says so.
async function roots(platform: Platform, warnings: string[]): Promise<PemSource | undefined> {
  try {
    rootCertificates(new TextDecoder().decode(await platform.readFile(caPath)));
    return Object.freeze({ file: caPath });
  } catch (error) {
    const reason = (error as Error).message;
    warnings.push(
      `Expected to load root CA config from ${caPath}, but got err: ${reason} (the system's roots are used)`,
    );
  }
}
