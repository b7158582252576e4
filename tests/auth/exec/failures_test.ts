/** Plugins that fail, hang, flood or answer with something else. Each is one typed error that tells no secret. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { inspect } from "node:util";
import { execSource } from "../../../auth/exec/source.ts";
import type { ExecOptions } from "../../../auth/exec/types.ts";
import { KubecredError } from "../../../errors.ts";
import type { ExecStanza } from "../../../kubeconfig/types.ts";
import { edgePlatform } from "../../../platform/edge.ts";
import { createAuthority } from "../../../testing/pki.ts";
import { eventually, isRunning, removeScratch } from "../../platform/scratch.ts";
import { answer, pluginDirectory, rejection, tty, v1, v1beta1 } from "./plugins.ts";

const plugins = await pluginDirectory();
after(removeScratch);
const secret = "s3cr3t-value-of-a-token";

async function failure(command: string, more: Partial<ExecStanza> = {}, options: ExecOptions = {}) {
  const source = execSource({ apiVersion: v1, command, interactiveMode: "Never", ...more }, options);
  const error = await rejection(source());
  assert.ok(error.message.startsWith(`Cannot get credentials from plugin "${command}": `), error.message);
  assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(secret), error.message);
  return error;
}

/** Ids that a plugin wrote down, once it has. */
function pids(file: string): number[] {
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean).map(Number) : [];
}

describe("execSource() processes that go wrong", () => {
  it("rejects with plugin_failed when the plugin is killed", async () => {
    const error = await failure(await plugins.script(`echo ${secret}; kill -9 $$`));
    assert.equal(error.code, "plugin_failed");
    assert.equal(error.exitCode, -1);
    assert.match(error.message, /: exec: executable \S+ failed with exit code -1$/);
  });

  it("discards a valid answer when the exit code is not 0", async () => {
    const error = await failure(await plugins.script(`printf '%s' '${answer({ token: secret })}'; exit 3`));
    assert.match(error.message, /: exec: executable \S+ failed with exit code 3$/);
  });

  it("rejects with plugin_timeout and ends the plugin with its children when it hangs", async () => {
    const record = join(plugins.path, "hanging");
    const command = await plugins.script(`echo $$ > ${record}; sleep 30 & echo $! >> ${record}; wait`);
    const error = await failure(command, { installHint: "hint" }, { timeout: 300 });
    assert.equal(error.code, "plugin_timeout");
    assert.match(error.message, /: it did not end within 300 ms\. Raise the option timeout .*\n\nhint$/);
    assert.equal(pids(record).length, 2);
    assert.ok(await eventually(() => !pids(record).some(isRunning)));
  });

  it("rejects with plugin_output and ends the plugin when it prints without end", async () => {
    const record = join(plugins.path, "flooding");
    const command = await plugins.script(`echo $$ > ${record}; exec yes ${secret}`);
    const error = await failure(command);
    assert.equal(error.code, "plugin_output");
    assert.match(error.message, /: it printed more than 1048576 bytes on stdout/);
    assert.equal(pids(record).length, 1);
    assert.deepEqual(pids(record).filter(isRunning), []);
  });

  it("accepts an answer up to the limit, and no byte more", async () => {
    const stdout = answer({ token: "x".repeat(1_000) });
    const command = await plugins.printing(stdout);
    const stanza = { apiVersion: v1, command, interactiveMode: "Never" };
    assert.equal((await execSource(stanza, { outputLimit: stdout.length })()).token?.length, 1_000);
    assert.equal((await failure(command, {}, { outputLimit: stdout.length - 1 })).code, "plugin_output");
  });

  it("ends the plugin when the last holder closes the source, not when a caller gives up", async () => {
    const record = join(plugins.path, "closing");
    const command = await plugins.script(`echo $$ > ${record}; exec sleep 30`);
    const stanza = { apiVersion: v1, command, interactiveMode: "Never" };
    const [one, two] = [execSource(stanza), execSource(stanza)];
    const impatient = new AbortController();
    const waiting = [one({ signal: impatient.signal }), one(), two()].map((promise) =>
      promise.then(
        () => "credential",
        (error: Error & { code?: unknown }) => typeof error.code === "string" ? error.code : error.name,
      )
    );
    assert.ok(await eventually(() => pids(record).length === 1));
    impatient.abort();
    assert.equal(await waiting[0], "AbortError");
    await one.close!();
    assert.equal(await waiting[1], "closed");
    assert.ok(pids(record).every(isRunning));
    await two.close!();
    assert.equal(await waiting[2], "closed");
    assert.ok(await eventually(() => !pids(record).some(isRunning)));
  });

  it("rejects with unsupported where there are no processes, and names what there is", async () => {
    const platforms = [edgePlatform(), edgePlatform(() => "/bin")];
    for (const [index, command] of ["/usr/bin/aws", "aws"].entries()) {
      const error = await failure(command, {}, { platform: platforms[index] });
      assert.equal(error.code, "unsupported");
      assert.match(error.message, /": this runtime has no processes\. Sources that need none are a token/);
    }
  });

  it("rejects with permission_missing where the runtime withholds processes, and names the flag", async () => {
    const run = () =>
      Promise.reject(new KubecredError("permission_missing", "Cannot run /bin/aws: Add --allow-run=/bin/aws"));
    const error = await failure("/bin/aws", { installHint: "hint" }, { platform: { run } });
    assert.equal(error.code, "permission_missing");
    assert.match(error.message, /": Cannot run \/bin\/aws: Add --allow-run=\/bin\/aws$/);
  });
});

describe("execSource() answers that are none", () => {
  const rows: readonly (readonly [what: string, stdout: string, message: RegExp])[] = [
    ["HTML", `<!DOCTYPE html>\n<html><title>${secret}</title></html>`, /: decoding stdout: .*\. It printed HTML$/],
    ["a bare token", `${secret}\n`, /: decoding stdout: .*cannot unmarshal string.*\. It printed text$/],
    ["nothing", "", /plugin returned version client\.authentication\.k8s\.io\/__internal\. It printed nothing$/],
    [
      "other JSON",
      JSON.stringify({ accessToken: secret, expiresOn: 1, [secret + "x".repeat(40)]: 1 }),
      /\. It printed an object with the keys "accessToken", "expiresOn", 1 more$/,
    ],
    ["an empty object", "{}", /\. It printed an object with no keys$/],
    [
      "another apiVersion",
      answer({ token: secret }, v1beta1),
      /plugin returned version \S+v1beta1\. Set apiVersion: \S+v1beta1 in the/,
    ],
    [
      "another kind",
      JSON.stringify({ kind: "Pod", apiVersion: "v1" }),
      /no kind "Pod" .*with the keys "kind", "apiVersion"$/,
    ],
    ["broken JSON", `{"status":{"token":"${secret}"`, /: unexpected end of JSON input$/],
    [
      "a wrong type",
      answer({ token: 5, clientKeyData: secret }),
      /ExecCredentialStatus\.status\.token of type string$/,
    ],
  ];
  for (const [what, stdout, message] of rows) {
    it(`rejects with plugin_output when the plugin prints ${what}`, async () => {
      const error = await failure(await plugins.printing(stdout));
      assert.equal(error.code, "plugin_output");
      assert.match(error.message, message);
    });
  }

  it("says what to run instead when it knows the tool", async () => {
    const rows = [
      ["az", { accessToken: secret, tokenType: "Bearer" }, /"accessToken", "tokenType"\. Run kubelogin get-token/],
      ["aws", { Version: 1, SecretAccessKey: secret }, /"Version", "SecretAccessKey"\. Run aws eks get-token/],
      ["gcloud", { access_token: secret }, /"access_token"\. Run gke-gcloud-auth-plugin instead/],
    ] as const;
    for (const [name, printed, message] of rows) {
      assert.match((await failure(await plugins.printing(JSON.stringify(printed), { name }))).message, message);
    }
  });

  it("rejects with credential_invalid when certificate and key do not fit, and shows neither", async () => {
    const authority = await createAuthority();
    const [one, two] = [await authority.issue({ commonName: "one" }), await authority.issue({ commonName: "two" })];
    const rows = [
      [{ clientCertificateData: one.cert, clientKeyData: two.key }, /tls: private key does not match public key$/],
      [
        { clientCertificateData: secret, clientKeyData: one.key },
        /tls: failed to find any PEM data in certificate input$/,
      ],
      [{ clientCertificateData: one.cert, clientKeyData: one.exportKey("pkcs8-encrypted") }, /: it is encrypted, and/],
    ] as const;
    for (const [status, message] of rows) {
      const error = await failure(await plugins.printing(answer({ token: secret, ...status })));
      assert.equal(error.code, "credential_invalid");
      assert.match(error.message, message);
      assert.match(error.message, /: failed parsing client key\/certificate: /);
      for (const line of `${one.key}${two.key}`.split("\n").filter((line) => line.length > 20)) {
        assert.ok(!inspect(error).includes(line));
      }
    }
  });

  it("writes escape codes of the command, the hint and the answer out", async () => {
    const stanza = { command: "no\u001b[31msuch", installHint: "\u001b]0;title\u0007hint" };
    const error = await rejection(execSource({ apiVersion: v1, interactiveMode: "Never", ...stanza })());
    assert.match(error.message, /"noU\+001B\[31msuch"/);
    assert.match(error.message, /\n\nU\+001B\]0;titleU\+0007hint$/);
    const printed = await failure(await plugins.printing(JSON.stringify({ kind: "\u009b31m", apiVersion: v1 })));
    assert.match(printed.message, /no kind "U\+009B31m" is registered/);
  });

  it("remembers a failure for a moment instead of running the plugin for each request", async () => {
    const plugin = await plugins.fake({ exitCode: 1 });
    const source = execSource(plugin.stanza);
    const messages = [];
    for (let call = 0; call < 5; call++) messages.push((await rejection(source())).message);
    assert.equal(plugin.runs(), 1);
    assert.equal(new Set(messages).size, 1);
  });
});

describe("execSource() secrets", () => {
  it("prints none of a credential, its source or its events", async () => {
    const { cert, key } = await (await createAuthority()).issue({ commonName: "user" });
    const command = await plugins.printing(
      answer({ token: secret, clientCertificateData: cert, clientKeyData: key }),
    );
    const seen: unknown[] = [];
    const observers = { onEvent: (event: unknown) => seen.push(event), onWarning: (text: string) => seen.push(text) };
    const env = [{ name: "KUBECRED_SECRET", value: secret }];
    const source = execSource({ apiVersion: v1, command, env, interactiveMode: "IfAvailable" }, {
      ...observers,
      platform: { terminal: tty },
    });
    const credential = await source();
    assert.equal(credential.token, secret);
    assert.equal(credential.certificate?.key, key);
    for (const value of [credential, { ...credential }, source, seen]) {
      for (const text of [inspect(value, { depth: 9 }), JSON.stringify(value) ?? "", String(value)]) {
        assert.ok(!text.includes(secret));
        assert.ok(!text.includes(key.split("\n")[1]!));
      }
    }
    assert.ok(seen.length >= 3);
    await source.close!();
  });
});
