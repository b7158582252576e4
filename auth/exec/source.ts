import { cleanText } from "../../encoding/clean_text.ts";
import { KubecredError } from "../../errors.ts";
import type { ExecStanza } from "../../kubeconfig/types.ts";
import { resolvePlatform } from "../../platform/mod.ts";
import { cached } from "../source.ts";
import type { AuthEvent, CredentialSource } from "../types.ts";
import { earliestExpiry, holdSource } from "./certificate_expiry.ts";
import { execVersions } from "./exec_info.ts";
import { execKey } from "./key.ts";
import { checkPolicy } from "./policy.ts";
import { createRun } from "./run.ts";
import type { ExecOptions } from "./types.ts";

/**
 * Gets credentials from a credential plugin, exactly as client-go runs it, and caches them. Equal stanzas share one
 * credential and one login in a process. Nothing runs before the first call.
 *
 * Its stderr is passed through live, so that the code of a device login is seen at once. Its stdout must be an
 * `ExecCredential` in the version of the stanza.
 *
 * @example A plugin of your own
 * ```ts
 * import { execSource } from "@kubecred/kubecred/auth/exec";
 * import assert from "node:assert/strict";
 *
 * const apiVersion = "client.authentication.k8s.io/v1";
 * const answer = JSON.stringify({ apiVersion, kind: "ExecCredential", status: { token: "abc" } });
 * const source = execSource({ apiVersion, command: "echo", args: [answer], interactiveMode: "Never" });
 * assert.equal((await source()).token, "abc");
 * ```
 *
 * @param stanza `users[].user.exec`. A relative command with a separator is relative to the working directory
 * @param options Cluster, policy, limits (milliseconds, bytes), observers and the platform
 * @returns The source. It rejects with `plugin_not_found`, `plugin_failed`, `plugin_timeout`, `plugin_output`,
 * `plugin_denied`, `credential_invalid`, `permission_missing`, `unsupported` where there are no processes, and `closed`
 * @throws {KubecredError} `kubeconfig_invalid` when the stanza cannot be run; `invalid_argument` when the policy is unsound
 * @see https://github.com/kubernetes/enhancements/tree/master/keps/sig-auth/541-external-credential-providers
 */
export function execSource(stanza: ExecStanza, options: ExecOptions = {}): CredentialSource {
  const { policy = "allow-all", user, onEvent, onWarning } = options;
  const platform = resolvePlatform(options.platform);
  checkStanza(stanza, user);
  checkPolicy(policy, platform.os);
  const key = execKey(stanza, options);
  let hadCertificate = false;

  const run = createRun(snapshot(stanza), { ...options, platform, onCertificate });
  const source = cached(run, { key, platform, onEvent, onWarning });
  const release = holdSource(key);
  return Object.assign((request?: Parameters<CredentialSource>[0]) => source(request), {
    close(): Promise<void> {
      release();
      return source.close?.() ?? Promise.resolve();
    },
  });

  function onCertificate(notAfter: number | undefined): AuthEvent | undefined {
    const earliest = earliestExpiry(key, notAfter);
    const concerned = hadCertificate || notAfter !== undefined;
    hadCertificate = notAfter !== undefined;
    return concerned ? { type: "certificate_expiry", notAfter: earliest } : undefined;
  }
}

// By name, for what is secret in a stanza is not enumerable.
function snapshot(
  { command, args, env, apiVersion, installHint, provideClusterInfo, interactiveMode }: ExecStanza,
): ExecStanza {
  return {
    command,
    args: args && [...args],
    env: env?.map(({ name, value }) => ({ name, value })),
    apiVersion,
    installHint,
    provideClusterInfo,
    interactiveMode,
  };
}

function checkStanza({ command, apiVersion }: ExecStanza, user: string | undefined): void {
  const whose = user === undefined ? "the user" : user;
  const reason = !command
    ? `command must be specified for ${whose} to use exec authentication plugin`
    : !Object.hasOwn(execVersions, apiVersion ?? "")
    ? `exec plugin: invalid apiVersion ${JSON.stringify(apiVersion ?? "")}`
    : undefined;
  if (reason === undefined) return;
  const next = command ? `. Use one of ${Object.keys(execVersions).join(", ")}` : "";
  throw new KubecredError("kubeconfig_invalid", cleanText(`Cannot use exec plugin of ${whose}: ${reason}${next}`));
}
