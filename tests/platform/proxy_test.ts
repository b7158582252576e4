import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hasCode, KubecredError } from "../../errors.ts";
import { isLoopback, parseIp, parseNetwork } from "../../platform/ip.ts";
import { environmentProxy, parseProxy } from "../../platform/proxy.ts";

type Row = readonly [env: Readonly<Record<string, string>>, target: string, proxy: string | undefined];

const proxy = "http://through.test:3128";
const bypassed = (list: string, target: string): Row => [{ HTTPS_PROXY: proxy, NO_PROXY: list }, target, undefined];
const proxied = (list: string, target: string): Row => [{ HTTPS_PROXY: proxy, NO_PROXY: list }, target, proxy];

// golang.org/x/net/http/httpproxy, proxy_test.go, and the rules in its documentation.
const rows: readonly Row[] = [
  [{}, "https://example.test", undefined],
  [{ HTTPS_PROXY: proxy }, "https://example.test", proxy],
  [{ HTTPS_PROXY: proxy }, "http://example.test", undefined],
  [{ HTTP_PROXY: proxy }, "http://example.test", proxy],
  [{ HTTP_PROXY: proxy }, "https://example.test", undefined],
  [{ https_proxy: proxy }, "https://example.test", proxy],
  [{ http_proxy: proxy }, "http://example.test", proxy],
  [{ HTTPS_PROXY: "http://upper.test", https_proxy: "http://lower.test" }, "https://example.test", "http://upper.test"],
  [{ HTTPS_PROXY: "", https_proxy: "http://lower.test" }, "https://example.test", "http://lower.test"],
  [{ ALL_PROXY: proxy }, "https://example.test", undefined],
  [{ HTTPS_PROXY: "through.test:3128" }, "https://example.test", proxy],
  [{ HTTPS_PROXY: "through.test" }, "https://example.test", "http://through.test"],
  [{ HTTPS_PROXY: "127.0.0.1:3128" }, "https://example.test", "http://127.0.0.1:3128"],
  [{ HTTPS_PROXY: "https://through.test" }, "https://example.test", "https://through.test"],
  [{ HTTPS_PROXY: "socks5://through.test" }, "https://example.test", "socks5://through.test"],
  [{ HTTPS_PROXY: "http://u:p%40@proxy.test:1" }, "https://example.test", "http://u:p%40@proxy.test:1"],
  [{ HTTPS_PROXY: proxy, no_proxy: "example.test" }, "https://example.test", undefined],
  [{ HTTPS_PROXY: proxy }, "https://localhost:6443", undefined],
  [{ HTTPS_PROXY: proxy }, "https://127.0.0.1:6443", undefined],
  [{ HTTPS_PROXY: proxy }, "https://127.9.9.9", undefined],
  [{ HTTPS_PROXY: proxy }, "https://[::1]:6443", undefined],
  [{ HTTPS_PROXY: proxy }, "https://10.0.0.1", proxy],
  bypassed("*", "https://example.test"),
  bypassed("a.test, *", "https://example.test"),
  bypassed("example.test", "https://example.test"),
  bypassed("EXAMPLE.test", "https://example.test"),
  bypassed("example.test", "https://api.example.test"),
  proxied("example.test", "https://notexample.test"),
  proxied(".example.test", "https://example.test"),
  bypassed(".example.test", "https://api.example.test"),
  bypassed("*.example.test", "https://api.example.test"),
  proxied("*.example.test", "https://example.test"),
  bypassed("example.test:443", "https://example.test"),
  bypassed("example.test:6443", "https://example.test:6443"),
  proxied("example.test:6443", "https://example.test"),
  bypassed("a.test,,b.test , example.test", "https://example.test"),
  bypassed("10.0.0.1", "https://10.0.0.1"),
  bypassed("10.0.0.1:6443", "https://10.0.0.1:6443"),
  proxied("10.0.0.1:6443", "https://10.0.0.1"),
  bypassed("10.0.0.0/8", "https://10.1.2.3"),
  proxied("10.0.0.0/8", "https://11.1.2.3"),
  bypassed("10.0.0.0/9", "https://10.127.0.1"),
  proxied("10.0.0.0/9", "https://10.128.0.1"),
  bypassed("0.0.0.0/0", "https://8.8.8.8"),
  proxied("0.0.0.0/0", "https://[2001:db8::1]"),
  bypassed("2001:db8::/32", "https://[2001:db8::1]"),
  proxied("2001:db8::/32", "https://[2001:db9::1]"),
  bypassed("[2001:db8::1]:6443", "https://[2001:db8::1]:6443"),
  bypassed("2001:db8:0:0::1", "https://[2001:db8::1]"),
  proxied("10.0.0.0/8", "https://ten.test"),
  proxied("0.0.0.1", "https://10.0.0.1"),
  proxied(":443", "https://example.test"),
];

describe("environmentProxy()", () => {
  for (const [env, target, expected] of rows) {
    it(`${expected ? `picks ${expected}` : "goes straight"} for ${target} with ${JSON.stringify(env)}`, () => {
      const found = environmentProxy(new URL(target), (name) => env[name]);
      assert.equal(found?.href.replace(/\/$/, ""), expected);
    });
  }

  it("refuses HTTP_PROXY in a CGI environment, where a header could set it", () => {
    const env: Record<string, string> = { HTTP_PROXY: proxy, REQUEST_METHOD: "GET" };
    assert.throws(
      () => environmentProxy(new URL("http://example.test"), (name) => env[name]),
      /refusing to use HTTP_PROXY value in CGI environment/,
    );
  });

  it("goes straight when the variables may not be read", () => {
    const env = () => {
      throw new KubecredError("permission_missing", "Cannot read HTTPS_PROXY");
    };
    assert.equal(environmentProxy(new URL("https://example.test"), env), undefined);
  });
});

describe("parseProxy()", () => {
  it("takes http, https and socks5", () => {
    for (const url of ["http://p.test", "https://p.test:1", "socks5://u:p@p.test:1080", "SOCKS5://p.test"]) {
      assert.equal(parseProxy(url).hostname, "p.test");
    }
  });

  for (
    const url of [
      "socks5h://u:s3cret@p.test",
      "ftp://u:s3cret@p.test",
      "http://u:s3cret%zz@p.test",
      "u:s3cret@p.test",
      "",
      "http://",
    ]
  ) {
    it(`refuses "${url}", and does not show a password`, () => {
      assert.throws(() => parseProxy(url), (error: Error) => {
        assert.ok(hasCode(error, "unsupported"));
        assert.doesNotMatch(error.message, /s3cret/);
        return true;
      });
    });
  }
});

describe("parseIp()", () => {
  it("reads what Go's net.ParseIP reads", () => {
    const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];
    assert.deepEqual([...parseIp("1.2.3.4")!], [...mapped, 1, 2, 3, 4]);
    assert.deepEqual([...parseIp("::ffff:1.2.3.4")!], [...mapped, 1, 2, 3, 4]);
    assert.deepEqual([...parseIp("::")!], Array(16).fill(0));
    assert.deepEqual([...parseIp("2001:DB8::1")!], [32, 1, 13, 184, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    assert.deepEqual([...parseIp("1:2:3:4:5:6:7:8")!], [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]);
    for (
      const text of ["1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4.5", "::1%eth0", "[::1]", "1::2::3", "g::", "host", ""]
    ) {
      assert.equal(parseIp(text), undefined, text);
    }
  });

  it("knows loopback and networks", () => {
    assert.deepEqual(["127.0.0.1", "127.1.2.3", "::1", "128.0.0.1", "::2"].map((ip) => isLoopback(parseIp(ip)!)), [
      true,
      true,
      true,
      false,
      false,
    ]);
    for (const text of ["10.0.0.0", "10.0.0.0/33", "::/129", "10.0.0.0/x", "host/8", "10.0.0.0/8/8"]) {
      assert.equal(parseNetwork(text), undefined, text);
    }
  });
});
