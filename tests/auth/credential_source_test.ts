import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { credentialSource, type SourceOptions } from "../../auth/credential_source.ts";
import type { Credential } from "../../auth/types.ts";
import { parseKubeconfig } from "../../kubeconfig/parse.ts";
import { resolveContext, type ResolveContextOptions } from "../../kubeconfig/mod.ts";
import type { Connection, ConnectionInit, UserStanza } from "../../kubeconfig/types.ts";
import { memoryPlatform } from "./memory_platform.ts";
import { idToken, startIssuer } from "./oidc_issuer.ts";

const server = "https://10.0.0.1:6443";
const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "login", interactiveMode: "Never" };
const certificate = { certificate: { file: "/tls.crt" }, key: { file: "/tls.key" } };

/** A platform that counts the runs of a plugin, which gives the token "exec". */
function countingPlatform(files: Record<string, string> = {}) {
  const commands: string[] = [];
  const reply = { apiVersion: exec.apiVersion, kind: "ExecCredential", status: { token: "exec" } };
  const run: NonNullable<SourceOptions["platform"]>["run"] = ({ argv }) => {
    commands.push(argv[0]!);
    return Promise.resolve({ code: 0, stdout: new TextEncoder().encode(JSON.stringify(reply)) });
  };
  const memory = memoryPlatform({ "/bin/login": "", ...files }, { PATH: "/bin" });
  return { platform: { ...memory, run }, commands, reads: memory.reads };
}

/** The parts of a credential that print elsewhere as hidden. */
function shown({ token, basic, certificate }: Credential) {
  return {
    ...(token !== undefined && { token }),
    ...(basic && { basic: `${basic.username}:${basic.password}` }),
    ...(certificate && { certificate: "yes" }),
  };
}

/** The connection of a kubeconfig with one cluster and one user. */
function resolve(
  user: UserStanza,
  { stanza = { server }, path = "/config", ...overrides }: ResolveContextOptions & {
    stanza?: object;
    path?: string;
  } = {},
): Connection {
  const kubeconfig = parseKubeconfig(JSON.stringify({
    clusters: [{ name: "c", cluster: stanza }],
    users: [{ name: "u", user }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  }));
  const connection = resolveContext(kubeconfig, overrides);
  return path ? { ...connection, origin: { kind: "file", path } } : connection;
}

describe("credentialSource()", () => {
  const files = { "/token": "file\n", "/tls.crt": "", "/tls.key": "" };
  const rows: readonly (readonly [string, Partial<ConnectionInit>, object, number])[] = [
    ["nothing", {}, {}, 0],
    ["token", { user: { token: " as is " } }, { token: " as is " }, 0],
    ["tokenFile", { user: { tokenFile: "/token" } }, { token: "file" }, 0],
    ["token and a tokenFile", { user: { token: "inline", tokenFile: "/token" } }, { token: "file" }, 0],
    ["token and a missing tokenFile", { user: { token: "inline", tokenFile: "/no" } }, { token: "inline" }, 0],
    ["basic", { user: { username: "me", password: "ö:p" } }, { basic: "me:ö:p" }, 0],
    ["a username alone", { user: { username: "me" } }, { basic: "me:" }, 0],
    ["exec", { user: { exec } }, { token: "exec" }, 1],
    ["token and exec", { user: { token: "inline", exec } }, { token: "inline" }, 0],
    ["tokenFile and exec", { user: { tokenFile: "/token", exec } }, { token: "file" }, 0],
    ["basic and exec", { user: { username: "me", password: "p", exec } }, { basic: "me:p" }, 0],
    ["a password alone and exec", { user: { password: "p", exec } }, { token: "exec" }, 1],
    ["a client certificate and exec", { user: { exec }, tls: certificate }, {}, 0],
    ["a client key alone and exec", { user: { exec }, tls: { key: certificate.key } }, { token: "exec" }, 1],
    ["a client certificate and a token", { user: { token: "inline" }, tls: certificate }, { token: "inline" }, 0],
    ["empty fields", { user: { token: "", tokenFile: "", username: "" } }, {}, 0],
  ];
  for (const [what, connection, wanted, runs] of rows) {
    it(`gives what 1.13 says for ${what}`, async () => {
      const { platform, commands } = countingPlatform(files);
      const source = credentialSource({ server, ...connection }, { platform });
      assert.deepEqual(shown(await source()), wanted);
      assert.equal(commands.length, runs);
      await source.close?.();
    });
  }

  it("C11 gives user and password for basic authentication", async () => {
    const source = credentialSource(resolve({ username: "me", password: "secret" }));
    assert.deepEqual(shown(await source()), { basic: "me:secret" });
  });

  it("C12 gives the file's content for a tokenFile alone", async () => {
    const { platform } = countingPlatform(files);
    assert.equal((await credentialSource(resolve({ tokenFile: "/token" }), { platform })()).token, "file");
  });

  it("C13 keeps the file for requests when there is a token as well, and the token as long as there is no file", async () => {
    const { platform } = countingPlatform();
    const source = credentialSource(resolve({ token: "inline", tokenFile: "/token" }), { platform });
    assert.equal((await source()).token, "inline");
    platform.files.set("/token", "file");
    assert.equal((await source()).token, "file");
  });

  it("C37 refuses 127.0.0.1:18443 with a CA and a token, a deliberate deviation", () => {
    const stanza = { server: "127.0.0.1:18443", "certificate-authority": "/ca.crt" };
    assert.throws(() => credentialSource(resolve({ token: "secret" }, { stanza })), { code: "kubeconfig_invalid" });
    for (
      const connection of [{ user: { token: "secret" } }, { user: { exec } }, {
        tls: certificate,
        origin: { kind: "file" },
      }]
    ) {
      assert.throws(
        () => credentialSource({ server: "127.0.0.1:18443", ...connection } as ConnectionInit),
        {
          code: "kubeconfig_invalid",
          message: /127\.0\.0\.1:18443: a server without a scheme is plain HTTP\. Write https:/,
        },
      );
    }
  });

  it("C37 gives nothing to a server without a scheme when there is nothing to give", async () => {
    assert.deepEqual(shown(await credentialSource({ server: "127.0.0.1:18443" })()), {});
  });

  it("C38 is anonymous for a user that is not there, without an error", async () => {
    const kubeconfig = parseKubeconfig(JSON.stringify({
      clusters: [{ name: "c", cluster: { server } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "gone" } }],
      "current-context": "x",
    }));
    const connection = resolveContext(kubeconfig);
    assert.deepEqual(shown(await credentialSource(connection)()), {});
    assert.match(connection.warnings.join(), /gone/);
  });

  it("C39 gives the file's token though a token is put over the stanza", async () => {
    const { platform } = countingPlatform(files);
    const connection = resolve({ tokenFile: "/token" }, { token: "flag" });
    assert.equal((await credentialSource(connection, { platform })()).token, "file");
  });

  it("drops everything for a server on plain HTTP, runs and reads nothing, and says so", async () => {
    for (const user of [{ token: "t" }, { tokenFile: "/token" }, { username: "me" }, { exec }] as UserStanza[]) {
      const { platform, commands, reads } = countingPlatform(files);
      const warnings: string[] = [];
      const onWarning = (text: string) => warnings.push(text);
      const source = credentialSource({ server: "http://10.0.0.1:8080", user }, { platform, onWarning });
      assert.deepEqual(shown(await source()), {});
      assert.deepEqual([commands, reads], [[], []]);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, /plain HTTP/);
    }
  });

  const contradictions: readonly (readonly [string, Partial<ConnectionInit>, string])[] = [
    [
      "a token and a username",
      { user: { token: "t", username: "me" } },
      "username/password or bearer token may be set, but not both",
    ],
    [
      "a tokenFile and a username",
      { user: { tokenFile: "/t", username: "me" } },
      "username/password or bearer token may be set, but not both",
    ],
    [
      "exec and an auth provider",
      { user: { exec, "auth-provider": { name: "oidc" } } },
      "execProvider and authProvider cannot be used in combination",
    ],
    [
      "a client certificate that TLS does not get",
      { user: { "client-certificate-data": "x" } },
      "set tls.certificate of the connection",
    ],
    [
      "impersonation that requests do not get",
      { user: { token: "t", as: "root" } },
      "set impersonate of the connection",
    ],
  ];
  for (const [what, connection, reason] of contradictions) {
    it(`refuses ${what}`, () => {
      assert.throws(() => credentialSource({ server, ...connection }), (error: Error & { code?: string }) => {
        assert.equal(error.code, "kubeconfig_invalid");
        assert.ok(error.message.includes(reason), error.message);
        return true;
      });
    });
  }

  const providers = {
    gcp: `The gcp auth plugin has been removed.
Please use the "gke-gcloud-auth-plugin" kubectl/client-go credential plugin instead.
See https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke for further details`,
    azure: `The azure auth plugin has been removed.
Please use the https://github.com/Azure/kubelogin kubectl/client-go credential plugin instead.
See https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins for further details`,
    openstack: 'no Auth Provider found for name "openstack"',
    toString: 'no Auth Provider found for name "toString"',
  };
  for (const [name, reason] of Object.entries(providers)) {
    it(`refuses the auth provider ${name} in client-go's words, beside a token as well`, () => {
      for (const user of [{ "auth-provider": { name } }, { "auth-provider": { name }, token: "t" }]) {
        assert.throws(() => credentialSource({ server, user }), {
          code: "unsupported",
          message: `Cannot use the auth provider "${name}": ${reason}`,
        });
      }
    });
  }

  it("refreshes the auth provider oidc and persists its tokens in the kubeconfig's file", async () => {
    const fresh = idToken({ exp: 4_000_000_000 });
    const issuer = await startIssuer({
      token: () => ({ body: { access_token: "a", id_token: fresh, refresh_token: "r2" } }),
    });
    const directory = await mkdtemp(join(tmpdir(), "kubecred-"));
    try {
      const path = join(directory, "config");
      const config = { "idp-issuer-url": issuer.url, "client-id": "kubernetes", "refresh-token": "r1" };
      const user = { "auth-provider": { name: "oidc", config } };
      const persist = (config: object) => writeFile(path, JSON.stringify(config));
      const source = credentialSource(resolve(user, { path }), { persist });
      assert.equal((await source()).token, fresh);
      assert.deepEqual(JSON.parse(await readFile(path, "utf8")), {
        ...config,
        "id-token": fresh,
        "refresh-token": "r2",
      });
    } finally {
      await Promise.all([issuer.close(), rm(directory, { recursive: true })]);
    }
  });

  describe("for a connection from text", () => {
    const text = { server, origin: { kind: "text" } } as const;
    const oidc = { "auth-provider": { name: "oidc", config: { "idp-issuer-url": "https://i", "client-id": "c" } } };
    const withInfo = { ...exec, provideClusterInfo: true };
    const untrusted: readonly (readonly [string, ConnectionInit])[] = [
      ["a tokenFile", { ...text, user: { tokenFile: "/token" } }],
      ["a tokenFile beside a token", { ...text, user: { token: "t", tokenFile: "/token" } }],
      ["an oidc issuer", { ...text, user: oidc }],
      ["a CA file to hand to a plugin", { ...text, user: { exec: withInfo }, tls: { ca: { file: "/token" } } }],
    ];
    for (const [what, connection] of untrusted) {
      it(`refuses ${what}, whatever plugins are allowed, and trusts it under allow-all`, () => {
        const { platform, reads, commands } = countingPlatform(files);
        for (
          const policy of [undefined, "deny-all", { allowlist: [{ command: "login" }] }] as SourceOptions["policy"][]
        ) {
          assert.throws(() => credentialSource(connection, { platform, policy }), {
            code: "plugin_denied",
            message: /policy: "allow-all" if you trust it/,
          });
        }
        assert.deepEqual([reads, commands], [[], []]);
        assert.ok(credentialSource(connection, { platform, policy: "allow-all" }));
      });
    }

    it("denies plugins unless a policy allows them", async () => {
      const { platform, commands } = countingPlatform(files);
      await assert.rejects(credentialSource({ ...text, user: { exec } }, { platform })(), { code: "plugin_denied" });
      assert.equal(commands.length, 0);
      const policy = { allowlist: [{ command: "login" }] };
      assert.equal((await credentialSource({ ...text, user: { exec } }, { platform, policy })()).token, "exec");
    });

    it("takes what is inline", async () => {
      const connection = resolve({ token: "inline" }, { path: "" });
      assert.equal(connection.origin?.kind, "text");
      assert.equal((await credentialSource(connection)()).token, "inline");
    });
  });

  it("hands the CA file's content to a plugin that is to know the cluster, and tries again when it could not", async () => {
    const { platform, commands } = countingPlatform();
    const user = { exec: { ...exec, provideClusterInfo: true } };
    const source = credentialSource({ server, user, tls: { ca: { file: "/ca.crt" } } }, { platform });
    await assert.rejects(source(), { code: "file_not_found", message: /failed to load CA bundle for execProvider/ });
    assert.equal(commands.length, 0);
    platform.files.set("/ca.crt", "PEM");
    assert.equal((await source()).token, "exec");
    await source.close?.();
  });

  it("does not print what it holds", async () => {
    const user = { token: "hunter2" };
    const source = credentialSource({ server, user });
    assert.doesNotMatch(inspect([source, await source()], { depth: 9, showHidden: false }), /hunter2/);
  });
});
