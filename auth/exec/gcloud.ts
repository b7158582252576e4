import { parseRfc3339 } from "../../encoding/rfc3339.ts";
import { KubecredError } from "../../errors.ts";
import type { ExecStanza } from "../../kubeconfig/types.ts";
import { decodeObject } from "./decode.ts";
import type { ExecStatus } from "./exec_credential.ts";

/**
 * Whether a stanza runs `gcloud config config-helper --format=json`, which some guides give for GKE and client-go
 * refuses: it prints a format of its own.
 *
 * @param stanza How the plugin is run
 * @returns True for that one shape, flags before and after it included
 */
export function isConfigHelper({ command, args }: ExecStanza): boolean {
  const words = args ?? [];
  const format = words.includes("--format=json") || words[words.indexOf("--format") + 1] === "json";
  const helper = words.some((word, index) => word === "config" && words[index + 1] === "config-helper");
  return /(?:^|[\\/])gcloud(?:\.cmd)?$/.test(command) && helper && format;
}

/**
 * Reads what `gcloud config config-helper --format=json` prints: `{credential: {access_token, token_expiry}}`.
 *
 * @param stdout All that it printed
 * @returns The token and its expiry; undefined when it is something else, an `ExecCredential` for one
 * @throws {KubecredError} `plugin_output` when the token is missing or the expiry is no time
 */
export function decodeConfigHelper(stdout: Uint8Array): ExecStatus | undefined {
  const { fields } = decodeObject(stdout, { action: "decoding stdout" });
  const { credential } = fields;
  if ("apiVersion" in fields || typeof credential !== "object" || credential === null) return undefined;
  const { access_token: token, token_expiry: expiry } = credential as Readonly<Record<string, unknown>>;
  if (typeof token !== "string" || token === "") {
    throw output("gcloud printed no credential.access_token. Run gcloud auth login");
  }
  if (expiry === undefined || expiry === null) return { token };
  const result = typeof expiry === "string"
    ? parseRfc3339(expiry)
    : { problem: "credential.token_expiry is no string" };
  if ("problem" in result) throw output(`decoding stdout: ${result.problem}`);
  return { token, expiresAt: result.time };
}

function output(problem: string): KubecredError {
  return new KubecredError("plugin_output", problem);
}
