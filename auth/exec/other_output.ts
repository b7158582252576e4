import { hasCode } from "../../errors.ts";
import type { ExecStanza } from "../../kubeconfig/types.ts";
import { decodeObject } from "./decode.ts";
import { execGroup } from "./exec_info.ts";

/** What to run instead, by the name of the tool. */
const instead: Readonly<Record<string, string>> = {
  aws: "Run aws eks get-token --cluster-name <name> --output json",
  az: "Run kubelogin get-token --login azurecli instead (https://azure.github.io/kubelogin/)",
  gcloud: "Run gke-gcloud-auth-plugin instead (gcloud components install gke-gcloud-auth-plugin)",
};

/**
 * Says what a plugin printed that is no `ExecCredential`, and what to run instead where the tool is known. Of the output
 * it tells the top-level keys, never a value.
 *
 * @param stdout All that it printed
 * @param stanza How it was run
 * @returns Sentences to add to the error; empty when there is nothing to add
 */
export function explainOutput(stdout: Uint8Array, stanza: ExecStanza): string {
  const printed = describe(stdout);
  if (printed === undefined) return "";
  const tool = stanza.command.replace(/^.*[\\/]/s, "").replace(/\.(?:cmd|exe|bat)$/i, "");
  return `. It printed ${printed}${Object.hasOwn(instead, tool) ? `. ${instead[tool]}` : ""}`;
}

function describe(stdout: Uint8Array): string | undefined {
  const start = new TextDecoder().decode(stdout.subarray(0, 1024)).trimStart();
  if (start === "" && stdout.length <= 1024) return "nothing";
  if (start.startsWith("<")) return "HTML";
  try {
    const { apiVersion, fields } = decodeObject(stdout, { action: "decoding stdout" });
    const isExecCredential = apiVersion.startsWith(`${execGroup}/`) && ("apiVersion" in fields || "kind" in fields);
    return isExecCredential ? undefined : `an object with ${keysOf(fields)}`;
  } catch (error) {
    if (!hasCode(error, "plugin_output")) throw error;
    return start.startsWith("{") ? undefined : "text";
  }
}

/** Only what looks like a field name: where text is read as YAML, a key may be anything. */
function keysOf(fields: Readonly<Record<string, unknown>>): string {
  const keys = Object.keys(fields);
  const shown = keys.filter((key) => /^[A-Za-z][A-Za-z0-9_.-]{0,31}$/.test(key)).slice(0, 8).map((key) => `"${key}"`);
  if (keys.length > shown.length) shown.push(`${keys.length - shown.length} more`);
  return keys.length === 0 ? "no keys" : `the keys ${shown.join(", ")}`;
}
