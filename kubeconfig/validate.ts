/** client-go's catalogue of messages, tools/clientcmd/validation.go, as far as it needs no file. */
import { withoutUserInfo } from "../encoding/server_url.ts";
import { proxyUrlFault } from "./proxy_url.ts";
import type { ClusterStanza, ContextStanza, ExecStanza, Kubeconfig, UserStanza } from "./types.ts";

/** The message for a kubeconfig that says nothing. */
export const emptyConfig = "no configuration has been provided, try setting KUBERNETES_MASTER environment variable";
/** The message for a cluster that says nothing. */
export const emptyCluster = "cluster has no server defined";

const dnsLabel = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const interactiveModes = ["Never", "IfAvailable", "Always"];

/**
 * Checks a whole kubeconfig, entries that no context uses among them. Nothing is read: whether files that it names exist
 * is not checked.
 *
 * @example
 * ```ts
 * import { parseKubeconfig, validateKubeconfig } from "@kubecred/kubecred/kubeconfig";
 * import assert from "node:assert/strict";
 *
 * const kubeconfig = parseKubeconfig("contexts: [{ name: dev, context: { cluster: gone } }]");
 * assert.deepEqual(validateKubeconfig(kubeconfig), [
 *   'user was not specified for context "dev"',
 *   'cluster "gone" was not found for context "dev"',
 * ]);
 * ```
 *
 * @param kubeconfig The kubeconfig
 * @returns What is wrong, in client-go's words; empty when nothing is
 * @see client-go tools/clientcmd/validation.go Validate
 */
export function validateKubeconfig(kubeconfig: Kubeconfig): readonly string[] {
  if (isEmpty(kubeconfig)) return [emptyConfig];
  const { clusters, contexts, users } = kubeconfig;
  const current = kubeconfig["current-context"];
  const missing = current && !contexts.some(({ name }) => name === current);
  return [
    ...(missing ? [contextNotFound(current)] : []),
    ...contexts.flatMap(({ name, context }) => contextFaults(name, context, kubeconfig)),
    ...users.flatMap(({ name, user }) => userFaults(name, user)),
    ...clusters.flatMap(({ name, cluster }) => clusterFaults(name, cluster)),
  ];
}

/** The message for a context that is not there. */
export function contextNotFound(name: string): string {
  return `context was not found for specified context: ${name}`;
}

/** What is wrong with a cluster entry. */
export function clusterFaults(name: string, cluster: ClusterStanza): string[] {
  const faults: string[] = [];
  const { server, "certificate-authority": file, "certificate-authority-data": data } = cluster;
  const proxyUrl = cluster["proxy-url"];
  const proxyFault = proxyUrl ? proxyUrlFault(proxyUrl) : undefined;
  if (!saysAnything(cluster)) return [emptyCluster];
  if (!server) {
    faults.push(
      name ? `no server found for cluster ${JSON.stringify(name)}` : "default cluster has no server defined",
    );
  }
  if (proxyFault) {
    const shown = JSON.stringify(withoutUserInfo(proxyUrl!));
    faults.push(`invalid 'proxy-url' ${shown} for cluster ${JSON.stringify(name)}: ${proxyFault}`);
  }
  if (file && data) {
    faults.push(
      `certificate-authority-data and certificate-authority are both specified for ${name}. ` +
        "certificate-authority-data will override.",
    );
  }
  return faults;
}

/** What is wrong with a user entry. */
export function userFaults(name: string, user: UserStanza): string[] {
  const faults: string[] = [];
  const methods = [...(user.token ? ["token"] : []), ...(user.username || user.password ? ["basicAuth"] : [])];
  const certificate = user["client-certificate"];
  const certificateData = user["client-certificate-data"];
  const key = user["client-key"];
  const keyData = user["client-key-data"];
  if (certificate || certificateData) {
    if (certificate && certificateData) {
      faults.push(
        `client-cert-data and client-cert are both specified for ${name}. client-cert-data will override.`,
      );
    }
    if (key && keyData) {
      faults.push(`client-key-data and client-key are both specified for ${name}; client-key-data will override`);
    }
    if (!key && !keyData) {
      faults.push(
        `client-key-data or client-key must be specified for ${name} to use the clientCert authentication method.`,
      );
    }
  }
  if (user.exec) {
    if (user["auth-provider"]) {
      faults.push(`authProvider cannot be provided in combination with an exec plugin for ${name}`);
    }
    faults.push(...execFaults(name, user.exec));
  }
  if (methods.length > 1) {
    faults.push(
      `more than one authentication method found for ${name}; found [${methods.join(" ")}], only one is allowed`,
    );
  }
  const { as, "as-uid": uid, "as-groups": groups = [], "as-user-extra": extra = {} } = user;
  if (!as && (uid || groups.length > 0 || Object.keys(extra).length > 0)) {
    faults.push(`requesting uid, groups or user-extra for ${name} without impersonating a user`);
  }
  return faults;
}

function execFaults(name: string, exec: ExecStanza): string[] {
  const faults: string[] = [];
  const { command, apiVersion, env, interactiveMode } = exec;
  const method = `for ${name} to use exec authentication plugin`;
  if (!command) faults.push(`command must be specified ${method}`);
  if (!apiVersion) faults.push(`apiVersion must be specified ${method}`);
  for (const variable of env ?? []) {
    if (!variable.name) faults.push(`env variable name must be specified ${method}`);
  }
  if (!interactiveMode) faults.push(`interactiveMode must be specified ${method}`);
  else if (!interactiveModes.includes(interactiveMode)) {
    faults.push(`invalid interactiveMode for ${name}: ${JSON.stringify(interactiveMode)}`);
  }
  return faults;
}

function contextFaults(name: string, context: ContextStanza, kubeconfig: Kubeconfig): string[] {
  const faults: string[] = [];
  const quoted = JSON.stringify(name);
  const { cluster, user, namespace } = context;
  if (!name) faults.push("empty context name is not allowed");
  if (!user) faults.push(`user was not specified for context ${quoted}`);
  else if (!kubeconfig.users.some((entry) => entry.name === user)) {
    faults.push(`user ${JSON.stringify(user)} was not found for context ${quoted}`);
  }
  if (!cluster) faults.push(`cluster was not specified for context ${quoted}`);
  else if (!kubeconfig.clusters.some((entry) => entry.name === cluster)) {
    faults.push(`cluster ${JSON.stringify(cluster)} was not found for context ${quoted}`);
  }
  if (namespace && !dnsLabel.test(namespace)) {
    faults.push(
      `namespace ${JSON.stringify(namespace)} for context ${quoted} does not conform to the kubernetes DNS_LABEL rules`,
    );
  }
  return faults;
}

function isEmpty(kubeconfig: Kubeconfig): boolean {
  const { clusters, contexts, users, extensions = [] } = kubeconfig;
  const { colors, extensions: more = [] } = (kubeconfig.preferences ?? {}) as {
    readonly colors?: boolean;
    readonly extensions?: readonly unknown[];
  };
  return !kubeconfig["current-context"] && !colors &&
    [clusters, contexts, users, extensions, more].every((list) => list.length === 0);
}

// Unknown fields say nothing to client-go.
function saysAnything(cluster: ClusterStanza): boolean {
  const fields = [
    "server",
    "tls-server-name",
    "insecure-skip-tls-verify",
    "certificate-authority",
    "certificate-authority-data",
    "proxy-url",
    "disable-compression",
  ];
  return fields.some((field) => cluster[field]) || (cluster.extensions?.length ?? 0) > 0;
}
