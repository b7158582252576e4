import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  formatKubeconfig,
  type Kubeconfig,
  loadKubeconfig,
  mergeKubeconfigs,
  parseKubeconfig,
} from "../../kubeconfig/mod.ts";
import { parseYaml } from "../../encoding/yaml.ts";
import { inScratch } from "./scratch.ts";

const full = `
apiVersion: v1
kind: Config
current-context: x
preferences: { colors: true, extensions: [{ name: p, extension: { a: 1 } }], later: { b: 2 } }
extensions:
- { name: e, extension: { deep: [1, 2.5, null, "y", { k: [] }] } }
- { name: nothing, extension: null }
clusters:
- name: c
  later: kept
  cluster:
    server: https://h
    tls-server-name: sni
    insecure-skip-tls-verify: false
    certificate-authority: pki/ca.crt
    proxy-url: http://user:pass@p
    disable-compression: true
    later: { kept: [true] }
    extensions: [{ name: client.authentication.k8s.io/exec, extension: { audience: me, z: 1, a: 2 } }]
contexts:
- { name: x, context: { cluster: c, user: u, namespace: ns, later: 1, extensions: [{ name: e, extension: text }] } }
users:
- name: u
  user:
    client-certificate: tls.crt
    client-key: ../tls.key
    tokenFile: token
    token: secret
    username: me
    password: "on"
    as: root
    as-uid: "0"
    as-groups: [a, b]
    as-user-extra: { k: [v, "2"] }
    later: secret
    extensions: [{ name: e, extension: [1] }]
- name: exec
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: ./login
      args: ["--x", "", "1"]
      env: [{ name: A, value: "yes" }, { name: B }]
      installHint: "one\\ntwo\\t"
      provideClusterInfo: true
      interactiveMode: Never
      later: [1]
- name: provider
  user: { auth-provider: { name: oidc, config: { id-token: secret, client-id: "007" } } }
later: { kept: [1, { deep: true }] }
`;

/** All that a kubeconfig says once it is written, read without any knowledge of kubeconfigs. */
const said = (kubeconfig: Kubeconfig) => parseYaml(formatKubeconfig(kubeconfig)).value;

describe("formatKubeconfig()", () => {
  it("L06 quotes names that look like numbers, booleans or null", () => {
    const names = ["0", "433e40", "007", "0x1F", "1_000", "1:30", "0b1", "0o7", ".5", "1e3", "+1", ".inf", ".NaN"]
      .concat([
        "y",
        "No",
        "on",
        "True",
        "null",
        "~",
        "",
        "2020-01-01",
        "=",
        "<<",
        "- a",
        "a: b",
        "#",
        "*a",
        "&a",
        "!a",
      ]);
    const users = names.map((name) => ({ name, user: { token: name, as: name } }));
    const text = formatKubeconfig(parseKubeconfig(JSON.stringify({ users })));
    assert.match(text, /^- name: '0'$/m);
    assert.match(text, /^- name: '433e40'$/m);
    const read = parseKubeconfig(text).users.map(({ name, user }) => [name, user.token, user.as]);
    assert.deepEqual(read, names.map((name) => [name, name, name]));
  });

  it("L06 keeps names and text with line breaks, quotes and escape codes as they are", () => {
    const names = [
      "a\nb",
      "a\r\nb\n",
      "\ttab",
      " lead",
      "trail ",
      "it's",
      '"',
      "\x1b[0m",
      "\u2028",
      "\u0085",
      "😀",
      "ü",
      "\\n",
    ];
    const users = names.map((name) => ({ name, user: { token: name } }));
    const read = parseKubeconfig(formatKubeconfig(parseKubeconfig(JSON.stringify({ users }))));
    assert.deepEqual(read.users.map(({ name, user }) => [name, user.token]), names.map((name) => [name, name]));
  });

  it("gives what was read, unknown fields, extensions and secrets among it", () => {
    const first = parseKubeconfig(full);
    const text = formatKubeconfig(first);
    assert.deepEqual(parseYaml(text).value, parseYaml(full).value);
    assert.equal(formatKubeconfig(parseKubeconfig(text)), text);
  });

  it("keeps integers that are larger than a number can hold, to the last digit", () => {
    const text =
      "extensions: [{ name: e, extension: [18446744073709551615, -9223372036854775808] }]\nbig: 9007199254740993";
    const read = parseKubeconfig(formatKubeconfig(parseKubeconfig(text)));
    assert.deepEqual(read.extensions?.[0]?.extension, [18446744073709551615n, -9223372036854775808n]);
    assert.deepEqual(read.unknownFields, { big: 9007199254740993n });
  });

  it("leaves provenance and warnings out", () => {
    const text = formatKubeconfig(parseKubeconfig("current-context: a\ncurrent-context: b", { path: "/from/here" }));
    assert.doesNotMatch(text, /here|warnings|origin|files/i);
  });

  it("writes an empty kubeconfig that reads back empty", () => {
    const text = formatKubeconfig(parseKubeconfig(""));
    assert.deepEqual(said(parseKubeconfig(text)), said(parseKubeconfig("")));
    assert.match(text, /^kind: Config$/m);
  });

  it("writes a merged kubeconfig", () => {
    const merged = mergeKubeconfigs([
      parseKubeconfig(full),
      parseKubeconfig("users: [{ name: more, user: { as: b } }]"),
    ]);
    assert.deepEqual(said(parseKubeconfig(formatKubeconfig(merged))), said(merged));
    assert.deepEqual(merged.users.map(({ name }) => name), ["u", "exec", "provider", "more"]);
  });

  it(
    "writes absolute paths for a kubeconfig from a file, so that the text means the same anywhere",
    inScratch(async ({ write, path }) => {
      const loaded = await loadKubeconfig({ path: await write("a/config", full) });
      const elsewhere = await loadKubeconfig({ path: await write("b/c/config", formatKubeconfig(loaded)) });
      assert.deepEqual(said(elsewhere), said(loaded));
      const { user } = elsewhere.users[0]!;
      assert.deepEqual(
        [user["client-certificate"], user["client-key"], user.tokenFile, elsewhere.users[1]?.user.exec?.command],
        ["a/tls.crt", "tls.key", "a/token", "a/login"].map(path),
      );
      assert.equal(elsewhere.clusters[0]?.cluster["certificate-authority"], path("a/pki/ca.crt"));
    }),
  );
});
