import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { inspect } from "node:util";
import type { AuthEvent } from "../auth/types.ts";
import { connect, get, list, namespaces, pods } from "../mod.ts";
import { parseKubeconfig } from "../kubeconfig/mod.ts";
import { type ApiServer, type FakePlugin, fakePlugin, startApiServer } from "../testing/mod.ts";

describe("connect()", () => {
  let server: ApiServer;
  let plugin: FakePlugin;
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "kubecred-connect-"));
    server = await startApiServer({ tokens: { "static-token": "alice", "token-1": "bob" } });
    plugin = await fakePlugin({ directory });
  });
  after(async () => {
    await server.close();
    await rm(directory, { recursive: true });
  });

  async function kubeconfig(options: Parameters<ApiServer["kubeconfig"]>[0] = {}): Promise<string> {
    const path = join(directory, `config-${Math.random()}`);
    await writeFile(path, server.kubeconfig(options));
    return path;
  }

  it("reads the kubeconfig, sends its token and uses its namespace", async () => {
    const cluster = await connect({ kubeconfig: await kubeconfig({ namespace: "kube-system" }) });
    assert.equal(cluster.namespace, "kube-system");
    assert.equal(cluster.server, server.url);
    await list(cluster, pods);
    await list(cluster, pods, { namespace: "other" });
    assert.deepEqual(server.requests.slice(-2).map(({ path, token }) => [path, token]), [
      ["/api/v1/namespaces/kube-system/pods", "static-token"],
      ["/api/v1/namespaces/other/pods", "static-token"],
    ]);
    assert.ok(Object.isFrozen(cluster));
    await cluster.close();
  });

  it("takes KUBECONFIG and the option namespace", async () => {
    const path = await kubeconfig();
    const env = (name: string) => name === "KUBECONFIG" ? path : undefined;
    const cluster = await connect({ platform: { env }, namespace: "mine" });
    await list(cluster, pods);
    assert.equal(server.requests.at(-1)!.path, "/api/v1/namespaces/mine/pods");
    await cluster[Symbol.asyncDispose]();
  });

  it("runs a plugin once for 20 connections with equal stanzas, one after another and at once", async () => {
    const path = await kubeconfig({ user: { exec: plugin.stanza } });
    const use = async () => {
      const cluster = await connect({ kubeconfig: path });
      await get(cluster, namespaces, "default");
      await cluster.close();
    };
    const runs = plugin.runs();
    await Promise.all(Array.from({ length: 10 }, use));
    for (let i = 0; i < 10; i++) await use();
    assert.equal(plugin.runs() - runs, 1);
  });

  it("runs no plugin and sends nothing before the first request", async () => {
    const own = await fakePlugin({ directory, name: "lazy-plugin" });
    const seen = server.connections;
    const cluster = await connect({ kubeconfig: await kubeconfig({ user: { exec: own.stanza } }) });
    await cluster.close();
    assert.equal(own.runs(), 0);
    assert.equal(server.connections, seen);
  });

  it("says at once that a token file is missing", async () => {
    const tokenFile = join(directory, "no-token");
    const missing = await kubeconfig({ user: { tokenFile } });
    await assert.rejects(connect({ kubeconfig: missing }), { code: "file_not_found", path: tokenFile });
    const cluster = await connect({ kubeconfig: await kubeconfig({ user: { tokenFile, token: "static-token" } }) });
    await get(cluster, namespaces, "default");
    await cluster.close();
  });

  it("refuses a server with a name and a password in its URL, without showing them", async () => {
    const config = JSON.parse(server.kubeconfig());
    config.clusters[0].cluster.server = server.url.replace("//", "//alice:planted@");
    await assert.rejects(connect({ kubeconfig: parseKubeconfig(JSON.stringify(config)) }), (error: Error) => {
      assert.match(error.message, /^Cannot use server "https:\/\/<redacted>@/);
      assert.ok(!inspect(error).includes("planted"));
      return true;
    });
  });

  it("runs no plugin of a kubeconfig that is text, unless the policy says so", async () => {
    const own = await fakePlugin({ directory, name: "text-plugin" });
    const config = parseKubeconfig(server.kubeconfig({ user: { exec: own.stanza } }));
    const denied = await connect({ kubeconfig: config });
    await assert.rejects(get(denied, namespaces, "default"), { code: "plugin_denied" });
    await denied.close();
    assert.equal(own.runs(), 0);
    const listed = await connect({ kubeconfig: config, policy: { allowlist: [{ command: own.command }] } });
    await get(listed, namespaces, "default");
    await listed.close();
    assert.equal(own.runs(), 1);
  });

  it("reads no file that a kubeconfig of text names, unless the policy says so", async () => {
    const ca = join(directory, "ca.crt");
    const tokenFile = join(directory, "token");
    await writeFile(ca, server.authority.cert);
    await writeFile(tokenFile, "static-token\n");
    const byFile = { cluster: { "certificate-authority-data": undefined, "certificate-authority": ca } };
    for (const options of [byFile, { user: { tokenFile } }]) {
      const config = parseKubeconfig(server.kubeconfig(options));
      await assert.rejects(connect({ kubeconfig: config }), { code: "plugin_denied" });
      await assert.rejects(connect({ kubeconfig: config, policy: { allowlist: [{ command: "x" }] } }), {
        code: "plugin_denied",
      });
      const cluster = await connect({ kubeconfig: config, policy: "allow-all" });
      await get(cluster, namespaces, "default");
      await cluster.close();
    }
  });

  it("takes a connection and a source, and leaves the source open", async () => {
    let closed = 0;
    const source = Object.assign(() => Promise.resolve({ token: "static-token" }), {
      close: () => Promise.resolve(void closed++),
    });
    const { cert } = server.authority;
    for (const data of [cert, btoa(cert)]) {
      const cluster = await connect({ connection: { server: server.url, tls: { ca: { data } } }, source });
      assert.equal((await get(cluster, namespaces, "default")).metadata.name, "default");
      assert.equal(cluster.namespace, "default");
      assert.equal(cluster.source, source);
      await cluster.close();
    }
    assert.equal(closed, 0);
  });

  it("falls back on the service account when the kubeconfig leads nowhere, as client-go does", async () => {
    const { port } = new URL(server.url);
    const files: Record<string, string> = {
      "/var/run/secrets/kubernetes.io/serviceaccount/token": "static-token\n",
      "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt": server.authority.cert,
      "/var/run/secrets/kubernetes.io/serviceaccount/namespace": "pod-namespace\n",
    };
    const env: Record<string, string> = {
      HOME: "/nowhere",
      KUBERNETES_SERVICE_HOST: "127.0.0.1",
      KUBERNETES_SERVICE_PORT: port,
    };
    const platform = {
      env: (name: string) => env[name],
      readFile: (path: string) =>
        files[path] === undefined
          ? Promise.reject(Object.assign(new Error("no such file"), { code: "file_not_found" }))
          : Promise.resolve(new TextEncoder().encode(files[path])),
      stat: (path: string) =>
        Promise.resolve(files[path] === undefined ? undefined : { size: 1, mtime: 0, isFile: true }),
    };
    const cluster = await connect({ platform });
    await list(cluster, pods);
    assert.deepEqual([server.requests.at(-1)!.path, server.requests.at(-1)!.token], [
      "/api/v1/namespaces/pod-namespace/pods",
      "static-token",
    ]);
    await cluster.close();
    const named = await connect({ platform, namespace: "mine" });
    assert.equal(named.namespace, "mine");
    await named.close();

    delete env.KUBERNETES_SERVICE_HOST;
    await assert.rejects(connect({ platform }), {
      code: "kubeconfig_not_found",
      message: /no configuration has been provided/,
    });
    const forbidden = (name: string) => {
      if (name.startsWith("KUBERNETES_")) throw Object.assign(new Error("forbidden"), { code: "permission_missing" });
      return env[name];
    };
    await assert.rejects(connect({ platform: { ...platform, env: forbidden } }), { code: "kubeconfig_not_found" });
  });

  it("sends impersonation as separate lines, whatever the runtime", async () => {
    const user = {
      token: "static-token",
      as: "jane",
      "as-uid": "7",
      "as-groups": ["dev", "ops"],
      "as-user-extra": { "example.com/team": ["a", "b"] },
    };
    const cluster = await connect({ kubeconfig: await kubeconfig({ user }) });
    await get(cluster, namespaces, "default");
    const lines = server.requests.at(-1)!.headers.filter(([name]) => /^impersonate/i.test(name));
    assert.deepEqual(lines.map(([name, value]) => [name.toLowerCase(), value]), [
      ["impersonate-user", "jane"],
      ["impersonate-uid", "7"],
      ["impersonate-group", "dev"],
      ["impersonate-group", "ops"],
      ["impersonate-extra-example.com%2fteam", "a"],
      ["impersonate-extra-example.com%2fteam", "b"],
    ]);
    await cluster.close();
  });

  it("tells of refreshes and of what is odd", async () => {
    const own = await fakePlugin({ directory, name: "observed-plugin", expiresIn: -1_000 });
    const warnings: string[] = [];
    const events: AuthEvent[] = [];
    const { interactiveMode: _, ...exec } = own.stanza;
    const cluster = await connect({
      kubeconfig: await kubeconfig({ user: { exec } }),
      onWarning: (text) => warnings.push(text),
      onEvent: (event) => events.push(event),
    });
    await get(cluster, namespaces, "default");
    await cluster.close();
    assert.deepEqual(events.map(({ type }) => type), ["plugin_policy", "plugin_run", "refresh"]);
    assert.equal(warnings.length, 2, warnings.join("\n"));
    assert.match(warnings[0]!, /interactiveMode must be specified/);
    assert.match(warnings[1]!, /already expired on arrival/);
  });

  it("prints no secret of the cluster, the connection or the kubeconfig", async () => {
    const exec = { ...plugin.stanza, args: ["--secret=planted-arg"], env: [{ name: "A", value: "planted-env" }] };
    const config = JSON.parse(server.kubeconfig({ user: { token: "planted-token" } }));
    config.users.push({ name: "exec", user: { exec } }, {
      name: "basic",
      user: { username: "u", password: "planted-password" },
    });
    config.users.push({
      name: "oidc",
      user: { "auth-provider": { name: "oidc", config: { "refresh-token": "planted-refresh" } } },
    });
    config.users.push({ name: "key", user: { "client-key-data": btoa("planted-key") } });
    config.clusters[0].cluster["proxy-url"] = "http://user:planted-proxy@proxy.example";
    config.contexts.push({ name: "exec", context: { cluster: "test", user: "exec" } });
    const kubeconfig = parseKubeconfig(JSON.stringify(config));
    const clusters = [
      await connect({ kubeconfig }),
      await connect({ kubeconfig, context: "exec" }),
      await connect({
        connection: {
          server: server.url,
          user: { token: "planted-token", exec },
          proxyUrl: "http://user:planted-proxy@proxy.example",
        },
        source: async () => ({}),
      }),
    ];
    const printed: string[] = [];
    for (
      const value of [
        kubeconfig,
        ...clusters,
        ...clusters.map(({ connection }) => connection),
        ...kubeconfig.users,
      ]
    ) {
      printed.push(
        JSON.stringify(value),
        inspect(value, { depth: Infinity, showHidden: true }),
        inspect({ ...value }, { depth: Infinity }),
        String(value),
        `${value}`,
        (globalThis as { Deno?: { inspect(value: unknown, options: object): string } }).Deno?.inspect(value, {
          depth: 99,
        }) ?? "",
      );
    }
    assert.deepEqual(printed.filter((text) => /planted|cGxhbnRlZC1rZXk/.test(text)), []);
    assert.equal(kubeconfig.users[0]!.user.token, "planted-token", "by name it is there");
    await Promise.all(clusters.map((cluster) => cluster.close()));
  });

  it("writes refreshed tokens of the auth provider oidc back to the file", async () => {
    const header = btoa(JSON.stringify({ alg: "none" }));
    const idToken = (expires: number) =>
      `${header}.${btoa(JSON.stringify({ exp: expires, sub: "me" }))}.x`.replaceAll("=", "");
    const fresh = idToken(4_000_000_000);
    server.tokens.set(fresh, "oidc-user");
    const issuer: ApiServer = await startApiServer({
      http: true,
      handler: ({ path }) => {
        if (path.startsWith("/.well-known")) {
          return { status: 200, body: { issuer: issuer.url, token_endpoint: `${issuer.url}/token` } };
        }
        return {
          status: 200,
          body: { id_token: fresh, access_token: "a", refresh_token: "rotated", token_type: "Bearer" },
        };
      },
    });
    const config = {
      "idp-issuer-url": issuer.url,
      "client-id": "kubecred",
      "id-token": idToken(1),
      "refresh-token": "first",
      "kept": "as it was",
    };
    const path = await kubeconfig({ user: { "auth-provider": { name: "oidc", config } } });
    const cluster = await connect({ kubeconfig: path });
    await get(cluster, namespaces, "default");
    await cluster.close();
    await issuer.close();
    const [written] = parseKubeconfig(await readFile(path, "utf8")).users;
    assert.deepEqual({ ...written!.user["auth-provider"]!.config }, {
      ...config,
      "id-token": fresh,
      "refresh-token": "rotated",
    });
  });

  it("gives up when the signal says so", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await assert.rejects(connect({ kubeconfig: await kubeconfig(), signal }), /enough/);
  });
});
