/** The cluster as a plugin is told of it (client-go rest/exec_test.go and tools/auth/exec/exec_test.go). */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { execCluster, loadExecCluster } from "../../../auth/exec/cluster_info.ts";
import { encodeExecInfo } from "../../../auth/exec/exec_info.ts";
import { execInfoConnection, parseExecInfo } from "../../../auth/exec/plugin_info.ts";
import { pluginDirectory, v1, v1beta1 } from "./plugins.ts";

const { path } = await pluginDirectory();
const proxyUrl = "https://some-proxy-url.com/tuna/fish";
const base = {
  server: "some-host",
  tls: { serverName: "some-server-name", insecure: true, ca: { data: btoa("some-ca-data") } },
  execConfig: { audience: "stuff" },
};

describe("execCluster()", () => {
  it("T18 tells everything, the CA from memory", () => {
    const told = {
      server: "some-host",
      "tls-server-name": "some-server-name",
      "insecure-skip-tls-verify": true,
      "certificate-authority-data": btoa("some-ca-data"),
      "proxy-url": proxyUrl,
      "disable-compression": true,
      config: { audience: "stuff" },
    };
    assert.deepEqual(execCluster({ ...base, proxyUrl, disableCompression: true }), told);
    const pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    const written = execCluster({ ...base, tls: { ca: { data: pem } } });
    assert.equal(written["certificate-authority-data"], btoa(pem));
  });

  it("T18 tells the content of the CA file", async () => {
    const file = join(path, "ca.pem");
    await writeFile(file, "a CA bundle lives here");
    const cluster = await loadExecCluster({ ...base, tls: { ...base.tls, ca: { file } }, proxyUrl });
    assert.equal(cluster["certificate-authority-data"], btoa("a CA bundle lives here"));
    assert.equal(cluster["proxy-url"], proxyUrl);
  });

  it("T18 throws when the CA file is not there", async () => {
    await assert.rejects(loadExecCluster({ server: "", tls: { ca: { file: join(path, "missing.pem") } } }), {
      code: "file_not_found",
      message: /^Cannot describe the cluster: failed to load CA bundle for execProvider: /,
    });
  });

  it("T18 tells no CA and no proxy when there is none", async () => {
    const cluster = await loadExecCluster({ server: "https://some-host" });
    assert.deepEqual(Object.entries(cluster).filter(([, value]) => value !== undefined), [[
      "server",
      "https://some-host",
    ]]);
  });

  it("T18 throws when the proxy is no URL", () => {
    assert.throws(() => execCluster({ ...base, proxyUrl: "some proxy" }), {
      code: "kubeconfig_invalid",
      message: /failed to get proxy URL for execProvider: /,
    });
  });

  it("T18 throws when there is a proxy and the server is no URL", () => {
    assert.throws(() => execCluster({ server: "invalid-config-host\n", proxyUrl }), {
      code: "kubeconfig_invalid",
      message: /failed to create proxy URL request for execProvider: /,
    });
    assert.equal(execCluster({ server: "invalid-config-host\n" }).server, "invalid-config-host\n");
  });

  it("cuts query and fragment off a server with a path, and changes nothing else of it", () => {
    const rows = [
      ["https://h:6443", "https://h:6443"],
      ["https://h/", "https://h/"],
      ["https://h/?q=1", "https://h/?q=1"],
      ["https://h/a/?q=1#f", "https://h/a/"],
      ["https://h/a#f", "https://h/a"],
      ["h:6443", "h:6443"],
    ] as const;
    for (const [server, told] of rows) assert.equal(execCluster({ server }).server, told);
  });
});

describe("parseExecInfo() and execInfoConnection()", () => {
  const cluster = {
    server: "https://some-server",
    "tls-server-name": "some-server-name",
    "insecure-skip-tls-verify": true,
    "certificate-authority-data": btoa("some-ca-data"),
    "proxy-url": proxyUrl,
    "disable-compression": true,
  };
  const connection = {
    server: "https://some-server",
    tls: { ca: { data: "some-ca-data" }, serverName: "some-server-name", insecure: true },
    proxyUrl,
    disableCompression: true,
  };

  for (const apiVersion of [v1, v1beta1]) {
    const version = apiVersion.split("/")[1];
    const load = (text: string) => execInfoConnection(parseExecInfo(text));

    it(`T19 reads ${version}, with and without config`, () => {
      const text = encodeExecInfo({
        apiVersion,
        interactive: true,
        cluster: { ...cluster, config: { apple: "orange" } },
      });
      assert.deepEqual(parseExecInfo(text), {
        apiVersion,
        interactive: true,
        cluster: { ...cluster, config: { apple: "orange" } },
      });
      assert.deepEqual(load(text), connection);
      assert.deepEqual(load(encodeExecInfo({ apiVersion, interactive: false, cluster })), connection);
    });

    it(`T19 throws when the proxy in ${version} is no URL`, () => {
      const text = encodeExecInfo({
        apiVersion,
        interactive: false,
        cluster: { ...cluster, "proxy-url": "bad url\n" },
      });
      assert.throws(() => load(text), { code: "protocol", message: /: cannot create rest\.Config: / });
    });

    it(`T19 throws when ${version} tells no cluster`, () => {
      assert.throws(() => load(encodeExecInfo({ apiVersion, interactive: false })), {
        code: "protocol",
        message: "Cannot read KUBERNETES_EXEC_INFO: ExecCredential does not contain cluster information",
      });
    });
  }

  const rows: readonly (readonly [what: string, text: string | undefined, reason: string | RegExp])[] = [
    ["nothing", undefined, "KUBERNETES_EXEC_INFO env var is unset or empty"],
    ["an empty variable", "", "KUBERNETES_EXEC_INFO env var is unset or empty"],
    ["garbage", "bad data", /^decode: couldn't get version\/kind; json parse error: /],
    ["broken JSON", "{", "decode: couldn't get version/kind; json parse error: unexpected end of JSON input"],
    [
      "another kind",
      '{"kind":"Status","apiVersion":"v1"}',
      "invalid group/kind: wanted ExecCredential.client.authentication.k8s.io, got Status",
    ],
    [
      "another group",
      '{"kind":"ExecCredential","apiVersion":"foo/v1"}',
      "invalid group/kind: wanted ExecCredential.client.authentication.k8s.io, got ExecCredential.foo",
    ],
    ["no kind", `{"apiVersion":"${v1}"}`, "decode: Object 'Kind' is missing"],
    ["no version", '{"kind":"ExecCredential"}', "decode: Object 'apiVersion' is missing"],
    [
      "v1alpha1",
      `{"kind":"ExecCredential","apiVersion":"${v1}alpha1"}`,
      /^decode: no kind "ExecCredential" is registered/,
    ],
    [
      "a wrong type",
      `{"kind":"ExecCredential","apiVersion":"${v1}","spec":{"interactive":"x"}}`,
      "decode: json: cannot unmarshal string into Go struct field ExecCredentialSpec.spec.interactive of type bool",
    ],
  ];
  for (const [what, text, reason] of rows) {
    it(`T19 throws client-go's words when given ${what}`, () => {
      assert.throws(() => parseExecInfo(text), (error: Error) => {
        const found = error.message.replace("Cannot read KUBERNETES_EXEC_INFO: ", "");
        if (typeof reason === "string") assert.equal(found, reason);
        else assert.match(found, reason);
        return true;
      });
    });
  }
});
