/** Rows of kubernetes' test/integration/client/exec_test.go: real plugins, a real TLS server, the whole client between. */
import assert from "node:assert/strict";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { after, describe, it } from "node:test";
import type { AuthEvent } from "../../../auth/types.ts";
import { connect } from "../../../connect.ts";
import type { KubecredError } from "../../../errors.ts";
import type { ExecStanza } from "../../../kubeconfig/types.ts";
import { parseKubeconfig } from "../../../kubeconfig/mod.ts";
import type { Platform } from "../../../platform/types.ts";
import { startApiServer } from "../../../testing/api_server.ts";
import { fakeClock } from "../../../testing/fake_clock.ts";
import { createAuthority } from "../../../testing/pki.ts";
import { pluginDirectory, rejection, v1, v1beta1 } from "./plugins.ts";

const plugins = await pluginDirectory();
const server = await startApiServer({ tokens: { good: "token-user" } });
after(() => server.close());
const good = await server.authority.issue({ commonName: "good-cert", organizations: ["system:masters"] });
const bad = await (await createAuthority()).issue({ commonName: "bad-cert" });
const cert = { good: { cert: good.cert, key: good.key }, bad: { cert: bad.cert, key: bad.key } };

/** Sends one request as a user with this stanza, and tells what the server saw of it. */
async function request(user: { exec?: Partial<ExecStanza>; [field: string]: unknown }) {
  const events: AuthEvent[] = [];
  const kubeconfig = parseKubeconfig(server.kubeconfig({ user }));
  const cluster = await connect({ kubeconfig, policy: "allow-all", onEvent: (event) => events.push(event) });
  const before = server.requests.length;
  try {
    const outcome = await cluster.fetch("/api/v1/namespaces").then(
      async (response) => {
        await response.body?.cancel();
        return response.status;
      },
      (error: KubecredError) => error,
    );
    const seen = server.requests.slice(before).map(({ headers, clientCertificate }) => ({
      authorization: headers.find(([name]) => name.toLowerCase() === "authorization")?.[1],
      certificate: clientCertificate,
    }));
    return { outcome, seen, runs: events.filter((event) => event.type === "plugin_run") };
  } finally {
    await cluster.close();
  }
}

function base64(text: string): string {
  return btoa(text);
}

describe("a cluster whose user has a plugin", () => {
  const rows = [
    // Where the server refuses, the request is sent once more with what the second run gave.
    { id: "I01", token: "unauthorized", status: 401, runs: 2, requests: 2 },
    { id: "I02", certificate: "bad", status: 401, runs: 2, requests: 2 },
    { id: "I03", token: "good", status: 200, runs: 1, requests: 1 },
    { id: "I04", certificate: "good", status: 200, runs: 1, requests: 1 },
    { id: "I05", token: "good", certificate: "good", status: 200, runs: 1, requests: 1 },
    { id: "I06", token: "unauthorized", certificate: "good", status: 200, runs: 1, requests: 1 },
    { id: "I07", token: "good", certificate: "bad", status: 200, runs: 1, requests: 1 },
    { id: "I08", token: "unauthorized", certificate: "bad", status: 401, runs: 2, requests: 2 },
  ] as const satisfies readonly {
    id: string;
    token?: string;
    certificate?: keyof typeof cert;
    status: number;
    runs: number;
    requests: number;
  }[];

  for (const row of rows) {
    const { id, status, runs, requests } = row;
    const token = "token" in row ? row.token : undefined;
    const certificate = "certificate" in row ? row.certificate : undefined;
    for (const apiVersion of [v1, v1beta1]) {
      const version = apiVersion.split("/")[1];
      it(`${id} ${version}: token ${token ?? "none"}, certificate ${certificate ?? "none"}: ${status}`, async () => {
        const plugin = await plugins.fake({ token, certificate: certificate && cert[certificate], apiVersion });
        const result = await request({ exec: plugin.stanza });
        assert.equal(result.outcome, status);
        const seen = { authorization: token && `Bearer ${token}`, certificate: certificate && `${certificate}-cert` };
        assert.deepEqual(result.seen, Array.from({ length: requests }, () => seen));
        assert.equal(plugin.runs(), runs);
        assert.deepEqual(
          result.runs.map((event) => event.type === "plugin_run" && event.status),
          Array(runs).fill("no_error"),
        );
      });
    }
  }

  it("I09 sends basic authentication alone, and runs no plugin", async () => {
    const plugin = await plugins.fake();
    server.fault({ status: 401, when: ({ token }) => token === undefined, times: 2 });
    const { outcome, seen } = await request({ username: "admin", password: "hunter2", exec: plugin.stanza });
    assert.equal(outcome, 401);
    assert.equal(plugin.runs(), 0);
    const sent = { authorization: `Basic ${base64("admin:hunter2")}`, certificate: undefined };
    assert.deepEqual(seen, [sent, sent]);
  });

  it("I10 sends a bearer token alone, and runs no plugin", async () => {
    const plugin = await plugins.fake();
    const { outcome, seen } = await request({ token: "unauthorized", exec: plugin.stanza });
    assert.equal(outcome, 401);
    assert.equal(plugin.runs(), 0);
    const sent = { authorization: "Bearer unauthorized", certificate: undefined };
    assert.deepEqual(seen, [sent, sent]);
  });

  it("I11 presents a client certificate alone, and runs no plugin", async () => {
    const plugin = await plugins.fake();
    const { outcome, seen } = await request({
      "client-certificate-data": base64(good.cert),
      "client-key-data": base64(good.key),
      exec: plugin.stanza,
    });
    assert.equal(outcome, 200);
    assert.deepEqual(seen, [{ authorization: undefined, certificate: "good-cert" }]);
    assert.equal(plugin.runs(), 0);
  });

  it("E29 runs no plugin beside a token, basic authentication or a certificate", async () => {
    const plugin = await plugins.fake();
    const statics = [
      { token: "good" },
      { username: "admin", password: "hunter2" },
      { "client-certificate-data": base64(good.cert), "client-key-data": base64(good.key) },
    ];
    for (const user of statics) await request({ ...user, exec: plugin.stanza });
    assert.equal(plugin.runs(), 0);
    await request({ exec: plugin.stanza });
    assert.ok(plugin.runs() > 0);
  });

  const failures: readonly (readonly [id: string, code: string, exitCode: number, status: string, message: RegExp])[] =
    [
      ["I12", "plugin_not_found", 1, "plugin_not_found_error", /: exec: executable no-such-plugin not found\n/],
      ["I13", "plugin_not_found", 1, "plugin_not_found_error", /: exec: fork\/exec \S+: permission denied$/],
      ["I14", "plugin_failed", 10, "plugin_execution_error", /: exec: executable \S+ failed with exit code 10$/],
    ];
  for (const [id, code, exitCode, status, message] of failures) {
    it(`${id} sends nothing when the plugin fails: ${status} ${exitCode}`, async () => {
      const command = id === "I12"
        ? "no-such-plugin"
        : id === "I13"
        ? await plugins.script("exit 0", { mode: 0o644 })
        : await plugins.script("exit 10");
      const { outcome, seen, runs } = await request({ exec: { apiVersion: v1, command, interactiveMode: "Never" } });
      assert.ok(outcome instanceof Error);
      assert.equal(outcome.code, code);
      assert.match(outcome.message, message);
      assert.deepEqual(seen, []);
      assert.deepEqual(runs.map((event) => event.type === "plugin_run" && [event.exitCode, event.status]), [[
        exitCode,
        status,
      ]]);
    });
  }

  it("I17 runs one plugin for each stanza, however often the cluster is connected to", async () => {
    const stanzas = await Promise.all([1, 2, 3].map(async (n) => {
      const plugin = await plugins.fake({ token: "good" });
      return { plugin, exec: { ...plugin.stanza, args: [`${n}`] } };
    }));
    for (let round = 0; round < 3; round++) {
      for (const { exec } of stanzas) assert.equal((await request({ exec })).outcome, 200);
    }
    assert.deepEqual(stanzas.map(({ plugin }) => plugin.runs()), [1, 1, 1]);
  });
});

describe("a cluster whose credential changes", () => {
  it("E27 refreshes a token that the server refuses, and sends the request once more", async () => {
    const plugin = await plugins.fake({ token: "first-{run}" });
    server.tokens.set("first-1", "user");
    const kubeconfig = parseKubeconfig(server.kubeconfig({ user: { exec: plugin.stanza } }));
    const cluster = await connect({ kubeconfig, policy: "allow-all" });
    const get = async () => {
      const response = await cluster.fetch("/version");
      await response.arrayBuffer();
      return response.status;
    };
    const before = server.requests.length;
    assert.deepEqual([await get(), await get()], [200, 200]);
    server.tokens.delete("first-1");
    server.tokens.set("first-2", "user");
    assert.deepEqual([await get(), await get()], [200, 200]);
    assert.deepEqual(server.requests.slice(before).map(({ token, status }) => [token, status]), [
      ["first-1", 200],
      ["first-1", 200],
      ["first-1", 401],
      ["first-2", 200],
      ["first-2", 200],
    ]);
    assert.equal(plugin.runs(), 2);
    await cluster.close();
  });

  it("E30 follows a certificate from a good one over one that is not trusted to a good one", async () => {
    const authority = await createAuthority();
    const own = await authority.issue({ commonName: "server", ipAddresses: ["127.0.0.1"] });
    let answered = 0;
    const tls = { cert: own.cert, key: own.key, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
    const strict = createServer(tls, (_, outgoing) => {
      answered++;
      outgoing.end("ok");
    });
    await new Promise<void>((resolve) => strict.listen(0, "127.0.0.1", resolve));
    const clock = fakeClock({ now: Date.now() });
    const plugin = await plugins.fake();
    const present = async (issuer: typeof authority, commonName: string) => {
      const { cert, key } = await issuer.issue({ commonName });
      plugin.set({ certificate: { cert, key }, expiresAt: clock.now() + 3_600_000 });
    };
    const platform: Partial<Platform> = { now: clock.now };
    const cluster = await connect({
      connection: {
        server: `https://127.0.0.1:${(strict.address() as AddressInfo).port}`,
        tls: { ca: { data: authority.cert } },
        user: { exec: plugin.stanza },
      },
      platform,
    });
    const get = async () => await (await cluster.fetch("/")).text();
    await present(authority, "first");
    assert.equal(await get(), "ok");
    await clock.advance(7_200_000);
    await present(await createAuthority(), "untrusted");
    assert.match((await rejection(get())).code, /^(?:tls_failed|connection_failed)$/);
    await clock.advance(7_200_000);
    await present(authority, "second");
    assert.equal(await get(), "ok");
    assert.equal(answered, 2);
    assert.equal(plugin.runs(), 3);
    await cluster.close();
    await new Promise((resolve) => strict.close(resolve));
  });
});
