import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeExecCredential } from "../../../auth/exec/exec_credential.ts";
import { hasCode } from "../../../errors.ts";
import { createAuthority } from "../../../testing/pki.ts";
import { answer, v1, v1beta1 } from "./plugins.ts";

const user = await (await createAuthority()).issue({ commonName: "user", notAfter: 4_000_000_000_000 });
const other = await (await createAuthority()).issue({ commonName: "other" });
const pair = { clientCertificateData: user.cert, clientKeyData: user.key };

function decode(stdout: string | Uint8Array, apiVersion = v1) {
  return decodeExecCredential(typeof stdout === "string" ? new TextEncoder().encode(stdout) : stdout, apiVersion);
}

function object(fields: Record<string, unknown>): string {
  return JSON.stringify({ apiVersion: v1, kind: "ExecCredential", ...fields });
}

const ok = answer({ token: "t" });
const accepted: Readonly<Record<string, string | Uint8Array>> = {
  "JSON": ok,
  "JSON in white space and CRLF": `\r\n  ${ok}\r\n`,
  "JSON behind a byte order mark": new Uint8Array([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(ok)]),
  "YAML": `apiVersion: ${v1}\nstatus:\n  token: t\n`,
  "several YAML documents": `apiVersion: ${v1}\nstatus:\n  token: t\n---\n[\n`,
  "no kind": object({ kind: undefined, status: { token: "t" } }),
  "unknown fields": object({ extra: [1], status: { token: "t", more: 2 }, spec: { other: {} } }),
  "kind and apiVersion in another case": `{"KIND":"ExecCredential","ApiVersion":"${v1}","status":{"token":"t"}}`,
  "a duplicate key, whose last value counts": `{"apiVersion":"${v1}","status":{"token":5},"status":{"token":"t"}}`,
  "null for what may be absent": answer({ token: "t", expirationTimestamp: null, clientKeyData: null }),
  "the spec that it was given": object({
    spec: { interactive: false, cluster: { server: "s", "certificate-authority-data": "YmF6", config: [1] } },
    status: { token: "t" },
  }),
};

const meta = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
const versionKind = "decoding stdout: couldn't get version/kind; json parse error: ";
const field = (type: string, path: string, wanted: string) =>
  `decoding stdout: json: cannot unmarshal ${type} into Go struct field ${path} of type ${wanted}`;
const unregistered = (kind: string, version: string) =>
  `decoding stdout: no kind "${kind}" is registered for version "${version}" in scheme "pkg/client/auth/exec/exec.go:62"`;
const noVersion =
  `exec plugin is configured to use API version ${v1}, plugin returned version client.authentication.k8s.io/__internal`;

/** What was printed, and what kubectl 1.35.4 says to it (its `scheme` apart, which is named by its build). */
const refused: readonly (readonly [what: string, stdout: string, message: string])[] = [
  ["two objects", ok + "{}", `${versionKind}invalid character '{' after top-level value`],
  ["text behind the object", `${ok}x`, `${versionKind}invalid character 'x' after top-level value`],
  ["half an object", ok.slice(0, -5), `${versionKind}unexpected end of JSON input`],
  ["nothing", "", noVersion],
  ["blanks", " \n", noVersion],
  ["null", "null", noVersion],
  ["a list", "[]", `${versionKind}json: cannot unmarshal array into Go value of type ${meta}`],
  ["a word", "hello", `${versionKind}json: cannot unmarshal string into Go value of type ${meta}`],
  ["a number", "42", `${versionKind}json: cannot unmarshal number into Go value of type ${meta}`],
  ["a truth", "true", `${versionKind}json: cannot unmarshal bool into Go value of type ${meta}`],
  ["HTML", "<html></html>", `${versionKind}json: cannot unmarshal string into Go value of type ${meta}`],
  [
    "a number as kind",
    '{"kind":5}',
    `${versionKind}json: cannot unmarshal number into Go struct field .kind of type string`,
  ],
  ["no apiVersion", object({ apiVersion: undefined, status: { token: "t" } }), noVersion],
  ["no apiVersion and no kind", '{"status":{"token":"t"}}', noVersion],
  ["another kind", object({ kind: "Foo" }), unregistered("Foo", v1)],
  ["a Pod", object({ kind: "Pod", apiVersion: "v1" }), unregistered("Pod", "v1")],
  ["another group", object({ apiVersion: "foo/v1" }), unregistered("ExecCredential", "foo/v1")],
  ["v1alpha1", object({ apiVersion: v1 + "alpha1" }), unregistered("ExecCredential", v1 + "alpha1")],
  ["a name of Object", object({ apiVersion: "toString" }), unregistered("ExecCredential", "toString")],
  ["a strange apiVersion", object({ apiVersion: "a/b/c" }), "decoding stdout: unexpected GroupVersion string: a/b/c"],
  ["status as list", object({ status: [] }), field("array", "ExecCredential.status", "v1.ExecCredentialStatus")],
  ["status as text", object({ status: "x" }), field("string", "ExecCredential.status", "v1.ExecCredentialStatus")],
  ["token as number", answer({ token: 5 }), field("number", "ExecCredentialStatus.status.token", "string")],
  ["token as object", answer({ token: {} }), field("object", "ExecCredentialStatus.status.token", "string")],
  [
    "expiry as number",
    answer({ token: "t", expirationTimestamp: 5 }),
    field("number", "ExecCredentialStatus.status.expirationTimestamp", "string"),
  ],
  [
    "text in an echoed spec",
    object({ spec: { interactive: "x" }, status: { token: "t" } }),
    field("string", "ExecCredentialSpec.spec.interactive", "bool"),
  ],
  [
    "a number in an echoed cluster",
    object({ spec: { cluster: { server: 1 } }, status: { token: "t" } }),
    field("number", "Cluster.spec.cluster.server", "string"),
  ],
  [
    "no base64 in an echoed cluster",
    object({ spec: { cluster: { "certificate-authority-data": "!!" } } }),
    "decoding stdout: illegal base64 data at input byte 0",
  ],
  [
    "a YAML number as token",
    `apiVersion: ${v1}\nstatus: {token: 5}`,
    field("number", "ExecCredentialStatus.status.token", "string"),
  ],
  [
    "no time",
    answer({ token: "t", expirationTimestamp: "2035-02-30T03:04:05Z" }),
    'decoding stdout: parsing time "2035-02-30T03:04:05Z": day out of range',
  ],
  ["no status", object({}), "exec plugin didn't return a status field"],
  ["status null", object({ status: null }), "exec plugin didn't return a status field"],
  ["Status in another case", object({ Status: { token: "t" } }), "exec plugin didn't return a status field"],
  ["an empty status", answer({}), "exec plugin didn't return a token or cert/key pair"],
  ["an empty token", answer({ token: "" }), "exec plugin didn't return a token or cert/key pair"],
  ["Token in another case", answer({ Token: "t" }), "exec plugin didn't return a token or cert/key pair"],
  [
    "a certificate without its key",
    answer({ token: "t", clientCertificateData: "x" }),
    "exec plugin returned only certificate or key, not both",
  ],
  [
    "a key without its certificate",
    answer({ clientKeyData: "x" }),
    "exec plugin returned only certificate or key, not both",
  ],
];

describe("decodeExecCredential()", () => {
  for (const [what, stdout] of Object.entries(accepted)) {
    it(`accepts ${what}`, () => assert.deepEqual(decode(stdout), { token: "t" }));
  }

  for (const [what, stdout, message] of refused) {
    it(`throws client-go's words when given ${what}`, () => {
      assert.throws(() => decode(stdout), (error) => {
        assert.ok(hasCode(error, "plugin_output"));
        assert.equal(error.message, message);
        return true;
      });
    });
  }

  it("throws client-go's words and the next step when the version is the other one", () => {
    for (const [asked, printed] of [[v1, v1beta1], [v1beta1, v1]] as const) {
      assert.throws(() => decode(answer({ token: "t" }, printed), asked), {
        code: "plugin_output",
        message: `exec plugin is configured to use API version ${asked}, plugin returned version ${printed}. ` +
          `Set apiVersion: ${printed} in the exec stanza`,
      });
    }
  });

  it("names the Go type of the version", () => {
    assert.throws(() => decode(answer([] as never, v1beta1), v1beta1), {
      message: field("array", "ExecCredential.status", "v1beta1.ExecCredentialStatus"),
    });
  });

  it("throws when log lines stand before the object", () => {
    const spaced = ok.replaceAll('":', '": ');
    for (const log of ["INFO: hello\n", "hello world\n", "a:\n\tb: c\n"]) {
      assert.throws(() => decode(log + spaced), {
        code: "plugin_output",
        message: /^decoding stdout: yaml: line \d+: /,
      });
    }
  });

  it("throws when the object is nested too deeply", () => {
    const deep = `{"apiVersion":"${v1}","a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
    assert.throws(() => decode(deep), { message: `${versionKind}invalid character '[' exceeded max depth` });
  });

  it("returns token, certificate and its validity, each or both", () => {
    assert.deepEqual(decode(answer({ token: "t", ...pair })), {
      token: "t",
      certificate: { cert: user.cert, key: user.key },
      validity: { notBefore: decode(answer(pair)).validity?.notBefore, notAfter: 4_000_000_000_000 },
    });
    assert.deepEqual(decode(answer(pair)).token, undefined);
  });

  it("throws when the certificate and the key do not belong together, or are no PEM", () => {
    const failing = (status: Record<string, string>, message: string) =>
      assert.throws(() => decode(answer(status)), {
        code: "credential_invalid",
        message: `failed parsing client key/certificate: ${message}`,
      });
    failing({ ...pair, clientKeyData: other.key }, "tls: private key does not match public key");
    failing(
      { clientCertificateData: "bar", clientKeyData: "foo" },
      "tls: failed to find any PEM data in certificate input",
    );
    failing(
      { ...pair, clientCertificateData: btoa(user.cert) },
      "tls: failed to find any PEM data in certificate input (it is base64 of PEM; give the PEM itself)",
    );
  });

  it("leaves the token as it was printed, bytes that are no UTF-8 apart", () => {
    assert.equal(decode(answer({ token: " a\n" })).token, " a\n");
    const bytes = new TextEncoder().encode(answer({ token: "a?b" }));
    bytes[bytes.indexOf("?".charCodeAt(0))] = 0xff;
    assert.equal(decode(bytes).token, "a\ufffdb");
  });

  it("returns the expiry, none for Go's zero time", () => {
    const expiry = (text: string) => decode(answer({ token: "t", expirationTimestamp: text })).expiresAt;
    assert.equal(expiry("2006-01-02T15:04:05Z"), Date.UTC(2006, 0, 2, 15, 4, 5));
    assert.equal(expiry("9999-12-31T23:59:59Z"), Date.UTC(9999, 11, 31, 23, 59, 59));
    assert.equal(expiry("0001-01-01T00:00:00Z"), undefined);
    assert.equal(expiry("0001-01-01T01:00:00+01:00"), undefined);
  });

  it("throws without a value of what was printed", () => {
    const secret = "s3cr3t-value";
    const printed = [
      secret,
      `token: ${secret}\n  x: [`,
      `{"token":"${secret}"`,
      `{"token":"${secret}"}`,
      answer({ token: 5, clientKeyData: secret }),
      answer({ token: secret, expirationTimestamp: secret }),
      answer({ token: secret, clientKeyData: secret }),
      answer({ clientCertificateData: secret, clientKeyData: secret }),
      `<html>${secret}</html>`,
      `${secret}: &${secret} *${secret}`,
    ];
    for (const stdout of printed) {
      assert.throws(() => decode(stdout), (error) => {
        assert.ok(error instanceof Error);
        assert.ok(!`${error.message}${error.stack}${JSON.stringify(error)}${error.cause}`.includes(secret), stdout);
        return true;
      });
    }
  });
});
