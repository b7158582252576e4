import { decodeBase64Text } from "../encoding/base64.ts";
import { cleanText } from "../encoding/clean_text.ts";
import { withoutQuery, withoutUserInfo } from "../encoding/server_url.ts";
import { KubecredError } from "../errors.ts";
import { conceal } from "../redact.ts";
import { namespaceName, overrideCluster, overrideUser, type ResolveContextOptions } from "./overrides.ts";
import { assign, changeField } from "./plain.ts";
import type {
  ClusterStanza,
  Connection,
  ConnectionTls,
  ContextStanza,
  Impersonation,
  JsonValue,
  Kubeconfig,
  Origin,
  PemSource,
  UserStanza,
} from "./types.ts";
import { clusterFaults, contextNotFound, emptyCluster, emptyConfig, userFaults } from "./validate.ts";

const execExtension = "client.authentication.k8s.io/exec";
const authenticating = ["token", "tokenFile", "username", "client-certificate", "client-certificate-data", "exec"];

/**
 * Makes one context concrete: server, TLS, proxy, namespace, impersonation and the user stanza, with overrides put over
 * it. Pure: nothing is read, run or fetched.
 *
 * @example
 * ```ts
 * import { parseKubeconfig, resolveContext } from "@kubecred/kubecred/kubeconfig";
 * import assert from "node:assert/strict";
 *
 * const kubeconfig = parseKubeconfig(`
 * clusters: [{ name: c, cluster: { server: "https://10.0.0.1:6443" } }]
 * contexts: [{ name: dev, context: { cluster: c, user: me } }]
 * users: [{ name: me, user: { token: hidden } }]
 * `);
 * const connection = resolveContext(kubeconfig, { context: "dev", namespace: "web" });
 * assert.equal(connection.server, "https://10.0.0.1:6443");
 * assert.equal(connection.namespace, "web");
 * ```
 *
 * @param kubeconfig The kubeconfig
 * @param options Which context, and what to put over it
 * @returns The connection, frozen; what was odd but accepted is in its `warnings`
 * @throws `context_not_found` when the context is not there; `kubeconfig_not_found` when it leads to no server at all, so
 * that a caller may fall back on the service account of the pod; `kubeconfig_invalid` for all else, with every fault in
 * client-go's words
 * @see client-go tools/clientcmd/client_config.go ClientConfig
 */
export function resolveContext(kubeconfig: Kubeconfig, options: ResolveContextOptions = {}): Connection {
  const contextName = options.context || kubeconfig["current-context"] || "";
  const entry = kubeconfig.contexts.find(({ name }) => name === contextName);
  const context: ContextStanza = entry?.context ?? {};
  const userName = options.user || context.user || "";
  const clusterName = options.cluster || context.cluster || "";
  const userEntry = kubeconfig.users.find(({ name }) => name === userName);
  const clusterEntry = kubeconfig.clusters.find(({ name }) => name === clusterName);

  const subject = contextName ? `context ${JSON.stringify(contextName)}` : "the kubeconfig";
  if (options.user && !userEntry) throw failure(subject, `auth info ${JSON.stringify(userName)} does not exist`);
  if (options.context && !entry) {
    throw failure(subject, `context ${JSON.stringify(contextName)} does not exist`, "context_not_found");
  }
  if (options.cluster && !clusterEntry) {
    throw failure(subject, `cluster ${JSON.stringify(clusterName)} does not exist`);
  }

  const warnings = [...kubeconfig.warnings];
  const cluster = overrideCluster(clusterEntry?.cluster ?? {}, options);
  let user = readMode(overrideUser(userEntry?.user ?? {}, options), userName, warnings);
  const faults = [
    ...(contextName && !entry ? [contextNotFound(contextName)] : []),
    ...userFaults(userName, user),
    ...clusterFaults(clusterName, cluster),
  ];
  if (faults.length === 1 && faults[0] === emptyCluster) {
    const gone = clusterName && !clusterEntry
      ? `cluster ${JSON.stringify(clusterName)} is not in the kubeconfig; `
      : "";
    throw failure(subject, `${gone}invalid configuration: ${emptyConfig}`, "kubeconfig_not_found");
  }
  if (faults.length > 0) {
    const list = faults.length === 1 ? faults[0] : `[${faults.join(", ")}]`;
    const code = contextName && !entry ? "context_not_found" : "kubeconfig_invalid";
    throw failure(subject, `invalid configuration: ${list}`, code);
  }

  if (userName && !userEntry) {
    warnings.push(`user ${JSON.stringify(userName)} is not in the kubeconfig: requests are anonymous`);
  }
  // As client-go does, so that the plugin and the requests see the same URL.
  const server = withoutQuery(cluster.server!);
  const impersonate = impersonationOf(user);
  const tls = tlsOf(cluster, user);
  if (!/^https:\/\//i.test(server)) user = withoutCredentials(user, { server, tls, warnings });

  return conceal<Connection>({
    server,
    namespace: (options.namespace && namespaceName(options.namespace)) || context.namespace || "default",
    context: contextName || undefined,
    cluster: clusterName || undefined,
    userName: userName || undefined,
    user: changeField(user, "exec", (exec) => changeField(exec, "installHint", cleanText)),
    tls,
    proxyUrl: cluster["proxy-url"] || undefined,
    disableCompression: cluster["disable-compression"] || undefined,
    impersonate,
    execConfig: execConfigOf(cluster),
    origin: originOf(userEntry?.origin, clusterEntry?.origin),
    warnings: Object.freeze(warnings),
  }, ["proxyUrl"]);
}

function failure(
  subject: string,
  reason: string,
  code: "kubeconfig_invalid" | "kubeconfig_not_found" | "context_not_found" = "kubeconfig_invalid",
): KubecredError {
  return new KubecredError(code, `Cannot resolve ${subject}: ${reason}`);
}

// Several guides write v1 stanzas without the mode. client-go refuses those.
function readMode(user: UserStanza, userName: string, warnings: string[]): UserStanza {
  return changeField(user, "exec", (exec) => {
    if (exec.interactiveMode || exec.apiVersion !== "client.authentication.k8s.io/v1") return exec;
    warnings.push(
      `interactiveMode must be specified for ${userName} to use exec authentication plugin; read as IfAvailable`,
    );
    return assign(exec, { interactiveMode: "IfAvailable" });
  });
}

// client-go drops what the file names as credentials when the server is not HTTPS; impersonation stays.
function withoutCredentials(
  user: UserStanza,
  { server, tls, warnings }: {
    readonly server: string;
    readonly tls: ConnectionTls;
    readonly warnings: string[];
  },
): UserStanza {
  const given = [...authenticating, "auth-provider"].filter((field) => user[field]);
  const settings = [...given, ...Object.keys(tls)];
  if (settings.length > 0 && !/^[a-z][a-z0-9+.-]*:\/\//i.test(server)) {
    throw new KubecredError(
      "kubeconfig_invalid",
      `Cannot use server ${JSON.stringify(withoutUserInfo(server))}: without a scheme it is plain HTTP, and ` +
        `${settings.join(", ")} would be dropped. Write https:// before it`,
    );
  }
  if (given.length > 0) {
    warnings.push(`the server is plain HTTP: ${given.join(", ")} of the kubeconfig is not used`);
  }
  return Object.freeze({});
}

function tlsOf(cluster: ClusterStanza, user: UserStanza): ConnectionTls {
  const certificate = pem(user["client-certificate"], user["client-certificate-data"]);
  const key = certificate && pem(user["client-key"], user["client-key-data"]);
  const fields: ConnectionTls = {
    ca: pem(cluster["certificate-authority"], cluster["certificate-authority-data"]),
    certificate,
    key: key && conceal(key, ["data"]),
    serverName: cluster["tls-server-name"] || undefined,
    insecure: cluster["insecure-skip-tls-verify"] || undefined,
  };
  return Object.freeze(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
}

function pem(file: string | undefined, data: string | undefined): PemSource | undefined {
  if (data) return Object.freeze({ data: decodeBase64Text(data) });
  return file ? Object.freeze({ file }) : undefined;
}

function impersonationOf(user: UserStanza): Impersonation | undefined {
  const { as, "as-uid": uid, "as-groups": groups, "as-user-extra": extra } = user;
  return as
    ? Object.freeze({ user: as, ...(uid && { uid }), ...(groups && { groups }), ...(extra && { extra }) })
    : undefined;
}

function execConfigOf(cluster: ClusterStanza): JsonValue | undefined {
  return cluster.extensions?.find(({ name }) => name === execExtension)?.extension;
}

function originOf(...origins: readonly (Origin | undefined)[]): Origin | undefined {
  return origins.find((origin) => origin?.kind === "text") ?? origins.find((origin) => origin);
}
