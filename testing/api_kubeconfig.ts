import type { ApiServerKubeconfigOptions } from "./api_types.ts";

/** What a kubeconfig says of a server. */
export interface KubeconfigTarget {
  readonly url: string;
  /** CA, PEM; none for plain HTTP. */
  readonly ca?: string;
  /** Token of the default user. */
  readonly token?: string;
}

/**
 * A kubeconfig with one context, as JSON, which is YAML as well.
 *
 * @param target The server
 * @param options What to write for the user, beside the server, and under which names
 * @returns The text of the file
 */
export function apiKubeconfig(target: KubeconfigTarget, options: ApiServerKubeconfigOptions = {}): string {
  const { name = "test", namespace, user = target.token === undefined ? {} : { token: target.token } } = options;
  const ca = target.ca === undefined ? {} : { "certificate-authority-data": btoa(target.ca) };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name, cluster: { server: target.url, ...ca, ...options.cluster } }],
    contexts: [{ name, context: { cluster: name, user: name, ...(namespace !== undefined && { namespace }) } }],
    users: [{ name, user }],
  };
  return JSON.stringify(config, null, 2) + "\n";
}
