import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { execCluster } from "../../auth/exec/cluster_info.ts";
import { encodeExecInfo } from "../../auth/exec/exec_info.ts";
import {
  type ClusterStanza,
  type Connection,
  type ExecStanza,
  type NamedExtension,
  parseKubeconfig,
  resolveContext,
  type ResolveContextOptions,
} from "../../kubeconfig/mod.ts";
import { namespaceName } from "../../kubeconfig/overrides.ts";

const server = "https://10.0.0.1:6443";

interface Parts {
  readonly cluster?: ClusterStanza;
  readonly user?: object;
  readonly context?: object;
  readonly more?: object;
}

/** The connection of a kubeconfig with one cluster, one user and one context. */
function resolve({ cluster, user, context, more }: Parts, options: ResolveContextOptions = {}): Connection {
  const text = JSON.stringify({
    clusters: [{ name: "c", cluster: { server, ...cluster } }],
    users: [{ name: "u", user: user ?? {} }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u", ...context } }],
    "current-context": "x",
    ...more,
  });
  return resolveContext(parseKubeconfig(text), options);
}

/** The error that resolving ends in. */
function refusal(parts: Parts, options: ResolveContextOptions = {}): Error & { code: string } {
  let caught: unknown;
  assert.throws(() => resolve(parts, options), (error) => Boolean(caught = error));
  return caught as Error & { code: string };
}

const trusted = { cluster: { "certificate-authority-data": btoa("CA"), "tls-server-name": "name" } };
const loginExec = { apiVersion: "client.authentication.k8s.io/v1", command: "login", interactiveMode: "Never" };

describe("resolveContext()", () => {
  it("C01 clears the CA when insecure is put over the cluster", () => {
    assert.deepEqual(resolve(trusted, { insecure: true }).tls, { insecure: true, serverName: "name" });
  });

  it("C02 replaces the CA's data by a file, and takes insecure away", () => {
    assert.deepEqual(resolve(trusted, { certificateAuthority: { file: "/ca" } }).tls, {
      ca: { file: "/ca" },
      serverName: "name",
    });
    const insecure = { cluster: { "insecure-skip-tls-verify": true } };
    assert.deepEqual(resolve(insecure, { certificateAuthority: { data: "PEM" } }).tls, { ca: { data: "PEM" } });
  });

  it("C03 takes tls-server-name from the override, beside another server as well", () => {
    assert.equal(resolve(trusted, { tlsServerName: "other" }).tls.serverName, "other");
    const connection = resolve(trusted, { tlsServerName: "other", server: "https://b" });
    assert.deepEqual([connection.server, connection.tls.serverName], ["https://b", "other"]);
  });

  it("C04 clears tls-server-name when the server alone is overridden", () => {
    const { server, tls } = resolve(trusted, { server: "https://b" });
    assert.deepEqual([server, tls], ["https://b", { ca: { data: "CA" } }]);
  });

  it("C05 turns compression off by override", () => {
    assert.equal(resolve({}, { disableCompression: true }).disableCompression, true);
    assert.equal(resolve({}).disableCompression, undefined);
    assert.equal(resolve({ cluster: { "disable-compression": true } }).disableCompression, true);
  });

  it("C06 keeps all of the impersonation when the server is overridden by one on plain HTTP", () => {
    const user = {
      token: "t",
      as: "root",
      "as-uid": "0",
      "as-groups": ["a", "b"],
      "as-user-extra": { scopes: ["x", "y"], Z: [] },
    };
    const connection = resolve({ user }, { server: "http://plain" });
    assert.deepEqual(connection.impersonate, {
      user: "root",
      uid: "0",
      groups: ["a", "b"],
      extra: { scopes: ["x", "y"], Z: [] },
    });
    assert.deepEqual({ ...connection.user }, {});
    assert.equal(connection.user.token, undefined);
    assert.match(connection.warnings.join(), /plain HTTP: token of the kubeconfig is not used/);
  });

  it("C07 takes the namespace of the override, else the context's, else default", () => {
    const context = { namespace: "own" };
    assert.equal(resolve({ context }, { namespace: "other" }).namespace, "other");
    assert.equal(resolve({ context }).namespace, "own");
    assert.equal(resolve({}).namespace, "default");
    assert.equal(resolve({ context: { namespace: "" } }, { namespace: "" }).namespace, "default");
  });

  it("C08 takes a namespace over a kubeconfig that is empty but for a server", () => {
    const connection = resolveContext(parseKubeconfig(""), { namespace: "other", server: "https://b" });
    assert.deepEqual([connection.namespace, connection.server], ["other", "https://b"]);
  });

  it("C09 takes a proxy-url that is empty, or has scheme socks5, https or http in any case", () => {
    const proxies = [
      "",
      "socks5://p:1",
      "https://p",
      "http://p:3128/",
      "HTTP://p",
      "http://user:p%40ss@p",
      "socks5://",
    ];
    for (const proxy of proxies) {
      assert.equal(resolve({ cluster: { "proxy-url": proxy } }).proxyUrl ?? "", proxy);
    }
    assert.equal(resolve({ cluster: { "proxy-url": "http://p" } }, { proxyUrl: "http://q" }).proxyUrl, "http://q");
  });

  it("C10 refuses a proxy-url with another scheme or none", () => {
    for (
      const proxy of ["socks6://p", "socks5h://p", "ftp://p", "example.com", "example.com:80", "chewbacca@example.com"]
    ) {
      const { code, message } = refusal({ cluster: { "proxy-url": proxy } });
      assert.equal(code, "kubeconfig_invalid");
      assert.match(message, /invalid 'proxy-url' ".*" for cluster "c": unsupported scheme/);
    }
    const { message } = refusal({ cluster: { "proxy-url": "ftp://user:hunter2@p" } });
    assert.doesNotMatch(message, /hunter2/);
    assert.match(message, /"ftp:\/\/<redacted>@p"/);
  });

  it("C14 keeps the server as it is given", () => {
    const given = ["https://h/foo/bar", "https://h/foo/bar/", "https://h//", "https://h/", "host", "host:8080/path"];
    for (const server of given) assert.equal(resolve({ cluster: { server } }).server, server);
  });

  it("C15 takes the default server when the cluster has none, and not otherwise", () => {
    const defaultServer = "https://default";
    assert.equal(resolve({ cluster: { server: "" } }, { defaultServer }).server, defaultServer);
    assert.equal(resolve({}, { defaultServer }).server, server);
    assert.equal(resolveContext(parseKubeconfig(""), { defaultServer }).server, defaultServer);
  });

  it("C16 refuses a context that is not there, with a default server as well", () => {
    const more = { "current-context": "not-present" };
    const wanted = "context was not found for specified context: not-present";
    for (const options of [{}, { defaultServer: "https://default" }, { server: "https://b" }]) {
      const { code, message } = refusal({ more }, options);
      assert.equal(code, "context_not_found");
      assert.ok(message.includes(wanted), message);
    }
    const { code, message } = refusal({}, { context: "not-present" });
    assert.deepEqual([code, message.includes('context "not-present" does not exist')], ["context_not_found", true]);
  });

  it("C16 refuses a user and a cluster that are named by override and not there, in client-go's words", () => {
    assert.match(refusal({}, { user: "gone" }).message, /auth info "gone" does not exist/);
    assert.match(refusal({}, { cluster: "gone" }).message, /cluster "gone" does not exist/);
  });

  const hintOf = (installHint: string) =>
    resolve({ user: { exec: { ...loginExec, installHint } } }).user.exec?.installHint;

  it("C17 writes escape codes of an installHint as U+001B and keeps its line breaks", () => {
    assert.equal(hintOf("\x1b[31mrun\nthis\x1b[0m\x07"), "U+001B[31mrun\nthisU+001B[0mU+0007");
  });

  it("C18 keeps tabs, marks, symbols, em spaces and paragraph separators of an installHint", () => {
    const hint = "\ttab e\u0301 → ☸ €\u2003em\u2029paragraph 日本 😀 \"'`<>";
    assert.equal(hintOf(hint), hint);
  });

  it("C20 hands the cluster's exec extension on, and it reaches the plugin as JSON with sorted keys", () => {
    const extensions: NamedExtension[] = [
      { name: "other", extension: { no: 1 } },
      { name: "client.authentication.k8s.io/exec", extension: { other: { b: [1, null], a: true }, audience: "me" } },
    ];
    const exec = { ...loginExec, args: ["--one", "", "two words"], provideClusterInfo: true };
    const connection = resolve({ cluster: { extensions }, user: { exec } });
    assert.deepEqual(connection.execConfig, { other: { b: [1, null], a: true }, audience: "me" });
    const info = encodeExecInfo({ apiVersion: exec.apiVersion, interactive: false, cluster: execCluster(connection) });
    assert.ok(info.includes('"config":{"audience":"me","other":{"a":true,"b":[1,null]}}'), info);
    assert.deepEqual(connection.user.exec?.args, exec.args);
    assert.equal(connection.user.exec?.provideClusterInfo, true);
    assert.equal(resolve({ user: { exec } }).execConfig, undefined);
  });

  it("C21 puts overrides over the selected entries and leaves the kubeconfig as it is", () => {
    const text = JSON.stringify({
      clusters: ["c1", "c2"].map((name) => ({ name, cluster: { server: `https://${name}` } })),
      users: ["u1", "u2"].map((name) => ({ name, user: { token: name } })),
      contexts: ["1", "2"].map((n) => ({
        name: `x${n}`,
        context: { cluster: `c${n}`, user: `u${n}`, namespace: `n${n}` },
      })),
      "current-context": "x1",
    });
    const kubeconfig = parseKubeconfig(text);
    const put = { server: "https://put", token: "put", namespace: "put" };
    const first = resolveContext(kubeconfig, put);
    assert.deepEqual([first.server, first.user.token, first.namespace], ["https://put", "put", "put"]);
    const mixed = resolveContext(kubeconfig, { context: "x2", cluster: "c1" });
    assert.deepEqual([mixed.server, mixed.user.token, mixed.namespace], ["https://c1", "u2", "n2"]);
    assert.deepEqual([mixed.context, mixed.cluster, mixed.userName], ["x2", "c1", "u2"]);
    const other = resolveContext(kubeconfig, { user: "u2" });
    assert.deepEqual([other.server, other.user.token, other.namespace], ["https://c1", "u2", "n1"]);
    const again = resolveContext(kubeconfig, { context: "x2" });
    assert.deepEqual([again.server, again.user.token, again.namespace], ["https://c2", "u2", "n2"]);
    assert.deepEqual(kubeconfig.users.map(({ user }) => user.token), ["u1", "u2"]);
  });

  it("C22 clears the other form when certificate and key are overridden by files or by data", () => {
    const inline = { user: { "client-certificate-data": btoa("CERT"), "client-key-data": btoa("KEY") } };
    const overFiles = { clientCertificate: { file: "/crt" }, clientKey: { file: "/key" } };
    const files = resolve(inline, overFiles);
    assert.deepEqual([files.tls.certificate, { ...files.tls.key }], [{ file: "/crt" }, { file: "/key" }]);
    assert.equal(files.user["client-key-data"], undefined);

    const paths = { user: { "client-certificate": "/crt", "client-key": "/key" } };
    const data = resolve(paths, { clientCertificate: { data: "CERT" }, clientKey: { data: "KEY" } });
    assert.deepEqual(data.tls.certificate, { data: "CERT" });
    assert.equal(data.tls.key?.data, "KEY");
    assert.equal(data.user["client-key"], undefined);
  });

  const exec = (fields: Partial<ExecStanza>) =>
    resolve({ user: { exec: { command: "login", ...fields } } }).user.exec?.interactiveMode;

  it("C36 reads v1beta1 and v1alpha1 without interactiveMode as IfAvailable, and keeps one that is set", () => {
    for (const version of ["v1beta1", "v1alpha1"]) {
      const apiVersion = `client.authentication.k8s.io/${version}`;
      assert.equal(exec({ apiVersion }), "IfAvailable");
      assert.equal(exec({ apiVersion, interactiveMode: "" }), "IfAvailable");
      assert.equal(exec({ apiVersion, interactiveMode: "Never" }), "Never");
    }
    assert.equal(exec({ apiVersion: loginExec.apiVersion, interactiveMode: "Always" }), "Always");
  });

  it("C36 reads v1 without interactiveMode as IfAvailable with a warning, a deliberate deviation", () => {
    const { apiVersion, command } = loginExec;
    const kubeconfig = parseKubeconfig(
      JSON.stringify({ users: [{ name: "u", user: { exec: { apiVersion, command } } }] }),
    );
    assert.equal(kubeconfig.users[0]?.user.exec?.interactiveMode, undefined);
    const connection = resolve({ user: { exec: { apiVersion, command } } });
    assert.equal(connection.user.exec?.interactiveMode, "IfAvailable");
    assert.deepEqual(connection.warnings, [
      "interactiveMode must be specified for u to use exec authentication plugin; read as IfAvailable",
    ]);
  });

  it("C37 refuses a server without a scheme beside credentials or TLS settings, a deliberate deviation", () => {
    const bare = { server: "127.0.0.1:18443" };
    const rows: [string, Parts][] = [
      ["token", { cluster: bare, user: { token: "hunter2" } }],
      ["exec", { cluster: bare, user: { exec: loginExec } }],
      ["ca", { cluster: { ...bare, "certificate-authority": "/ca" } }],
      ["insecure", { cluster: { ...bare, "insecure-skip-tls-verify": true } }],
    ];
    for (const [what, parts] of rows) {
      const { code, message } = refusal(parts);
      assert.equal(code, "kubeconfig_invalid");
      assert.ok(message.includes(`it is plain HTTP, and ${what} would be dropped. Write https:// before it`), message);
      assert.doesNotMatch(message, /hunter2/);
    }
    assert.equal(resolve({ cluster: bare }).server, bare.server);
  });

  it("C38 warns of a user that is not there, a deliberate deviation", () => {
    const connection = resolve({ context: { user: "gone" } });
    assert.deepEqual({ ...connection.user }, {});
    assert.deepEqual(connection.warnings, ['user "gone" is not in the kubeconfig: requests are anonymous']);
  });

  it("L34 takes the kind before a namespace away", () => {
    const rows = [["ns/foo", "foo"], ["NAMESPACE/foo", "foo"], ["namespaces/foo", "foo"], [
      "namespaces/",
      "namespaces/",
    ]];
    for (const [given, wanted] of [...rows, ["foo", "foo"], ["ns", "ns"], ["nsx/foo", "nsx/foo"], ["", ""]]) {
      assert.equal(namespaceName(given!), wanted);
      if (given) assert.equal(resolve({}, { namespace: given }).namespace, wanted);
    }
  });

  it("does not choose a lone context by itself", () => {
    const { code, message } = refusal({ more: { "current-context": "" } });
    assert.equal(code, "kubeconfig_not_found");
    assert.match(message, /invalid configuration: no configuration has been provided/);
  });
});
