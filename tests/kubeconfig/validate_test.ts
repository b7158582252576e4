import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseKubeconfig, resolveContext, type UserStanza, validateKubeconfig } from "../../kubeconfig/mod.ts";

const cluster = { server: "https://10.0.0.1:6443" };
const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "login", interactiveMode: "Never" };

/** A kubeconfig with one of each. */
function kubeconfig(user: object, more: object = {}) {
  return parseKubeconfig(JSON.stringify({
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
    ...more,
  }));
}

/** Checks that a user is refused for exactly these reasons, alone and in the whole kubeconfig. */
function assertFaults(user: object, faults: readonly string[]): void {
  const whole = kubeconfig(user);
  assert.deepEqual(validateKubeconfig(whole), faults);
  const list = faults.length === 1 ? faults[0] : `[${faults.join(", ")}]`;
  assert.throws(() => resolveContext(whole), {
    code: "kubeconfig_invalid",
    message: `Cannot resolve context "x": invalid configuration: ${list}`,
  });
}

describe("validateKubeconfig()", () => {
  it("C28 finds what is broken anywhere, while the selected context can be used", () => {
    const whole = kubeconfig({ token: "t" }, {
      clusters: [{ name: "c", cluster }, { name: "bad", cluster: { "tls-server-name": "n" } }],
      users: [{ name: "u", user: {} }, { name: "bad", user: { exec: {} } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }, { name: "bad", context: {} }],
    });
    assert.equal(resolveContext(whole).server, cluster.server);
    assert.deepEqual(validateKubeconfig(whole), [
      'user was not specified for context "bad"',
      'cluster was not specified for context "bad"',
      "command must be specified for bad to use exec authentication plugin",
      "apiVersion must be specified for bad to use exec authentication plugin",
      "interactiveMode must be specified for bad to use exec authentication plugin",
      'no server found for cluster "bad"',
    ]);
    assert.deepEqual(validateKubeconfig(kubeconfig({ token: "t" })), []);
  });

  it("C29 names users and clusters of contexts that are not there", () => {
    const context = { cluster: "no", user: "gone", namespace: "Not_A_Label" };
    assert.deepEqual(
      validateKubeconfig(kubeconfig({}, { contexts: [{ name: "x", context }], "current-context": "other" })),
      [
        "context was not found for specified context: other",
        'user "gone" was not found for context "x"',
        'cluster "no" was not found for context "x"',
        'namespace "Not_A_Label" for context "x" does not conform to the kubernetes DNS_LABEL rules',
      ],
    );
    assert.ok(validateKubeconfig(kubeconfig({}, { contexts: [null] })).includes("empty context name is not allowed"));
  });

  it("C30 says of an empty kubeconfig that it is empty", () => {
    const reason = "no configuration has been provided, try setting KUBERNETES_MASTER environment variable";
    assert.deepEqual(validateKubeconfig(parseKubeconfig("")), [reason]);
    assert.throws(() => resolveContext(parseKubeconfig("")), {
      code: "kubeconfig_not_found",
      message: `Cannot resolve the kubeconfig: invalid configuration: ${reason}`,
    });
    assert.throws(() => resolveContext(kubeconfig({}, { clusters: [] })), {
      code: "kubeconfig_not_found",
      message: `Cannot resolve context "x": cluster "c" is not in the kubeconfig; invalid configuration: ${reason}`,
    });
  });

  it("C32 names certificate and key that are there both as data and as file", () => {
    assertFaults(
      {
        "client-certificate": "/crt",
        "client-certificate-data": btoa("c"),
        "client-key": "/key",
        "client-key-data": btoa("k"),
      },
      [
        "client-cert-data and client-cert are both specified for u. client-cert-data will override.",
        "client-key-data and client-key are both specified for u; client-key-data will override",
      ],
    );
    assertFaults({ "client-certificate": "/crt" }, [
      "client-key-data or client-key must be specified for u to use the clientCert authentication method.",
    ]);
  });

  it("C32 takes a certificate file with key data, and a key alone", () => {
    assert.deepEqual(
      validateKubeconfig(kubeconfig({ "client-certificate": "/crt", "client-key-data": btoa("k") })),
      [],
    );
    assert.deepEqual(validateKubeconfig(kubeconfig({ "client-key": "/key", "client-key-data": btoa("k") })), []);
  });

  it("C32 names a CA that is there both as data and as file", () => {
    const both = { ...cluster, "certificate-authority": "/ca", "certificate-authority-data": btoa("ca") };
    const fault = "certificate-authority-data and certificate-authority are both specified for c. " +
      "certificate-authority-data will override.";
    const whole = kubeconfig({}, { clusters: [{ name: "c", cluster: both }] });
    assert.deepEqual(validateKubeconfig(whole), [fault]);
    assert.throws(() => resolveContext(whole), { code: "kubeconfig_invalid", message: new RegExp(fault) });
  });

  it("C33 names both of a token and a username", () => {
    const fault = "more than one authentication method found for u; found [token basicAuth], only one is allowed";
    assertFaults({ token: "t", username: "me" }, [fault]);
    assertFaults({ token: "t", password: "p" }, [fault]);
  });

  const forPlugin = "for u to use exec authentication plugin";
  const rows: readonly (readonly [string, object, readonly string[]])[] = [
    ["an exec without version", { ...exec, apiVersion: "" }, [`apiVersion must be specified ${forPlugin}`]],
    ["an exec without command", { ...exec, command: "" }, [`command must be specified ${forPlugin}`]],
    ["an exec with a nameless variable", { ...exec, env: [{ value: "v" }, { name: "ok" }] }, [
      `env variable name must be specified ${forPlugin}`,
    ]],
    ["an exec in a mode that there is not", { ...exec, interactiveMode: "never" }, [
      'invalid interactiveMode for u: "never"',
    ]],
    ["an exec of another version without mode", { command: "c", apiVersion: "example.com/v9" }, [
      `interactiveMode must be specified ${forPlugin}`,
    ]],
    ["an exec that is empty, with all at once", {}, [
      `command must be specified ${forPlugin}`,
      `apiVersion must be specified ${forPlugin}`,
      `interactiveMode must be specified ${forPlugin}`,
    ]],
  ];
  for (const [what, stanza, faults] of rows) {
    it(`C34 refuses ${what}`, () => assertFaults({ exec: stanza }, faults));
  }

  it("C34 refuses an exec beside an auth provider", () => {
    assertFaults({ exec, "auth-provider": { name: "oidc" } }, [
      "authProvider cannot be provided in combination with an exec plugin for u",
    ]);
  });

  it("C34 reports v1 without interactiveMode, which a connection reads as IfAvailable, a deliberate deviation", () => {
    const { apiVersion, command } = exec;
    const whole = kubeconfig({ exec: { apiVersion, command } });
    assert.deepEqual(validateKubeconfig(whole), [`interactiveMode must be specified ${forPlugin}`]);
    assert.equal(resolveContext(whole).user.exec?.interactiveMode, "IfAvailable");
  });

  it("C34 takes an exec that is null for none, and an unknown version for the plugin's business", () => {
    assert.deepEqual(validateKubeconfig(kubeconfig({ exec: null })), []);
    assert.deepEqual(validateKubeconfig(kubeconfig({ exec: { ...exec, apiVersion: "example.com/v9" } })), []);
  });

  for (
    const [what, user] of [
      ["groups", { "as-groups": ["g"] }],
      ["extra", { "as-user-extra": { k: ["v"] } }],
      ["uid", { "as-uid": "7" }],
    ] satisfies [string, UserStanza][]
  ) {
    it(`C35 refuses ${what} of an impersonation without a user`, () => {
      const fault = "requesting uid, groups or user-extra for u without impersonating a user";
      assertFaults(user, [fault]);
      assert.equal(resolveContext(kubeconfig({ ...user, as: "me" })).impersonate?.user, "me");
    });
  }

  it("reports what is wrong with user and cluster together", () => {
    const whole = kubeconfig({ token: "t", username: "me", "as-uid": "7" }, {
      clusters: [{ name: "c", cluster: { "proxy-url": "ftp://p" } }],
    });
    assert.throws(() => resolveContext(whole), (error: Error) => {
      const parts = [
        "more than one authentication method",
        "without impersonating a user",
        'no server found for cluster "c"',
      ];
      for (const part of [...parts, 'invalid \'proxy-url\' "ftp://p" for cluster "c": ']) {
        assert.ok(error.message.includes(part), error.message);
      }
      assert.match(error.message, /invalid configuration: \[.*\]$/);
      return true;
    });
  });
});
