import assert from "node:assert/strict";
import http from "node:http";
import { createServer } from "node:net";
import { before, describe, it } from "node:test";
import { type ErrorCode, hasCode } from "../../errors.ts";
import { dial } from "../../platform/dial.ts";
import { endIdleAfter } from "../../platform/idle.ts";
import { createTransport } from "../../platform/transport.ts";
import type { Platform, Transport } from "../../platform/types.ts";
import { createAuthority } from "../../testing/pki.ts";
import { descriptors, eventually, hasProc } from "./scratch.ts";
import { ok, startWireServer, type WireRequest, type WireServer } from "./wire_server.ts";

const platform = { env: () => undefined } as unknown as Platform;
const cut = /: connection closed in the middle of the response$/;

/** What the server does with requests, one after the other. */
type Script = (request: WireRequest, turn: number) => void;

function fails(code: ErrorCode, says: RegExp): (error: Error) => boolean {
  return (error) => {
    assert.match(error.message, says);
    assert.ok(hasCode(error, code), `${error}`);
    return true;
  };
}

/** Answers whatever comes as a web server answers a TLS handshake. */
async function startPlainServer(): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

describe("transport, when things go wrong", () => {
  let tls: { cert: string; key: string };
  let ca: string;

  before(async () => {
    const authority = await createAuthority();
    const { chain, key } = await authority.issue({ commonName: "server", ipAddresses: ["127.0.0.1"] });
    tls = { cert: chain, key };
    ca = authority.cert;
  });

  /** A server with a script, and a transport to it. Afterwards both are closed, and the transport leaves no connection. */
  async function withServer(
    script: Script,
    use: (server: WireServer, transport: Transport) => Promise<void>,
  ): Promise<void> {
    const server = await startWireServer((request) => script(request, server.requests.length), { tls });
    const transport = createTransport({ tls: { ca } }, platform);
    try {
      await use(server, transport);
      await transport.close();
      assert.ok(await eventually(() => server.open === 0), `${server.open} connections were left`);
    } finally {
      await server.close();
    }
  }

  it("names host and port of a server that is down", async () => {
    const server = await startWireServer(() => {});
    await server.close();
    const transport = createTransport({ tls: { ca } }, platform);
    const says = new RegExp(`^Cannot connect to 127\\.0\\.0\\.1:${server.port}: .*ECONNREFUSED`);
    await assert.rejects(transport.fetch(`https://127.0.0.1:${server.port}/`), fails("connection_failed", says));
    await assert.rejects(transport.fetch(`http://127.0.0.1:${server.port}/`), fails("connection_failed", says));
    await transport.close();
  });

  it("names a host that does not exist", async () => {
    const transport = createTransport({ tls: { ca } }, platform);
    await assert.rejects(
      transport.fetch("https://no-such-host.invalid/"),
      fails("connection_failed", /^Cannot connect to no-such-host\.invalid:443: .*no-such-host\.invalid/),
    );
    await transport.close();
  });

  const cuts: Readonly<Record<string, (socket: WireRequest["socket"]) => void>> = {
    "short of its length, by an orderly close": (socket) =>
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"),
    "short of its length, abruptly": (socket) =>
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", () => void socket.destroy()),
    "between two chunks": (socket) => socket.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
    "in the middle of a chunk": (socket) => socket.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhel"),
    "before the first byte of the body": (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
    "while it is compressed": (socket) =>
      socket.end("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99\r\n\r\n\x1f"),
  };
  for (const [name, script] of Object.entries(cuts)) {
    it(`a body that is cut ${name} is an error, never a short body`, async () => {
      await withServer(({ socket }) => script(socket), async (server, transport) => {
        const response = await transport.fetch(`${server.url}/pods?secret=1`);
        await assert.rejects(response.text(), fails("connection_failed", cut));
      });
    });
  }

  it("a cut fails whoever iterates over the body as well", async () => {
    await withServer(({ socket }) => cuts["between two chunks"]!(socket), async (server, transport) => {
      const { body } = await transport.fetch(server.url);
      await assert.rejects(async () => {
        for await (const _ of body!);
      }, fails("connection_failed", cut));
    });
  });

  it("a head that never ends is an error", async () => {
    await withServer(({ socket }) => {
      socket.write(`HTTP/1.1 200 OK\r\nX-Long: ${"x".repeat(1_000_000)}`);
    }, async (server, transport) => {
      await assert.rejects(transport.fetch(server.url), fails("protocol", /Header|overflow/i));
    });
  });

  it("what is no HTTP is an error", async () => {
    await withServer(({ socket }) => socket.end("SSH-2.0-OpenSSH_9.6\r\n"), async (server, transport) => {
      await assert.rejects(transport.fetch(server.url), fails("protocol", /^Cannot GET https:/));
    });
  });

  it("a status that HTTP does not know is an error", async () => {
    await withServer(
      ({ socket }) => socket.write("HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n"),
      async (server, transport) => {
        await assert.rejects(transport.fetch(server.url), fails("protocol", /status/i));
      },
    );
  });

  it("a plain server behind an https URL is a failure of TLS", async () => {
    const plain = await startPlainServer();
    const transport = createTransport({ tls: { ca } }, platform);
    await assert.rejects(
      transport.fetch(`https://127.0.0.1:${plain.port}`),
      fails("tls_failed", /^Cannot connect to /),
    );
    await transport.close();
    await plain.close();
  });

  it("a handshake that nobody answers times out, and names the server", async () => {
    const silent = await startWireServer(() => {});
    const url = new URL(`https://127.0.0.1:${silent.port}`);
    const says = new RegExp(`^Cannot connect to 127\\.0\\.0\\.1:${silent.port}: no answer within 0\\.05 s$`);
    await assert.rejects(dial(url, { tls: { ca }, handshakeTimeout: 50 }), fails("timeout", says));
    assert.ok(await eventually(() => silent.open === 0));
    await silent.close();
  });

  for (const scheme of ["http", "socks5"]) {
    it(`a ${scheme} proxy that does not answer times out, and is named`, async () => {
      const silent = await startWireServer(() => {});
      const proxy = new URL(`${scheme}://u:s3cret@127.0.0.1:${silent.port}`);
      const says = new RegExp(
        `^Cannot connect to far\\.test:443 through the proxy 127\\.0\\.0\\.1:${silent.port}: no answer`,
      );
      const connecting = dial(new URL("https://far.test"), { tls: { ca }, proxy, connectTimeout: 100 });
      await assert.rejects(connecting, fails("timeout", says));
      assert.ok(await eventually(() => silent.open === 0));
      await silent.close();
    });
  }

  /** Answers the first request, and hangs up on the second if it comes over the same connection. */
  const stale: Script = ({ socket, connection }, turn) => {
    if (turn === 1 || connection > 1) socket.write(ok(`connection ${connection}`));
    else socket.destroy();
  };

  it("a GET that meets a connection just closed is sent once more, over a new one", async () => {
    await withServer(stale, async (server, transport) => {
      assert.equal(await (await transport.fetch(server.url)).text(), "connection 1");
      assert.equal(await (await transport.fetch(server.url)).text(), "connection 2");
      assert.equal(server.requests.length, 3);
    });
  });

  it("a POST that meets a connection just closed is not sent again", async () => {
    await withServer(stale, async (server, transport) => {
      assert.equal(await (await transport.fetch(server.url)).text(), "connection 1");
      const post = transport.fetch(server.url, { method: "POST", body: "once" });
      await assert.rejects(post, fails("connection_failed", /^Cannot POST https:/));
      assert.equal(server.requests.length, 2);
    });
  });

  it("a GET over a new connection is not sent again", async () => {
    await withServer(({ socket }) => void socket.destroy(), async (server, transport) => {
      await assert.rejects(transport.fetch(server.url), fails("connection_failed", /^Cannot GET https:/));
      assert.equal(server.requests.length, 1);
    });
  });

  it("a GET whose answer has begun is not sent again", async () => {
    await withServer(({ socket }, turn) => {
      if (turn === 1) return socket.write(ok("first"));
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello");
    }, async (server, transport) => {
      assert.equal(await (await transport.fetch(server.url)).text(), "first");
      await assert.rejects((await transport.fetch(server.url)).text(), fails("connection_failed", cut));
      assert.equal(server.requests.length, 2);
    });
  });

  it("idle connections that the server has closed are passed over", async () => {
    await withServer(({ socket }) => socket.write(ok("hello")), async (server, transport) => {
      const get = async () => await (await transport.fetch(server.url)).text();
      await Promise.all([get(), get(), get()]);
      server.disconnect();
      assert.ok(await eventually(() => server.open === 0));
      assert.equal(await (await transport.fetch(server.url, { method: "POST" })).text(), "hello");
    });
  });

  it("close() ends idle connections and takes no more requests", async () => {
    await withServer(({ socket }) => socket.write(ok("hello")), async (server, transport) => {
      assert.equal(await (await transport.fetch(server.url)).text(), "hello");
      assert.equal(server.open, 1);
      await transport.close();
      assert.ok(await eventually(() => server.open === 0));
      await assert.rejects(transport.fetch(server.url), (error) => hasCode(error, "closed"));
      assert.equal(server.requests.length, 1);
    });
  });

  it("close() lets a response in flight end, then its connection", async () => {
    await withServer(({ socket }) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    }, async (server, transport) => {
      const response = await transport.fetch(server.url);
      let closed = false;
      const closing = transport.close().then(() => closed = true);
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.deepEqual([closed, server.open], [false, 1]);
      server.requests[0]!.socket.write("world");
      assert.equal(await response.text(), "helloworld");
      await closing;
      assert.ok(await eventually(() => server.open === 0));
    });
  });

  it("close() with a reason fails what is in flight with it: head, body and handshake", async () => {
    const silent = await startWireServer(() => {});
    await withServer(({ socket, line }) => {
      if (line.includes("/body")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    }, async (server, transport) => {
      const reason = new Error("shut down");
      const is = (error: Error) => error === reason;
      const body = (await transport.fetch(`${server.url}/body`)).text();
      const head = transport.fetch(`${server.url}/head`);
      const handshake = transport.fetch(`https://127.0.0.1:${silent.port}`);
      const outcome = Promise.all([
        assert.rejects(body, is),
        assert.rejects(head, is),
        assert.rejects(handshake, is),
      ]);
      assert.ok(await eventually(() => server.requests.length === 2 && silent.accepted === 1));
      await transport.close(reason);
      await outcome;
      await assert.rejects(transport.fetch(server.url), is);
      assert.ok(await eventually(() => silent.open === 0));
    });
    await silent.close();
  });

  it("close() leaves no descriptor behind", { skip: !hasProc }, async () => {
    await withServer(({ socket }) => socket.write(ok("hello")), async (server, transport) => {
      await (await transport.fetch(server.url)).text();
    });
    const before = descriptors().length;
    await withServer(({ socket }) => socket.write(ok("hello")), async (server, transport) => {
      await Promise.all(Array.from({ length: 5 }, async () => (await transport.fetch(server.url)).text()));
      await assert.rejects(transport.fetch("https://127.0.0.1:1"));
    });
    assert.ok(await eventually(() => descriptors().length <= before), `${before} -> ${descriptors().length}`);
  });
});

describe("endIdleAfter()", () => {
  it("ends a connection that nobody uses, and none that is in use", async () => {
    const server = await startWireServer(({ socket, line }) =>
      void socket.write(line.includes("/idle") ? ok("idle") : "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nquiet")
    );
    const agent = new http.Agent({ keepAlive: true });
    const stop = endIdleAfter(agent, 60);
    const get = (path: string) => http.get({ port: server.port, host: "127.0.0.1", path, agent });
    const busy = get("/busy");
    get("/idle").on("response", (response) => response.resume());
    assert.ok(await eventually(() => server.accepted === 2));
    assert.ok(await eventually(() => server.open === 1));
    await new Promise((resolve) => setTimeout(resolve, 120));
    assert.equal(server.open, 1);
    busy.destroy();
    busy.on("error", () => {});
    stop();
    await server.close();
  });
});
