import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { serverUrl } from "../../encoding/server_url.ts";

describe("serverUrl()", () => {
  for (
    const [server, url] of [
      ["127.0.0.1", "http://127.0.0.1/"],
      ["127.0.0.1:8080", "http://127.0.0.1:8080/"],
      ["localhost:8080/", "http://localhost:8080/"],
      ["foo.bar.com", "http://foo.bar.com/"],
      ["[::1]:6443", "http://[::1]:6443/"],
      ["http://host", "http://host/"],
      ["http://host/prefix", "http://host/prefix"],
      ["https://host:6443/k8s/clusters/c-1", "https://host:6443/k8s/clusters/c-1"],
      ["HTTPS://host", "https://host/"],
    ] as const
  ) it(`T20 reads ${server}`, () => assert.equal(serverUrl(server).href, url));

  for (
    const server of [
      "host/server",
      "localhost:8080/server",
      "",
      "https://",
      "https:///path",
      "ftp://host",
      "a b",
      "h\\x",
    ]
  ) {
    it(`T20 refuses ${JSON.stringify(server)}`, () => {
      assert.throws(() => serverUrl(server), (error: Error & { code?: string }) => {
        assert.equal(error.code, "kubeconfig_invalid");
        assert.ok(error.message.includes(`host must be a URL or a host:port pair: ${JSON.stringify(server)}`));
        return true;
      });
    });
  }

  it("T20 does not show what stands before an @", () => {
    assert.throws(() => serverUrl("me:hunter2@host/server"), (error: Error) => !error.message.includes("hunter2"));
  });

  const file = { file: "/pem" };
  const isTls = (server: string, tls: object) => serverUrl(server, { tls }).protocol === "https:";

  it("T21 assumes TLS for a program's localhost with a client certificate", () => {
    assert.equal(isTls("localhost", { certificate: file }), true);
  });

  it("T21 assumes TLS for a program's 1.2.3.4:567 with the insecure switch", () => {
    assert.equal(isTls("1.2.3.4:567", { insecure: true }), true);
  });

  it("T21 assumes no TLS when nothing is set", () => {
    assert.equal(isTls("localhost", {}), false);
    assert.equal(isTls("localhost", { insecure: false }), false);
  });

  it("T21 finds no TLS in ///:://localhost, with a client certificate or without", () => {
    assert.throws(() => isTls("///:://localhost", { certificate: file }), /host must be a URL/);
  });

  it("C37 keeps a kubeconfig's 127.0.0.1:18443 on plain HTTP whatever TLS settings stand beside it", () => {
    const origin = { kind: "file" };
    assert.equal(serverUrl("127.0.0.1:18443", { tls: { ca: file, insecure: true }, origin }).protocol, "http:");
  });
});
