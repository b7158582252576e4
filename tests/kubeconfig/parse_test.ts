import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadKubeconfig, parseKubeconfig } from "../../kubeconfig/mod.ts";
import { inScratch } from "./scratch.ts";

const secret = "PLANTED-SECRET";

/** The message of the one error that reading the text must end in. It must not hold what was planted in the text. */
function refusal(text: string): string {
  let message = "";
  assert.throws(() => parseKubeconfig(text), (error: Error & { code: string }) => {
    assert.equal(error.code, "kubeconfig_invalid");
    assert.ok(error.message.startsWith("Cannot read kubeconfig text: "), error.message);
    assert.ok(!`${error.stack} ${error.cause}`.includes(secret), "the error holds a value of the file");
    message = error.message;
    return true;
  });
  return message;
}

describe("parseKubeconfig()", () => {
  it("L07 has lists that are empty when only current-context is there", () => {
    const kubeconfig = parseKubeconfig("current-context: only");
    assert.equal(kubeconfig["current-context"], "only");
    assert.deepEqual([kubeconfig.clusters, kubeconfig.contexts, kubeconfig.users], [[], [], []]);
    for (const text of ["clusters: null\nusers:\ncontexts: ~", "clusters: []"]) {
      assert.deepEqual(parseKubeconfig(text).clusters, []);
    }
  });

  const twice = (entry: string) => `[{ name: red, ${entry} }, { name: blue, ${entry} }, { name: red, ${entry} }]`;
  const duplicates: readonly (readonly [string, string, string])[] = [
    ["L08", "clusters", twice(`cluster: { server: ${secret} }`)],
    ["L09", "contexts", twice(`context: { namespace: ${secret} }`)],
    ["L10", "users", twice(`user: { token: ${secret} }`)],
    ["L11", "extensions", twice(`extension: { secret: ${secret} }`)],
  ];
  for (const [id, field, entries] of duplicates) {
    it(`${id} refuses a duplicate name in ${field} without printing a value, a deliberate deviation`, () => {
      assert.match(refusal(`${field}: ${entries}`), new RegExp(`${field}.* duplicate name "red" in list`));
    });
  }

  it("L11 refuses duplicate extensions at every level", () => {
    const two = `extensions: ${twice(`extension: ${secret}`)}`;
    for (const field of ["cluster", "context", "user"]) {
      assert.match(refusal(`${field}s: [{ name: a, ${field}: { ${two} } }]`), /duplicate name "red" in list/);
    }
    assert.match(refusal(`preferences: { ${two} }`), /duplicate name "red" in list/);
  });

  it("L10 takes two entries that are null or without a name for duplicates", () => {
    assert.match(refusal("users: [null, { user: {} }]"), /duplicate name "" in list/);
    assert.deepEqual(parseKubeconfig("users: [null]").users.map(({ name, user }) => [name, { ...user }]), [["", {}]]);
  });

  it("L08 tells names apart that differ in case", () => {
    assert.equal(parseKubeconfig("clusters: [{ name: a }, { name: A }]").clusters.length, 2);
  });

  it("L12 takes an auth provider without config", () => {
    const { users } = parseKubeconfig("users: [{ name: u, user: { auth-provider: { name: oidc } } }]");
    assert.equal(users[0]?.user["auth-provider"]?.name, "oidc");
    assert.equal(users[0]?.user["auth-provider"]?.config, undefined);
  });

  it("L23 refuses another kind and another version", () => {
    for (
      const [text, kind, version] of [
        ["kind: Foo", "Foo", "v1"],
        ["kind: config", "config", "v1"],
        ["apiVersion: v2", "Config", "v2"],
        ["apiVersion: foo/v1", "Config", "foo/v1"],
        ["kind: Config\napiVersion: v1beta1", "Config", "v1beta1"],
      ] as const
    ) {
      assert.ok(refusal(text).includes(`no kind "${kind}" is registered for version "${version}"`), text);
    }
  });

  it("L24 needs neither kind nor version", () => {
    for (const text of ["{}", "kind: Config", "apiVersion: v1", "kind: null\napiVersion: ''"]) {
      assert.deepEqual(parseKubeconfig(`${text}\n`).users, []);
    }
  });

  it("L25 refuses a password that YAML 1.1 reads as a boolean", () => {
    const user = (fields: string) => `users: [{ name: u, user: { ${fields} } }]`;
    for (const word of ["y", "Yes", "on", "n", "OFF", "true"]) {
      assert.match(refusal(user(`password: ${word}`)), /users\[0\]\.user\.password must be a string, got a boolean/);
    }
    assert.equal(parseKubeconfig(user(`password: "y"`)).users[0]?.user.password, "y");
    for (const token of ["5", "1e10", "010", "0x1F", "1_000"]) {
      assert.match(refusal(user(`token: ${token}`)), /user\.token must be a string, got a number \(quote it\)/);
    }
    assert.equal(parseKubeconfig(user("token: 2020-01-01")).users[0]?.user.token, "2020-01-01");
    assert.match(refusal(user("exec: { args: [a, 1] }")), /user\.exec\.args\[1\] must be a string/);
    assert.match(refusal("current-context: 5"), /current-context must be a string/);
    assert.match(refusal(`clusters: { ${secret}: {} }`), /clusters must be a list, got a mapping/);
    assert.match(refusal(`- ${secret}`), /the top level is not a mapping/);
  });

  it("L26 takes a boolean in YAML 1.1's words and no quoted one", () => {
    const cluster = (value: string) => `clusters: [{ name: c, cluster: { insecure-skip-tls-verify: ${value} } }]`;
    const read = (value: string) => parseKubeconfig(cluster(value)).clusters[0]?.cluster["insecure-skip-tls-verify"];
    assert.deepEqual(["yes", "On", "true", "no", "off"].map(read), [true, true, true, false, false]);
    assert.match(refusal(cluster('"true"')), /insecure-skip-tls-verify must be true or false, got a string/);
  });

  it("L27 refuses an alias bomb", () => {
    const levels = Array.from({ length: 24 }, (_, n) => `x${n + 1}: &x${n + 1} [${`*x${n}, `.repeat(10)}]`);
    assert.match(refusal(`x0: &x0 [${secret}]\n${levels.join("\n")}`), /document contains excessive aliasing/);
    const merges = Array.from({ length: 30 }, (_, n) => `m${n + 1}: &m${n + 1}\n  <<: [*m${n}, *m${n}, *m${n}]`);
    assert.match(refusal(`m0: &m0 { a: ${secret} }\n${merges.join("\n")}`), /document contains excessive aliasing/);
  });

  it("L27 refuses nesting over 1,000 levels, where client-go takes 10,000, a deliberate deviation", () => {
    const deep = (levels: number) => `x: ${"[".repeat(levels)}${"]".repeat(levels)}`;
    const block = (levels: number) => Array.from({ length: levels }, (_, n) => `${" ".repeat(n)}a:`).join("\n");
    for (const text of [deep(20_000), "[".repeat(20_000), "{a: ".repeat(20_000), "- ".repeat(20_000), block(2000)]) {
      assert.match(refusal(text), /exceeded max ?depth/i);
    }
    assert.match(refusal(`{"x":${'{"a":'.repeat(20_000)}1${"}".repeat(20_001)}`), /exceeded max ?depth/i);
    assert.ok(parseKubeconfig(deep(900)).unknownFields?.x);
  });

  it("L27 refuses an alias within its own anchor", () => {
    for (const text of ["x: &a [*a]", "x: &a { b: *a }", "clusters: &a [{ name: *a }]"]) {
      assert.match(refusal(text), /value contains itself/);
    }
  });

  it("L27 refuses 50 MB of garbage", () => {
    for (const text of [`${secret}\0\x01`, `${secret}: b: c`, "]}"]) {
      refusal(text.repeat(Math.ceil(50_000_000 / text.length)));
    }
  });

  it("L28 expands aliases and merge keys", () => {
    const { clusters } = parseKubeconfig(`
base: &base { server: "https://a", tls-server-name: name }
clusters:
- { name: alias, cluster: *base }
- name: merge
  cluster:
    <<: *base
    server: https://b
`);
    assert.deepEqual(clusters.map(({ cluster }) => ({ ...cluster })), [
      { server: "https://a", "tls-server-name": "name" },
      { server: "https://b", "tls-server-name": "name" },
    ]);
  });

  it("L29 reads the first document alone", () => {
    const kubeconfig = parseKubeconfig("current-context: one\n---\ncurrent-context: two\n---\n[");
    assert.equal(kubeconfig["current-context"], "one");
  });

  const lines = ["current-context: ünï", "users:", "- name: u", "  user: { token: abc }", ""];
  const utf16 = (text: string, little: boolean) => {
    const bytes = new Uint8Array(2 * text.length + 2);
    const view = new DataView(bytes.buffer);
    [..."\uFEFF", ...text].forEach((unit, index) => view.setUint16(2 * index, unit.charCodeAt(0), little));
    return bytes;
  };
  const encodings: readonly (readonly [string, Uint8Array])[] = [
    ["UTF-8 with a byte order mark", new TextEncoder().encode(`\uFEFF${lines.join("\n")}`)],
    ["UTF-16 LE", utf16(lines.join("\n"), true)],
    ["UTF-16 BE", utf16(lines.join("\n"), false)],
    ["lines that end in CRLF", new TextEncoder().encode(lines.join("\r\n"))],
    ["UTF-16 LE and CRLF", utf16(lines.join("\r\n"), true)],
  ];
  for (const [what, bytes] of encodings) {
    it(
      `L30 reads ${what}`,
      inScratch(async ({ write }) => {
        const kubeconfig = await loadKubeconfig({ path: await write("config", bytes) });
        assert.equal(kubeconfig["current-context"], "ünï");
        assert.equal(kubeconfig.users[0]?.user.token, "abc");
      }),
    );
  }

  it("L30 reads text with a byte order mark and CRLF", () => {
    assert.equal(parseKubeconfig(`\uFEFF${lines.join("\r\n")}`)["current-context"], "ünï");
  });

  it(
    "L30 refuses bytes that are not text, by name",
    inScratch(async ({ write }) => {
      const path = await write("config", Uint8Array.of(0x61, 0x3a, 0x20, 0xff));
      await assert.rejects(loadKubeconfig({ path }), { code: "kubeconfig_invalid", path, message: /not UTF-8 text/ });
    }),
  );

  it("L31 takes line breaks in base64, and neither spaces nor missing padding", () => {
    const fields = [["clusters", "certificate-authority-data"], ["users", "client-certificate-data"], [
      "users",
      "client-key-data",
    ]] as const;
    for (const [list, field] of fields) {
      const text = (data: string) =>
        JSON.stringify({ [list]: [{ name: "n", [list.slice(0, -1)]: { [field]: data } }] });
      for (const sound of ["aGVsbG8=", "aGVs\nbG8=\n", "aGVs\r\nbG8=", "", "aGVsbG9v"]) parseKubeconfig(text(sound));
      const faults = [["aGVs bG8=", 4], ["aGVsbG8", 4], ["aGVs-G8=", 4], ["aGVsbG8==", 8], ["====", 0]] as const;
      for (const [data, index] of faults) {
        const message = refusal(text(data));
        assert.match(message, new RegExp(`${field} must be base64: illegal base64 data at input byte ${index}$`), data);
      }
    }
  });

  it("keeps fields in other case as unknown ones, and reads none of them", () => {
    const kubeconfig = parseKubeconfig("Current-Context: a\nCLUSTERS: [1]");
    assert.equal(kubeconfig["current-context"], undefined);
    assert.deepEqual(kubeconfig.unknownFields, { "Current-Context": "a", CLUSTERS: [1] });
  });

  it("takes the last of equal keys, and warns of it without its value", () => {
    const kubeconfig = parseKubeconfig(`users: [{ name: u, user: { token: ${secret}, token: b } }]`, { path: "/k" });
    assert.equal(kubeconfig.users[0]?.user.token, "b");
    assert.equal(kubeconfig.warnings.length, 1);
    assert.match(kubeconfig.warnings[0]!, /^\/k: line 1, column \d+: the same key again; the last one counts$/);
  });
});
