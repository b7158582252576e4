/** Rows of client-go's plugin policy (client-go-semantics 5.3), each with a real plugin where one may run. */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parsePolicy, type PluginPolicy, type PolicyFields } from "../../../auth/exec/policy.ts";
import { execSource } from "../../../auth/exec/source.ts";
import type { AuthEvent } from "../../../auth/types.ts";
import { hasCode } from "../../../errors.ts";
import type { Platform } from "../../../platform/types.ts";
import { pluginDirectory, rejection, v1 } from "./plugins.ts";

const plugins = await pluginDirectory();
const first = await plugins.fake({ name: "plugin" });
const second = await plugins.fake({ name: "plugin" });
const other = await plugins.fake({ name: "other" });

/** A PATH of exactly these directories. */
function withPath(...directories: string[]): Partial<Platform> {
  return { env: (name) => name === "PATH" ? directories.join(":") : undefined };
}

const path = withPath(first.directory, second.directory, other.directory);
let count = 0;
const list = (...commands: string[]): PluginPolicy => ({ allowlist: commands.map((command) => ({ command })) });

async function run(command: string, policy: PluginPolicy, platform = path) {
  const events: AuthEvent[] = [];
  // Equal stanzas under one policy would share a credential.
  const stanza = { apiVersion: v1, command, args: [`${++count}`], interactiveMode: "Never" };
  const before = [first, second, other].map((plugin) => plugin.runs());
  const error = await execSource(stanza, { policy, platform, onEvent: (event) => events.push(event) })()
    .then(() => undefined, (error: unknown) => error as Error);
  const runs = [first, second, other].map((plugin, index) => plugin.runs() - before[index]!);
  return {
    error,
    runs: runs.join(" "),
    decisions: events.flatMap((event) => "decision" in event ? event.decision : []),
    events,
  };
}

async function runs(command: string, policy: PluginPolicy, which = first) {
  const result = await run(command, policy);
  assert.equal(result.error, undefined);
  assert.equal(result.runs, [first, second, other].map((plugin) => plugin === which ? 1 : 0).join(" "));
  assert.deepEqual(result.decisions, ["allowed"]);
}

async function isDenied(command: string, policy: PluginPolicy, reason: string, platform = path) {
  const { error, runs, decisions } = await run(command, policy, platform);
  assert.ok(hasCode(error, "plugin_denied"), String(error));
  assert.equal(error.message, `Cannot get credentials from plugin "${command}": ${reason}`);
  assert.equal(runs, "0 0 0");
  assert.deepEqual(decisions, ["denied"]);
}

function invalid(fields: PolicyFields, reason: string) {
  assert.throws(() => parsePolicy(fields), {
    code: "invalid_argument",
    message: `Cannot apply plugin policy: invalid plugin policy: ${reason}`,
  });
}

describe("plugin policy", () => {
  it("P01 runs everything when there is no policy or AllowAll", async () => {
    assert.equal(parsePolicy({}), "allow-all");
    assert.equal(parsePolicy({ credentialPluginPolicy: "", credentialPluginAllowlist: null }), "allow-all");
    assert.equal(parsePolicy({ credentialPluginPolicy: "AllowAll" }), "allow-all");
    await runs(first.command, "allow-all");
    const { error, decisions } = await run("no-such-plugin", "allow-all");
    assert.ok(hasCode(error, "plugin_not_found"));
    assert.deepEqual(decisions, ["allowed"]);
  });

  it("P02 refuses a list beside no policy, AllowAll and DenyAll", () => {
    for (const policy of ["", "AllowAll", "DenyAll"]) {
      for (const credentialPluginAllowlist of [[], [{ command: "plugin" }]]) {
        invalid(
          { credentialPluginPolicy: policy, credentialPluginAllowlist },
          `misconfigured credential plugin allowlist: plugin policy is "${policy}" but allowlist is non-nil`,
        );
      }
    }
  });

  it("P03 runs nothing under DenyAll", async () => {
    const policy = parsePolicy({ credentialPluginPolicy: "DenyAll" });
    await isDenied("plugin", policy, 'plugin "plugin" not allowed: policy set to "DenyAll"');
    await isDenied(first.command, policy, `plugin "${first.command}" not allowed: policy set to "DenyAll"`);
  });

  it("P04 refuses Allowlist without a list", () => {
    const reason = 'credential plugin policy set to "Allowlist", but allowlist is unspecified';
    invalid({ credentialPluginPolicy: "Allowlist" }, reason);
    const source = () => execSource(first.stanza, { policy: {} as PluginPolicy });
    assert.throws(source, {
      code: "invalid_argument",
      message: `Cannot apply plugin policy: invalid plugin policy: ${reason}`,
    });
  });

  it("P05 refuses Allowlist with an empty list", () => {
    const reason = 'credential plugin policy set to "Allowlist", but allowlist is empty; use "DenyAll" policy instead';
    invalid({ credentialPluginPolicy: "Allowlist", credentialPluginAllowlist: [] }, reason);
    assert.throws(() => execSource(first.stanza, { policy: list() }), { message: new RegExp(reason) });
  });

  for (
    const [command, entry] of [["plugin", "plugin"], ["plugin", first.command], [first.command, "plugin"], [
      first.command,
      first.command,
    ]] as const
  ) {
    const kind = (text: string) => text === "plugin" ? "a name" : "a path";
    it(`P06 runs a plugin given as ${kind(command)} that is listed as ${kind(entry)}`, async () => {
      await runs(command, list(entry));
      await runs(command, list("/nonexistent/plugin", entry, "other"));
      await runs(command, list("other", "/nonexistent/plugin", entry));
      await runs(command, list(entry, "other", "/nonexistent/plugin"));
    });
  }

  it("P06 runs a path that is listed, whatever PATH says of its name", async () => {
    await runs(second.command, list(second.command), second);
  });

  it("P07 denies a plugin that the list does not name", async () => {
    const reason = (path: string) => `plugin path "${path}" is not permitted by the credential plugin allowlist`;
    await isDenied("plugin", list("other"), reason(first.command));
    await isDenied("plugin", list("/nonexistent/plugin"), reason(first.command));
    await isDenied("plugin", list(second.command), reason(first.command));
    await isDenied(second.command, list("plugin"), reason(second.command));
    await isDenied(first.command, list("other", "nonexistent"), reason(first.command));
    await isDenied(first.command, list(first.directory), reason(first.command));
  });

  it("P08 does not run a plugin that is missing", async () => {
    await isDenied(
      "no-such-plugin",
      list("plugin"),
      'plugin path "no-such-plugin" cannot be resolved for credential plugin allowlist check: ' +
        'exec: "no-such-plugin": executable file not found in $PATH',
    );
    await isDenied(
      "/no/such/plugin",
      list("plugin"),
      'plugin path "/no/such/plugin" cannot be resolved for credential plugin allowlist check: ' +
        'exec: "/no/such/plugin": no such executable file',
    );
    assert.ok(hasCode((await run("no-such-plugin", list("no-such-plugin"))).error, "plugin_not_found"));
  });

  it("P09 refuses an unknown policy", () => {
    invalid({ credentialPluginPolicy: "HIGHLYILLEGAL" }, 'unknown plugin policy: "HIGHLYILLEGAL"');
    assert.throws(() => execSource(first.stanza, { policy: "HIGHLYILLEGAL" as PluginPolicy }), {
      code: "invalid_argument",
      message: /unknown plugin policy: "HIGHLYILLEGAL"/,
    });
  });

  it("P13 reports each decision, and no run when it denies", async () => {
    const allowed = await run("plugin", list("plugin"));
    assert.deepEqual(allowed.events.map((event) => event.type), ["plugin_policy", "plugin_run", "refresh"]);
    assert.deepEqual(allowed.events[0], { type: "plugin_policy", command: "plugin", decision: "allowed" });
    const denied = await run("plugin", "deny-all");
    assert.deepEqual(denied.events.map((event) => event.type), ["plugin_policy", "refresh"]);
    assert.deepEqual(denied.events[0], { type: "plugin_policy", command: "plugin", decision: "denied" });
  });

  it("refuses entries that are empty or not clean", () => {
    const fields = (command: string) => ({
      credentialPluginPolicy: "Allowlist",
      credentialPluginAllowlist: [{ command: "plugin" }, { command }],
    });
    invalid(fields(""), "misconfigured credential plugin allowlist: empty allowlist entry #2");
    invalid(fields("./plugin"), 'non-normalized file path: "./plugin" vs "plugin"');
    invalid(fields("/bin/../plugin"), 'non-normalized file path: "/bin/../plugin" vs "/plugin"');
  });

  it("compares the clean command, not the one that was written", async () => {
    await runs(`${first.directory}/../${first.directory.split("/").at(-1)}//plugin`, list(first.command));
  });

  it("denies what is found only through a relative element of PATH", async () => {
    const directory = join(plugins.path, "relative");
    await mkdir(directory);
    const { error } = await run("plugin", list(first.command), withPath(".", first.directory));
    assert.equal(error, undefined, "nothing of that name in the working directory");
    const { error: refused } = await run("deno.json", list("plugin"), {
      ...withPath("."),
      stat: () => Promise.resolve({ size: 1, mtime: 0, mode: 0o755, isFile: true }),
    });
    assert.ok(hasCode(refused, "plugin_denied"));
    assert.match(refused.message, /cannot be resolved .* found relative to current directory$/);
  });

  it("denies a path entry where PATH may not be read, and allows the name", async () => {
    const { KubecredError } = await import("../../../errors.ts");
    const platform: Partial<Platform> = {
      env: () => {
        throw new KubecredError("permission_missing", "Cannot read PATH: Deno withholds it. Add --allow-env=PATH");
      },
    };
    const stanza = { apiVersion: v1, command: "false", interactiveMode: "Never" };
    const denied = await rejection(execSource(stanza, { platform, policy: list("/bin/false") })());
    assert.match(
      denied.message,
      /"false" cannot be resolved for credential plugin allowlist check: PATH may not be read$/,
    );
    const ran = await rejection(execSource(stanza, { platform, policy: list("false") })());
    assert.match(ran.message, /executable false failed with exit code 1/);
  });
});
