import { cleanText } from "../../encoding/clean_text.ts";
import { cleanPath } from "../../encoding/lexical_path.ts";
import { type ErrorCode, hasCode, KubecredError } from "../../errors.ts";
import type { ExecStanza } from "../../kubeconfig/types.ts";
import type { Platform } from "../../platform/types.ts";
import { makeCredential } from "../credential.ts";
import type { ObservedSource } from "../source.ts";
import type { AuthEvent, Credential, CredentialRequest, Observers } from "../types.ts";
import { resolveCommand, type ResolvedCommand } from "./command_path.ts";
import { decodeExecCredential, type ExecStatus } from "./exec_credential.ts";
import { encodeExecInfo, execGroup, execInfoVariable } from "./exec_info.ts";
import { decodeConfigHelper, isConfigHelper } from "./gcloud.ts";
import { createHintLimit, installHelp } from "./install_hint.ts";
import { isInteractive } from "./interactive.ts";
import { explainOutput } from "./other_output.ts";
import { permitCommand } from "./policy.ts";
import { runProcess } from "./process.ts";
import type { ExecOptions } from "./types.ts";

/** What {@linkcode createRun} takes beside the stanza. */
export interface RunOptions extends Omit<ExecOptions, "platform" | keyof Observers> {
  /** Processes, files, environment, terminal and clock. */
  readonly platform: Platform;
  /** Told until when the certificate of each new credential is valid, epoch milliseconds; undefined when it has none. */
  readonly onCertificate: (notAfter: number | undefined) => AuthEvent | undefined;
}

const shortDeadline = 60_000;
/** A person at a terminal may have to find a phone first. */
const longDeadline = 600_000;

/** After these the plugin may be missing, old or misused, and its installHint may help. */
const pluginFailures: readonly ErrorCode[] = [
  "plugin_not_found",
  "plugin_failed",
  "plugin_timeout",
  "plugin_output",
  "credential_invalid",
];
const otherFailures: readonly ErrorCode[] = [
  "plugin_denied",
  "kubeconfig_invalid",
  "unsupported",
  "permission_missing",
];

/**
 * Makes a source that runs a plugin each time it is called, in client-go's order: interaction, policy, the process, its
 * answer.
 *
 * @param stanza How the plugin is run
 * @param options Cluster, policy, limits, platform
 * @returns The source, uncached
 */
export function createRun(stanza: ExecStanza, options: RunOptions): ObservedSource {
  const { platform, policy = "allow-all", cluster, outputLimit } = options;
  const { apiVersion = "", installHint } = stanza;
  // The file's default, client-go tools/clientcmd/api/v1/defaults.go.
  const { interactiveMode = apiVersion === `${execGroup}/v1beta1` ? "IfAvailable" : "" } = stanza;
  const command = cleanPath(stanza.command, platform.os);
  const mayHelp = createHintLimit(platform.now);

  return async function run(request) {
    try {
      return await login(request);
    } catch (error) {
      throw explain(error);
    }
  };

  async function login({ signal, onEvent }: CredentialRequest & Observers): Promise<Credential> {
    const isTerminal = platform.terminal?.isTerminal() ?? false;
    const interactive = isInteractive(interactiveMode, { ...options, isTerminal });
    const deadline = isTerminal && interactiveMode !== "Never" ? longDeadline : shortDeadline;
    const stdout = await runProcess({
      command,
      resolved: await permit(onEvent),
      args: stanza.args ?? [],
      env: environment(interactive),
      stdin: interactive ? "inherit" : "null",
      outputLimit,
      deadline: options.timeout ?? deadline,
      signal,
      platform,
      onEvent,
    });
    const { validity, ...fields } = decode(stdout);
    const event = options.onCertificate(validity?.notAfter);
    if (event) onEvent?.(event);
    return makeCredential(fields);
  }

  async function permit(onEvent: Observers["onEvent"]): Promise<ResolvedCommand> {
    const resolved = await resolveCommand(command, platform);
    let decision: "allowed" | "denied" = "denied";
    try {
      const permitted = await permitCommand(policy, command, { resolved, platform });
      decision = "allowed";
      return permitted;
    } finally {
      onEvent?.({ type: "plugin_policy", command, decision });
    }
  }

  function environment(interactive: boolean): Record<string, string> {
    const entries = (stanza.env ?? []).map(({ name, value = "" }) => `${name}=${value}`);
    const info = encodeExecInfo({ apiVersion, interactive, cluster: stanza.provideClusterInfo ? cluster : undefined });
    // Split as the system splits it: a name with "=" in it ends there.
    return Object.fromEntries([...entries, `${execInfoVariable}=${info}`].map((entry) => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)];
    }));
  }

  function decode(stdout: Uint8Array): ExecStatus {
    const foreign = isConfigHelper(stanza) ? decodeConfigHelper(stdout) : undefined;
    if (foreign) return foreign;
    try {
      return decodeExecCredential(stdout, apiVersion);
    } catch (error) {
      if (!hasCode(error, "plugin_output")) throw error;
      throw new KubecredError(error.code, error.message + explainOutput(stdout, stanza));
    }
  }

  function explain(error: unknown): unknown {
    if (!hasCode(error, ...pluginFailures, ...otherFailures)) return error;
    const { code, message, exitCode } = error as KubecredError;
    const hint = pluginFailures.includes(code) && installHint ? `\n\n${installHint}` : "";
    const help = (message === `exec: executable ${command} not found` ? installHelp : "") + hint;
    const text = `Cannot get credentials from plugin "${command}": ${message}${help && mayHelp() ? help : ""}`;
    return new KubecredError(code, cleanText(text), { exitCode });
  }
}
