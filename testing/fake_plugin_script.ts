import type { FakePluginReply } from "./fake_plugin.ts";

/**
 * The program: takes the next free number, writes down what it sees, and does what the reply file says.
 *
 * @param records Directory with one file for each run
 * @returns Text for `/bin/sh`
 */
export function pluginScript(records: string): string {
  // Under `set -C` a redirection fails where the file exists, so no two runs get the same number.
  return `#!/bin/sh
set -C
n=1
until true 2>/dev/null >${quote(records)}/$n; do n=$((n + 1)); done
{ printf '%s\\0' "$#" "$PWD" "$@"; /usr/bin/env -0; } >>${quote(records)}/$n
. ${quote(records)}/../.reply
`;
}

/**
 * What the program does, once it knows the number of its run.
 *
 * @param reply What to print and how to end
 * @returns Text for `/bin/sh`
 */
export function replyScript(reply: FakePluginReply): string {
  const { delay = 0, stderr = "", exitCode = 0, expiresIn } = reply;
  const lines: string[] = [];
  // Whoever ends the program by its deadline does not have to wait for sleep to let go of the output.
  if (delay > 0) lines.push(`sleep ${delay / 1000} >/dev/null 2>&1`);
  if (expiresIn !== undefined) {
    lines.push(`t=$(($(date +%s) + ${Math.ceil(expiresIn / 1000)}))`);
    // GNU and BusyBox, then BSD.
    lines.push(`expiry=$(date -u -d "@$t" +%FT%TZ 2>/dev/null || date -u -r "$t" +%FT%TZ)`);
  }
  if (stderr !== "") lines.push(`printf %s ${quote(stderr)} >&2`);
  lines.push(`printf %s ${fill(reply.stdout ?? execCredential(reply))}`);
  lines.push(`exit ${exitCode}`);
  return lines.join("\n") + "\n";
}

function execCredential(reply: FakePluginReply): string {
  const { apiVersion = "client.authentication.k8s.io/v1", certificate, expiresIn, expiresAt } = reply;
  const { token = certificate ? undefined : "token-{run}" } = reply;
  const expiry = expiresAt === undefined
    ? expiresIn === undefined ? undefined : "{expiry}"
    : new Date(expiresAt).toISOString();
  return JSON.stringify({
    apiVersion,
    kind: "ExecCredential",
    status: {
      token,
      clientCertificateData: certificate?.cert,
      clientKeyData: certificate?.key,
      expirationTimestamp: expiry,
    },
  });
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function fill(text: string): string {
  return quote(text).replaceAll("{run}", `'"$n"'`).replaceAll("{expiry}", `'"$expiry"'`);
}
