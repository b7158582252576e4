import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { hasCode } from "../../errors.ts";
import { createTransport } from "../../platform/transport.ts";
import type { Platform } from "../../platform/types.ts";
import { createAuthority } from "../../testing/pki.ts";
import { type Proxy, startHttpProxy, startSocksProxy } from "./proxies.ts";
import { ok, startWireServer, type WireServer } from "./wire_server.ts";

const host = "api.proxied.test";

function platform(env: Readonly<Record<string, string>> = {}): Platform {
  return { env: (name: string) => env[name] } as unknown as Platform;
}

describe("transport through a proxy", () => {
  let server: WireServer;
  let ca: string;
  let target: string;

  before(async () => {
    const authority = await createAuthority();
    const { chain, key } = await authority.issue({
      commonName: "server",
      dnsNames: [host],
      ipAddresses: ["127.0.0.1"],
    });
    server = await startWireServer(({ socket }) => socket.write(ok("hello")), { tls: { cert: chain, key } });
    ca = authority.cert;
    target = `https://${host}:${server.port}`;
  });
  after(() => server.close());

  const kinds = { http: startHttpProxy, socks5: startSocksProxy };
  for (const [scheme, start] of Object.entries(kinds)) {
    it(`${scheme}: one tunnel carries all requests, and the proxy resolves the name`, async () => {
      await withProxy(start(), async (proxy) => {
        const { accepted } = server;
        const transport = createTransport({ tls: { ca }, proxy: `${scheme}://127.0.0.1:${proxy.port}` }, platform());
        for (let turn = 0; turn < 3; turn++) assert.equal(await (await transport.fetch(target)).text(), "hello");
        await transport.close();
        assert.deepEqual(proxy.asked, [`${host}:${server.port}`]);
        assert.equal(server.accepted - accepted, 1);
        const names = server.requests.at(-1)!.headers.map(([name]) => name);
        assert.deepEqual(names, ["Host", "Connection"]);
      });
    });

    it(`${scheme}: user and password go to the proxy`, async () => {
      await withProxy(start({ credentials: "us er:p@ss:wörd" }), async (proxy) => {
        const url = `${scheme}://us%20er:p%40ss%3Aw%C3%B6rd@127.0.0.1:${proxy.port}`;
        const transport = createTransport({ tls: { ca }, proxy: url }, platform());
        assert.equal(await (await transport.fetch(target)).text(), "hello");
        await transport.close();
        assert.deepEqual(proxy.credentials, ["us er:p@ss:wörd"]);
      });
    });

    it(`${scheme}: wrong credentials are an error that names the proxy and not the password`, async () => {
      await withProxy(start({ credentials: "a:b" }), async (proxy) => {
        const url = `${scheme}://user:s3cret@127.0.0.1:${proxy.port}`;
        await fails(
          url,
          new RegExp(`through the proxy 127\\.0\\.0\\.1:${proxy.port}: .*user and password in the proxy's URL`),
        );
        assert.equal(proxy.credentials[0], "user:s3cret");
      });
    });

    it(`${scheme}: no credentials where the proxy wants some`, async () => {
      await withProxy(start({ credentials: "a:b" }), async (proxy) => {
        await fails(`${scheme}://127.0.0.1:${proxy.port}`, /user and password/);
      });
    });

    it(`${scheme}: a proxy that turns the request away`, async () => {
      await withProxy(start({ refuse: true }), async (proxy) => {
        const says = scheme === "http" ? /it answered 403 Not Here/ : /connection not allowed by ruleset/;
        await fails(`${scheme}://127.0.0.1:${proxy.port}`, says);
      });
    });

    it(`${scheme}: TLS of the server is verified through the tunnel`, async () => {
      await withProxy(start(), async (proxy) => {
        const transport = createTransport({ proxy: `${scheme}://127.0.0.1:${proxy.port}` }, platform());
        await assert.rejects(transport.fetch(target), (error) => hasCode(error, "tls_failed"));
        await transport.close();
      });
    });

    it(`${scheme}: an explicit proxy serves loopback too, whatever NO_PROXY says`, async () => {
      await withProxy(start(), async (proxy) => {
        const options = { tls: { ca }, proxy: `${scheme}://127.0.0.1:${proxy.port}` };
        const transport = createTransport(options, platform({ NO_PROXY: "*" }));
        assert.equal(await (await transport.fetch(server.url)).text(), "hello");
        await transport.close();
        assert.deepEqual(proxy.asked, [`127.0.0.1:${server.port}`]);
      });
    });

    it(`${scheme}: HTTPS_PROXY is used, but not for what NO_PROXY names`, async () => {
      await withProxy(start(), async (proxy) => {
        const env = { HTTPS_PROXY: `${scheme}://127.0.0.1:${proxy.port}`, NO_PROXY: "straight.invalid" };
        const transport = createTransport({ tls: { ca } }, platform(env));
        assert.equal(await (await transport.fetch(target)).text(), "hello");
        assert.equal(await (await transport.fetch(server.url)).text(), "hello");
        await assert.rejects(
          transport.fetch("https://straight.invalid"),
          (error) => hasCode(error, "connection_failed"),
        );
        await transport.close();
        assert.deepEqual(proxy.asked, [`${host}:${server.port}`]);
      });
    });

    it(`${scheme}: a signal that aborts in the middle of the tunnel's making ends it`, async () => {
      const silent = await startWireServer(() => {});
      const transport = createTransport({ tls: { ca }, proxy: `${scheme}://127.0.0.1:${silent.port}` }, platform());
      const stop = new AbortController();
      setTimeout(() => stop.abort("enough"), 30);
      await assert.rejects(transport.fetch(target, { signal: stop.signal }), (error) => error === "enough");
      await transport.close();
      await silent.close();
    });

    it(`${scheme}: nobody listens at the proxy's address`, async () => {
      const gone = await startWireServer(() => {});
      await gone.close();
      await fails(
        `${scheme}://u:s3cret@127.0.0.1:${gone.port}`,
        new RegExp(`through the proxy 127\\.0\\.0\\.1:${gone.port}`),
      );
    });
  }

  it("http: a plain request names its server in the first line", async () => {
    await withProxy(startHttpProxy({ credentials: "u:p" }), async (proxy) => {
      const transport = createTransport({ proxy: `http://u:p@127.0.0.1:${proxy.port}` }, platform());
      const response = await transport.fetch("http://plain.test/path?q=1");
      assert.equal(await response.text(), "relayed");
      await transport.close();
      assert.deepEqual(proxy.asked, ["http://plain.test/path?q=1"]);
    });
  });

  it("socks5: a plain request goes through the tunnel", async () => {
    const plain = await startWireServer(({ socket }) => socket.write(ok("plain")));
    await withProxy(startSocksProxy(), async (proxy) => {
      const transport = createTransport({ proxy: `socks5://127.0.0.1:${proxy.port}` }, platform());
      assert.equal(await (await transport.fetch(`http://plain.test:${plain.port}/path`)).text(), "plain");
      await transport.close();
      assert.equal(plain.requests[0]!.line, "GET /path HTTP/1.1");
      assert.deepEqual(proxy.asked, [`plain.test:${plain.port}`]);
    });
    await plain.close();
  });

  it("https: the proxy's certificate is verified against the system's roots, not against the cluster's CA", async () => {
    const authority = await createAuthority();
    const certificate = await authority.issue({ commonName: "proxy", ipAddresses: ["127.0.0.1"] });
    await withProxy(startHttpProxy({ certificate }), async (proxy) => {
      const options = { tls: { ca: authority.cert }, proxy: `https://u:s3cret@127.0.0.1:${proxy.port}` };
      const transport = createTransport(options, platform());
      await assert.rejects(transport.fetch(target), (error: Error) => {
        assert.ok(hasCode(error, "tls_failed"));
        assert.match(error.message, /through the proxy 127\.0\.0\.1.*unknown authority/);
        assert.doesNotMatch(error.message, /s3cret/);
        return true;
      });
      assert.deepEqual(proxy.asked, []);
      await transport.close();
    });
  });

  async function fails(proxy: string, says: RegExp): Promise<void> {
    const { length } = server.requests;
    const transport = createTransport({ tls: { ca }, proxy }, platform());
    await assert.rejects(transport.fetch(target), (error: Error) => {
      assert.match(error.message, says);
      assert.doesNotMatch(error.message, /s3cret/);
      assert.ok(hasCode(error, "connection_failed"), String(error));
      return true;
    });
    await transport.close();
    assert.equal(server.requests.length, length);
  }

  async function withProxy(starting: Promise<Proxy>, use: (proxy: Proxy) => Promise<void>): Promise<void> {
    const proxy = await starting;
    try {
      await use(proxy);
    } finally {
      await proxy.close();
    }
  }
});
