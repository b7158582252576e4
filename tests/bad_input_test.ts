/**
 * What goes wrong for users, from the kubeconfig to the answer: each is one typed error that names the thing, holds no
 * secret, and leaves nothing running.
 */
import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { inspect } from "node:util";
import { connect, type ConnectOptions, list, pods } from "../mod.ts";
import { type ApiServer, createAuthority, fakeClock, fakePlugin, startApiServer } from "../testing/mod.ts";

const secret = "PLANTED-SECRET";
const v1 = "client.authentication.k8s.io/v1";

describe("bad input", () => {
  let server: ApiServer;
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "kubecred-bad-"));
    server = await startApiServer({ tokens: { [`${secret}-good`]: "alice" } });
  });
  after(async () => {
    await server.close();
    await rm(directory, { recursive: true });
  });

  async function file(text: string | Uint8Array, mode = 0o600): Promise<string> {
    const path = join(directory, `file-${Math.random()}`);
    await writeFile(path, text, { mode });
    return path;
  }

  async function script(text: string, mode = 0o700): Promise<string> {
    const path = await file(`#!/bin/sh\n${text}\n`);
    await chmod(path, mode);
    return path;
  }

  const exec = (command: string, fields: object = {}) => ({
    exec: { apiVersion: v1, command, interactiveMode: "Never", env: [{ name: "SECRET", value: secret }], ...fields },
  });

  /** Connects, lists, and returns the one error that came of it. */
  async function fail(options: ConnectOptions): Promise<Error & { code: string }> {
    const printed: unknown[] = [];
    const note = (...args: unknown[]) => void printed.push(args);
    let caught: (Error & { code: string }) | undefined;
    try {
      const cluster = await connect({ onWarning: note, onEvent: note, ...options });
      try {
        await list(cluster, pods);
      } finally {
        await cluster.close();
      }
    } catch (error) {
      caught = error as Error & { code: string };
    }
    assert.ok(caught, "it does not fail");
    const text = inspect([caught, printed], { depth: Infinity, showHidden: true }) + JSON.stringify([caught, printed]);
    assert.ok(!text.includes(secret), `a secret is in ${text}`);
    assert.match(caught.message, /^Cannot /);
    return caught;
  }

  async function failWith(
    user: object,
    options: ConnectOptions = {},
    cluster: object = {},
  ): Promise<Error & { code: string }> {
    return await fail({ kubeconfig: await file(server.kubeconfig({ user, cluster })), ...options });
  }

  describe("kubeconfig", () => {
    it("is missing, binary, a directory, not to be read, or not YAML", async () => {
      const denied = await file("{}");
      const platform = {
        readFile: (path: string) =>
          Promise.reject(
            Object.assign(new Error(`Cannot read ${path}: permission denied`), { code: "file_denied", path }),
          ),
      };
      const folder = join(directory, "folder");
      await mkdir(folder);
      const binary = await file(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3, 0xff, 0xfe]));
      const broken = await file(`users:\n- name: x\n  user:\n    token: ${secret}\n   bad indent: [`);
      const rows: [ConnectOptions, string, string][] = [
        [{ kubeconfig: join(directory, "missing") }, "kubeconfig_not_found", "missing"],
        [{ kubeconfig: binary }, "kubeconfig_invalid", binary],
        [{ kubeconfig: folder }, "file_denied", folder],
        [{ kubeconfig: denied, platform }, "file_denied", denied],
        [{ kubeconfig: broken }, "kubeconfig_invalid", broken],
      ];
      for (const [options, code, named] of rows) {
        const error = await fail(options);
        assert.equal(error.code, code, error.message);
        assert.ok(error.message.includes(named), error.message);
      }
    });

    it("names a context, a cluster or a user that is not there", async () => {
      const config = JSON.parse(server.kubeconfig({ user: { token: secret } }));
      config.contexts.push({ name: "no-cluster", context: { cluster: "gone-cluster", user: "test" } });
      config.contexts.push({ name: "no-user", context: { cluster: "test", user: "gone-user" } });
      const kubeconfig = await file(JSON.stringify(config));
      const missing = await fail({ kubeconfig, context: "gone-context" });
      assert.equal(missing.code, "context_not_found");
      assert.match(missing.message, /"gone-context" does not exist/);
      const env = () => undefined;
      const cluster = await fail({ kubeconfig, context: "no-cluster", platform: { env } });
      assert.equal(cluster.code, "kubeconfig_not_found");
      assert.match(cluster.message, /gone-cluster/);
      const warnings: string[] = [];
      const user = await fail({ kubeconfig, context: "no-user", onWarning: (text) => warnings.push(text) });
      assert.equal(user.code, "status", "as with kubectl, the request is anonymous");
      assert.match(warnings.join(), /gone-user/);
    });
  });

  it("is a certificate that is no PEM, or a key that does not match it: told by connect()", async () => {
    const authority = await createAuthority();
    const [one, two] = [await authority.issue({ commonName: "a" }), await authority.issue({ commonName: "b" })];
    const rows: [object, RegExp][] = [
      [{ "client-certificate-data": btoa(secret), "client-key-data": btoa(one.key) }, /client certificate/i],
      [{ "client-certificate-data": btoa(one.cert), "client-key-data": btoa(secret) }, /key/],
      [{ "client-certificate-data": btoa(one.cert), "client-key-data": btoa(two.key) }, /does not match/],
      [
        { "client-certificate-data": btoa(one.cert), "client-key-data": btoa(await one.exportKey("pkcs8-encrypted")) },
        /encrypted/,
      ],
    ];
    for (const [user, message] of rows) {
      const kubeconfig = await file(server.kubeconfig({ user }));
      await assert.rejects(connect({ kubeconfig }), { code: "credential_invalid", message });
      assert.equal((await fail({ kubeconfig })).code, "credential_invalid");
    }
    const cluster = { "certificate-authority-data": btoa("no PEM") };
    assert.equal((await failWith({}, {}, cluster)).code, "tls_failed");
    await assert.rejects(connect({ kubeconfig: await file(server.kubeconfig({ cluster })) }), { code: "tls_failed" });
  });

  describe("plugin", () => {
    it("is missing, cannot be executed, is killed, fails, or prints something else", async () => {
      const credential = (fields: object) =>
        JSON.stringify({ apiVersion: v1, kind: "ExecCredential", status: { token: secret }, ...fields });
      const print = (text: string) => script(`cat <<'END'\n${text}\nEND`);
      const rows: [string, string, RegExp][] = [
        ["no-such-plugin-anywhere", "plugin_not_found", /no-such-plugin-anywhere not found/],
        [join(directory, "no-such-plugin"), "plugin_not_found", /no such file or directory/],
        [await script("true", 0o600), "plugin_not_found", /permission denied/],
        [await script("kill -9 $$"), "plugin_failed", /exit code -1/],
        [await script(`echo ${secret}; exit 7`), "plugin_failed", /exit code 7/],
        [await print(`<html>${secret}</html>`), "plugin_output", /HTML/],
        [await print(secret), "plugin_output", /text/],
        [
          await print(credential({ apiVersion: "client.authentication.k8s.io/v1beta1" })),
          "plugin_output",
          /plugin returned version/,
        ],
        [await print(credential({ status: {} })), "plugin_output", /didn't return a token or cert\/key pair/],
      ];
      for (const [command, code, message] of rows) {
        const error = await failWith(exec(command, { installHint: "ask the platform team" }));
        assert.equal(error.code, code, error.message);
        assert.match(error.message, message);
        assert.match(error.message, /ask the platform team/);
      }
    });

    it("hangs or prints without end", async () => {
      const hanging = await failWith(exec(await script("exec sleep 1000")), { pluginTimeout: 100 });
      assert.equal(hanging.code, "plugin_timeout");
      const endless = await failWith(exec(await script(`yes ${secret} | head -c 2147483648`)));
      assert.equal(endless.code, "plugin_output");
      assert.match(endless.message, /1048576/);
    });

    it("prints a token that has expired: it is used once, with a warning, and the next run waits", async () => {
      const clock = fakeClock({ now: Date.now() });
      const plugin = await fakePlugin({
        directory,
        name: "late-plugin",
        token: `${secret}-good`,
        expiresIn: -3_600_000,
      });
      const warnings: string[] = [];
      const cluster = await connect({
        kubeconfig: await file(server.kubeconfig({ user: plugin.stanza && { exec: plugin.stanza } })),
        platform: { now: clock.now },
        onWarning: (text) => warnings.push(text),
      });
      for (let i = 0; i < 5; i++) await list(cluster, pods);
      assert.equal(plugin.runs(), 1);
      assert.equal(warnings.length, 1);
      await clock.advance(60_000);
      await list(cluster, pods);
      assert.equal(plugin.runs(), 2);
      await cluster.close();
    });
  });

  describe("server", () => {
    it("is down, has another name, or another CA", async () => {
      const free = await new Promise<number>((resolve) => {
        const probe = createServer().listen(0, "127.0.0.1", () => {
          const { port } = probe.address() as { port: number };
          probe.close(() => resolve(port));
        });
      });
      const down = await failWith({ token: secret }, {}, { server: `https://127.0.0.1:${free}` });
      assert.equal(down.code, "connection_failed");
      assert.ok(down.message.includes(`127.0.0.1:${free}`), down.message);
      const name = await failWith({ token: secret }, {}, { "tls-server-name": "other.example" });
      assert.equal(name.code, "tls_failed");
      assert.match(name.message, /other\.example/);
      const other = await createAuthority();
      const unknown = await failWith({ token: secret }, {}, { "certificate-authority-data": btoa(other.cert) });
      assert.equal(unknown.code, "tls_failed");
    });

    it("cuts the connection, answers with a page, or refuses for ever", async () => {
      const user = { token: `${secret}-good` };
      server.fault({ truncate: 20 });
      assert.equal((await failWith(user)).code, "connection_failed");
      server.fault({ status: 200, headers: { "content-type": "text/html" }, body: `<html>${secret}</html>` });
      assert.equal((await failWith(user)).code, "protocol");
      const plugin = await fakePlugin({ directory, name: "refused-plugin", token: `${secret}-{run}` });
      const refused = await failWith({ exec: plugin.stanza });
      assert.equal(refused.code, "status");
      assert.equal((refused as unknown as { status: number }).status, 401);
      assert.equal(plugin.runs(), 2);
    });
  });

  it("is a clock that jumps by a day, either way", async () => {
    const clock = fakeClock({ now: Date.now() });
    const plugin = await fakePlugin({ directory, name: "clock-plugin", token: `${secret}-good`, expiresIn: 900_000 });
    const cluster = await connect({
      kubeconfig: await file(server.kubeconfig({ user: { exec: plugin.stanza } })),
      platform: { now: clock.now },
    });
    await list(cluster, pods);
    await clock.advance(86_400_000);
    // The plugin goes by the real clock: its token seems expired, is used, and the plugin is not run again and again.
    for (let i = 0; i < 3; i++) await list(cluster, pods);
    assert.equal(plugin.runs(), 2);
    await cluster.close();

    let now = Date.now();
    const back = await connect({
      kubeconfig: await file(server.kubeconfig({ user: { exec: { ...plugin.stanza, args: ["back"] } } })),
      platform: { now: () => now },
    });
    await list(back, pods);
    now -= 86_400_000;
    await list(back, pods);
    assert.equal(plugin.runs(), 3, "a credential is not lost to a clock that went backwards");
    server.tokens.clear();
    plugin.set({ token: `${secret}-next` });
    server.tokens.set(`${secret}-next`, "alice");
    await list(back, pods);
    assert.equal(plugin.runs(), 4, "and one that the server refuses is replaced");
    await back.close();
  });
});
