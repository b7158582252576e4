import { stringifyJson } from "../../encoding/json.ts";
import type { ExecStanza } from "../../kubeconfig/types.ts";
import type { ExecOptions } from "./types.ts";

/**
 * What makes two plugin sources the same: the whole stanza, in order; the cluster where the plugin is told of it, and
 * its exec extension always; the policy and the limits. User, context and file are no part of it, as in client-go
 * (client-go-semantics 1.12). Secret, for it holds the environment of the stanza.
 *
 * @param stanza How the plugin is run
 * @param options Cluster, policy and limits
 * @returns A key for {@linkcode cached}
 */
export function execKey(stanza: ExecStanza, options: ExecOptions = {}): string {
  const { cluster, policy, stdinUnavailable, stdinUnavailableMessage, timeout, outputLimit } = options;
  const { command, args, env, apiVersion, installHint, provideClusterInfo, interactiveMode } = stanza;
  const about = [
    [command, args, env?.map(({ name, value = "" }) => [name, value]), apiVersion, installHint, interactiveMode],
    [provideClusterInfo ?? false, provideClusterInfo ? cluster : undefined, cluster?.config],
    [policy, stdinUnavailable ?? false, stdinUnavailableMessage, timeout, outputLimit],
  ];
  return `exec ${stringifyJson(about, { sortKeys: true })}`;
}
