import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { edgePlatform } from "../../platform/edge.ts";

const platform = edgePlatform();

describe("edgePlatform()", () => {
  it("run() rejects with unsupported and says which sources need no process", async () => {
    await assert.rejects(platform.run({ argv: ["aws", "planted"] }), {
      name: "KubecredError",
      code: "unsupported",
      message:
        "Cannot run aws: this runtime has no processes. Sources that need none are a token, a client certificate, " +
        "basic authentication and any async function that returns a credential",
    });
  });

  it("readFile(), writeFile() and stat() reject with unsupported and say what to pass instead", async () => {
    const path = "/home/a/.kube/config";
    for (const attempt of [platform.readFile(path), platform.writeFile(path, new Uint8Array()), platform.stat(path)]) {
      await assert.rejects(attempt, { code: "unsupported", path, message: /no files.*parseKubeconfig\(text\)/ });
    }
  });

  it("has no environment, home directory or terminal", () => {
    assert.equal(platform.env("HOME"), undefined);
    assert.deepEqual(platform.environ(), {});
    assert.equal(platform.home(), undefined);
    assert.equal(platform.terminal, undefined);
    assert.equal(edgePlatform((name) => `the ${name}`).home(), "the HOME");
  });

  it("transport() throws unsupported and names the field that fetch cannot honour", () => {
    const rows = [
      [{ tls: { ca: "planted" } }, /takes no ca\b/],
      [{ tls: { certificate: "planted", key: "planted" } }, /takes no certificate\b/],
      [{ tls: { serverName: "planted" } }, /takes no serverName\b/],
      [{ tls: { insecure: true } }, /takes no insecure\b/],
      [{ proxy: "http://planted" }, /takes no proxy\b/],
    ] as const;
    for (const [options, message] of rows) {
      assert.throws(() => platform.transport(options), (error: Error) => {
        assert.equal((error as { code?: string }).code, "unsupported");
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /planted/);
        return true;
      });
    }
  });

  it("transport() sends through fetch what needs no pool of its own, and follows no redirect", async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.url, request.headers["x-one"] as string);
      response.writeHead(302, { location: "/elsewhere", connection: "close" }).end("body");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/path`;
    try {
      const { fetch, close } = platform.transport({ tls: { insecure: false } });
      const response = await fetch(url, { headers: [["X-One", "1"]] });
      assert.equal(response.status, 302);
      await response.body?.cancel();
      assert.deepEqual(seen, ["/path", "1"]);
      await close();
      await assert.rejects(fetch(url), { code: "closed" });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("transport() refuses two header lines of one name, which fetch would join into one", async () => {
    const { fetch } = platform.transport({});
    const headers = [["Impersonate-Group", "a"], ["impersonate-group", "b"]] as const;
    await assert.rejects(fetch("http://127.0.0.1:9", { headers }), {
      code: "unsupported",
      message: /impersonate-group/,
    });
  });

  it("fetch() is the one that the global scope has at the time of the call", async () => {
    const { fetch } = globalThis;
    const reply = new Response("replaced");
    globalThis.fetch = () => Promise.resolve(reply);
    try {
      assert.equal(await platform.fetch("https://example.com"), reply);
    } finally {
      globalThis.fetch = fetch;
    }
  });
});
