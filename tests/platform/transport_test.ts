import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { hasCode } from "../../errors.ts";
import { createTransport } from "../../platform/transport.ts";
import type { Platform, Transport } from "../../platform/types.ts";
import { createAuthority } from "../../testing/pki.ts";
import { eventually } from "./scratch.ts";
import { ok, startWireServer, type WireRequest, type WireServer } from "./wire_server.ts";

const platform = { env: () => undefined } as unknown as Platform;

/** Bytes of "/endless" that have left the server. */
let written = 0;

/** What the server does, by path. */
const answers: Readonly<Record<string, (request: WireRequest) => void>> = {
  "/hello": ({ socket }) => socket.write(ok("hello")),
  "/json": ({ socket }) => socket.write(ok('\uFEFF{"names":["ä","€"]}', ["Content-Type: application/json"])),
  "/headers": ({ socket }) =>
    socket.write(ok("", ["Set-Cookie: a=1", "Set-Cookie: b=2", 'Warning: 299 - "one"', 'Warning: 299 - "two"'])),
  "/created": ({ socket }) => socket.write("HTTP/1.1 201 Made it\r\nContent-Length: 0\r\n\r\n"),
  "/moved": ({ socket }) => socket.write("HTTP/1.1 302 Found\r\nLocation: /hello\r\nContent-Length: 0\r\n\r\n"),
  "/head": ({ socket }) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"),
  "/nothing": ({ socket }) => socket.write("HTTP/1.1 204 No Content\r\n\r\n"),
  "/unchanged": ({ socket }) => socket.write("HTTP/1.1 304 Not Modified\r\n\r\n"),
  "/early": ({ socket }) => socket.write(`HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${ok("hello")}`),
  "/wide": ({ socket }) => socket.write(ok("x".repeat(10_000_000))),
  "/until-close": ({ socket }) => socket.end("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nthe end"),
  "/slow": ({ socket }) => {
    socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const chunks = ["one", "two", "three"];
    const timer = setInterval(() => {
      const chunk = chunks.shift();
      socket.write(chunk ? `${chunk.length.toString(16)}\r\n${chunk}\r\n` : "0\r\n\r\n");
      if (!chunk) clearInterval(timer);
    }, 5);
  },
  "/stream": ({ socket }) => socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
  "/endless": ({ socket }) => {
    written = 0;
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const more = () => socket.write(new Uint8Array(100_000), (error) => error || void (written += 100_000, more()));
    more();
  },
  "/never": () => {},
  "/gzip": ({ socket }) => compressed(socket, "gzip", gzipSync("small ä")),
  "/x-gzip": ({ socket }) => compressed(socket, "x-gzip", gzipSync("small ä")),
  "/deflate": ({ socket }) => compressed(socket, "deflate", deflateSync("small ä")),
  "/br": ({ socket }) => compressed(socket, "br", brotliCompressSync("small ä")),
  "/gzip-wide": ({ socket }) => compressed(socket, "gzip", gzipSync("y".repeat(10_000_000))),
  "/gzip-broken": ({ socket }) => compressed(socket, "gzip", new TextEncoder().encode("this is no gzip")),
  "/gzip-short": ({ socket }) => compressed(socket, "gzip", gzipSync("z".repeat(1_000)).subarray(0, 20)),
};

function compressed(socket: WireRequest["socket"], encoding: string, body: Uint8Array): void {
  socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${body.length}\r\n\r\n`);
  socket.write(body);
}

function answer(request: WireRequest): void {
  const path = request.line.split(" ")[1]!.split("?")[0]!;
  (answers[path] ?? (({ socket }) => socket.write(ok("?"))))(request);
}

describe("transport", () => {
  let server: WireServer;
  let ca: string;
  let transport: Transport;

  before(async () => {
    const authority = await createAuthority();
    const { chain, key } = await authority.issue({ commonName: "server", ipAddresses: ["127.0.0.1"] });
    server = await startWireServer(answer, { tls: { cert: chain, key } });
    ca = authority.cert;
    transport = createTransport({ tls: { ca } }, platform);
  });

  after(async () => {
    await transport.close();
    await server.close();
  });

  const get = (path: string, init?: Parameters<Transport["fetch"]>[1]) => transport.fetch(`${server.url}${path}`, init);
  const last = () => server.requests.at(-1)!;

  it("fetch() makes one connection for twenty requests in a row", async () => {
    const { accepted } = server;
    const alone = createTransport({ tls: { ca } }, platform);
    for (let turn = 0; turn < 20; turn++) {
      assert.equal(await (await alone.fetch(`${server.url}/hello`)).text(), "hello");
    }
    assert.equal(server.accepted - accepted, 1);
    await alone.close();
  });

  it("fetch() makes a connection for each of five requests at a time, and keeps them", async () => {
    const { accepted } = server;
    const alone = createTransport({ tls: { ca } }, platform);
    const five = () =>
      Promise.all(Array.from({ length: 5 }, async () => (await alone.fetch(`${server.url}/slow`)).text()));
    assert.deepEqual(await five(), Array(5).fill("onetwothree"));
    await five();
    assert.equal(server.accepted - accepted, 5);
    await alone.close();
  });

  it("fetch() sends pairs as header lines of their own, in order", async () => {
    const headers = [["Impersonate-User", "u"], ["Impersonate-Group", "a"], ["Impersonate-Group", "b"]] as const;
    await (await get("/hello?q=1&r=%2F", { headers })).text();
    assert.equal(last().line, "GET /hello?q=1&r=%2F HTTP/1.1");
    assert.deepEqual(last().headers, [["Host", `127.0.0.1:${server.port}`], ...headers, ["Connection", "keep-alive"]]);
  });

  it("fetch() takes headers as an object and as Headers", async () => {
    await (await get("/hello", { headers: { accept: "a" } })).text();
    assert.deepEqual(last().headers[1], ["accept", "a"]);
    await (await get("/hello", { headers: new Headers([["accept", "b"]]) })).text();
    assert.deepEqual(last().headers[1], ["accept", "b"]);
  });

  it("fetch() leaves framing to itself", async () => {
    const headers = [["Content-Length", "99"], ["Host", "elsewhere"], ["Transfer-Encoding", "chunked"]] as const;
    await (await get("/hello", { method: "POST", headers, body: "four" })).text();
    assert.equal(last().body, "four");
    const names = last().headers.map(([name]) => name);
    assert.deepEqual(names, ["Host", "Content-Type", "Content-Length", "Connection"]);
    assert.equal(last().headers[0]![1], `127.0.0.1:${server.port}`);
  });

  it("fetch() refuses a header that would break its line, and does not show it", async () => {
    const headers = [["Authorization", "Bearer s3cret\r\nX-Injected: 1"]] as const;
    const { length } = server.requests;
    await assert.rejects(get("/hello", { headers }), (error: Error) => {
      assert.ok(hasCode(error, "invalid_argument"));
      assert.match(error.message, /Authorization/);
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    });
    assert.equal(server.requests.length, length);
  });

  const bodies: Readonly<Record<string, [body: () => BodyInit, sent: string, type: string | undefined]>> = {
    "text": [() => "ä", "\xC3\xA4", "text/plain;charset=UTF-8"],
    "bytes": [() => new Uint8Array([104, 105]), "hi", undefined],
    "an ArrayBuffer": [() => new Uint8Array([104, 105]).buffer, "hi", undefined],
    "a Blob": [() => new Blob(["hi"], { type: "a/b" }), "hi", "a/b"],
    "URLSearchParams": [() => new URLSearchParams({ a: "b c" }), "a=b+c", "application/x-www-form-urlencoded"],
  };
  for (const [name, [body, sent, type]] of Object.entries(bodies)) {
    it(`fetch() sends ${name} with its length`, async () => {
      await (await get("/hello", { method: "POST", body: body() })).text();
      const headers = new Headers(last().headers as [string, string][]);
      assert.equal(last().body, sent);
      assert.equal(headers.get("content-length"), String(sent.length));
      assert.equal(headers.get("content-type")?.split(";")[0], type?.split(";")[0]);
    });
  }

  it("fetch() streams a body in chunks", async () => {
    const body = new ReadableStream({
      start(controller) {
        for (const word of ["one", "two"]) controller.enqueue(new TextEncoder().encode(word));
        controller.close();
      },
    });
    await (await get("/hello", { method: "POST", body })).text();
    assert.equal(last().body.replaceAll(/\r\n|\b[0-9a-f]+(?=\r\n)/g, ""), "onetwo");
  });

  it("fetch() fails with the error of the body that it streams", async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error("no more")) });
    await assert.rejects(get("/hello", { method: "POST", body }), /no more/);
  });

  it("fetch() says that a POST without a body has none", async () => {
    await (await get("/hello", { method: "post" })).text();
    assert.equal(last().line, "POST /hello HTTP/1.1");
    assert.equal(new Headers(last().headers as [string, string][]).get("content-length"), "0");
  });

  it("fetch() gives status, status text and every header line", async () => {
    const created = await get("/created");
    assert.deepEqual([created.status, created.statusText, await created.text()], [201, "Made it", ""]);
    const { headers } = await get("/headers");
    assert.deepEqual(headers.getSetCookie(), ["a=1", "b=2"]);
    assert.equal(headers.get("warning"), '299 - "one", 299 - "two"');
  });

  it("fetch() returns a redirect as it is", async () => {
    const response = await get("/moved", { redirect: "follow" });
    assert.deepEqual([response.status, response.headers.get("location")], [302, "/hello"]);
    await response.body?.cancel();
  });

  it("fetch() returns answers that have no body, and keeps their connection", async () => {
    const alone = createTransport({ tls: { ca } }, platform);
    const { accepted } = server;
    for (
      const [path, method, status] of [["/nothing", "GET", 204], ["/unchanged", "GET", 304], ["/head", "HEAD", 200]]
    ) {
      const response = await alone.fetch(`${server.url}${path}`, { method: String(method) });
      assert.deepEqual([response.status, response.body], [status, null]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await (await alone.fetch(`${server.url}/hello`)).text();
    assert.equal(server.accepted - accepted, 1);
    await alone.close();
  });

  it("fetch() passes over interim answers", async () => {
    const response = await get("/early");
    assert.deepEqual([response.status, await response.text()], [200, "hello"]);
  });

  it("a body reads as json, text, bytes, arrayBuffer and blob, once", async () => {
    assert.deepEqual(await (await get("/json")).json(), { names: ["ä", "€"] });
    assert.equal(await (await get("/json")).text(), '{"names":["ä","€"]}');
    assert.deepEqual([...await (await get("/hello")).bytes()], [104, 101, 108, 108, 111]);
    assert.equal((await (await get("/hello")).arrayBuffer()).byteLength, 5);
    assert.equal(await (await (await get("/hello")).blob()).text(), "hello");
    const response = await get("/hello");
    assert.equal(response.bodyUsed, false);
    const copy = response.clone();
    assert.equal(await response.text(), "hello");
    assert.equal(response.bodyUsed, true);
    await assert.rejects(response.text(), TypeError);
    assert.equal(await copy.text(), "hello");
  });

  it("a body arrives piece by piece", async () => {
    const pieces: string[] = [];
    for await (const piece of (await get("/slow")).body!) pieces.push(new TextDecoder().decode(piece));
    assert.deepEqual(pieces, ["one", "two", "three"]);
  });

  it("a body of megabytes arrives whole", async () => {
    assert.equal((await (await get("/wide")).text()).length, 10_000_000);
    assert.equal(await (await get("/until-close")).text(), "the end");
  });

  it("a body that nobody reads holds the server back", async () => {
    const response = await get("/endless");
    try {
      assert.ok(await eventually(() => written > 0));
      // Until every buffer on the way is full; a server that is not held back writes for ever.
      let before = 0;
      for (let round = 0; round < 100 && before !== written; round++) {
        before = written;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert.equal(written, before);
      assert.ok(before < 50_000_000, `${before} bytes went out unread`);
    } finally {
      await response.body!.cancel();
    }
  });

  it("cancelling a body closes its connection", async () => {
    const response = await get("/stream");
    const { socket } = last();
    await response.body!.cancel();
    assert.ok(await eventually(() => socket.destroyed));
  });

  for (const encoding of ["gzip", "x-gzip", "deflate", "br"]) {
    it(`a body in ${encoding} comes plain, and its headers do not speak of it`, async () => {
      const response = await get(`/${encoding}`);
      assert.equal(response.headers.get("content-encoding"), null);
      assert.equal(response.headers.get("content-length"), null);
      assert.equal(await response.text(), "small ä");
    });
  }

  it("a compressed body of megabytes arrives whole, and its connection is used again", async () => {
    const { accepted } = server;
    assert.equal((await (await get("/gzip-wide")).text()).length, 10_000_000);
    assert.equal(await (await get("/hello")).text(), "hello");
    assert.equal(server.accepted, accepted);
  });

  for (const path of ["/gzip-broken", "/gzip-short"]) {
    it(`a compressed body that does not decompress is an error (${path})`, async () => {
      await assert.rejects((await get(path)).text(), (error: Error) => hasCode(error, "protocol"));
    });
  }

  it("fetch() rejects with the reason of a signal that has aborted", async () => {
    const { length } = server.requests;
    const reason = { why: "before" };
    await assert.rejects(get("/hello", { signal: AbortSignal.abort(reason) }), (error) => error === reason);
    assert.equal(server.requests.length, length);
  });

  it("fetch() rejects with the signal's reason while it waits for the head", async () => {
    const stop = new AbortController();
    const { length } = server.requests;
    const pending = get("/never", { signal: stop.signal });
    assert.ok(await eventually(() => server.requests.length > length));
    const { socket } = last();
    stop.abort("during the head");
    await assert.rejects(pending, (error) => error === "during the head");
    assert.ok(await eventually(() => socket.destroyed));
  });

  it("a body rejects with the signal's reason while it is being read", async () => {
    const stop = new AbortController();
    const response = await get("/stream", { signal: stop.signal });
    const reading = response.text();
    const reason = new Error("during the body");
    setTimeout(() => stop.abort(reason), 20);
    await assert.rejects(reading, (error) => error === reason);
  });

  it("fetch() rejects with the signal's reason while it connects", async () => {
    const silent = await startWireServer(() => {});
    const stop = new AbortController();
    const pending = transport.fetch(silent.url.replace("http:", "https:"), { signal: stop.signal });
    assert.ok(await eventually(() => silent.accepted === 1));
    stop.abort("during the handshake");
    await assert.rejects(pending, (error) => error === "during the handshake");
    assert.ok(await eventually(() => silent.open === 0));
    await silent.close();
  });

  it("a signal that aborts after the end changes nothing", async () => {
    const stop = new AbortController();
    const response = await get("/hello", { signal: stop.signal });
    assert.equal(await response.text(), "hello");
    stop.abort();
    assert.equal(await (await get("/hello")).text(), "hello");
  });
});
