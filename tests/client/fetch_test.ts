import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { cached, type ObservedSource } from "../../auth/source.ts";
import type { Credential, CredentialSource } from "../../auth/types.ts";
import { createFetch } from "../../client/mod.ts";
import type { ConnectionInit } from "../../kubeconfig/types.ts";
import { createAuthority } from "../../testing/mod.ts";
import { fakeTransports, type Sent } from "./fake_transports.ts";

const server = "https://10.0.0.1:6443";

function header({ headers }: Sent, name: string): string[] {
  return headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}

const tokens = (...list: string[]): CredentialSource => {
  let at = 0;
  let held: Credential = { token: list[0]! };
  return (request) => {
    if (request?.rejected === held) held = { token: list[Math.min(++at, list.length - 1)]! };
    return Promise.resolve(held);
  };
};

const accept = (token: string) => (sent: Sent) =>
  new Response("body", { status: header(sent, "authorization")[0] === `Bearer ${token}` ? 200 : 401 });

describe("createFetch()", () => {
  it("sends the credential, impersonation as separate lines, and its own name", async () => {
    const { platform, sent } = fakeTransports(() => new Response("ok"));
    const connection: ConnectionInit = {
      server,
      impersonate: { user: "jane", uid: "7", groups: ["a", "b"], extra: { "k/1": ["v", "w"] } },
      proxyUrl: "http://proxy:3128",
    };
    const fetch = createFetch(connection, async () => ({ token: "t" }), { platform });
    assert.equal(await (await fetch("/version")).text(), "ok");
    assert.deepEqual(sent[0]!.headers, [
      ["Authorization", "Bearer t"],
      ["Impersonate-User", "jane"],
      ["Impersonate-Uid", "7"],
      ["Impersonate-Group", "a"],
      ["Impersonate-Group", "b"],
      ["Impersonate-Extra-k%2f1", "v"],
      ["Impersonate-Extra-k%2f1", "w"],
      ["Accept-Encoding", "gzip"],
      ["User-Agent", "kubecred/0.1.0"],
    ]);
    await fetch.close();
  });

  it("T07 leaves a caller's Authorization alone, and then neither refreshes nor replays", async () => {
    const { platform, sent } = fakeTransports(() => new Response("no", { status: 401 }));
    for (const credential of [{ token: "t" }, { basic: { username: "u", password: "p" } }]) {
      let calls = 0;
      const fetch = createFetch({ server }, () => Promise.resolve((calls++, credential)), { platform });
      sent.length = 0;
      const response = await fetch("/x", { headers: { authorization: "Bearer mine" } });
      assert.equal(response.status, 401);
      assert.equal(sent.length, 1);
      assert.equal(calls, 1);
      assert.deepEqual(header(sent[0]!, "authorization"), ["Bearer mine"]);
    }
  });

  it("leaves all impersonation to a caller who sets the user", async () => {
    const { platform, sent } = fakeTransports(() => new Response("ok"));
    const fetch = createFetch({ server, impersonate: { user: "jane", groups: ["a"] } }, async () => ({}), { platform });
    await fetch("/x", { headers: { "impersonate-user": "joe" } });
    assert.deepEqual(header(sent[0]!, "impersonate-user"), ["joe"]);
    assert.deepEqual(header(sent[0]!, "impersonate-group"), []);
  });

  it("sends basic authentication in UTF-8 and asks for no compression where it is disabled", async () => {
    const { platform, sent } = fakeTransports(() => new Response("ok"));
    const basic = { username: "jané", password: "p:w" };
    const fetch = createFetch({ server, disableCompression: true }, async () => ({ basic }), { platform });
    await fetch("/x");
    assert.deepEqual(header(sent[0]!, "authorization"), [`Basic ${Buffer.from("jané:p:w").toString("base64")}`]);
    assert.deepEqual(header(sent[0]!, "accept-encoding"), []);
  });

  it("sends nothing secret to another origin", async () => {
    const { platform, sent } = fakeTransports(() => new Response("ok"));
    const outward: unknown[][] = [];
    const fetch = createFetch({ server, impersonate: { user: "jane" } }, async () => ({ token: "secret" }), {
      platform: { ...platform, fetch: (...args) => Promise.resolve((outward.push(args), new Response("elsewhere"))) },
    });
    const rows = ["https://other.example/x", "http://10.0.0.1:6443/x", "https://10.0.0.1:6444/x", "https://10.0.0.1/x"];
    for (const url of rows) assert.equal(await (await fetch(url, { method: "GET" })).text(), "elsewhere");
    assert.equal(sent.length, 0);
    assert.equal(outward.length, rows.length);
    assert.ok(!JSON.stringify(outward).match(/secret|jane/));
  });

  it("sends a Request for another origin as it is", async () => {
    const { platform } = fakeTransports(() => new Response("ok"));
    const outward: RequestInit[] = [];
    const fetch = createFetch({ server }, async () => ({ token: "secret" }), {
      platform: {
        ...platform,
        fetch: (_url, init) => Promise.resolve((outward.push(init as RequestInit), new Response())),
      },
    });
    await fetch(new Request("https://other.example/x", { method: "POST", body: "payload", headers: { "x-own": "1" } }));
    const [{ method, headers, body }] = outward as [RequestInit];
    assert.equal(method, "POST");
    assert.equal(new Headers(headers as [string, string][]).get("x-own"), "1");
    assert.equal(await new Response(body).text(), "payload");
  });

  it("returns a redirect that names no URL", async () => {
    const { platform } = fakeTransports(() => new Response("", { status: 302, headers: { location: "http://[" } }));
    const fetch = createFetch({ server }, async () => ({ token: "t" }), { platform });
    assert.equal((await fetch("/x")).status, 302);
  });

  it("sends names and tokens in UTF-8, as client-go does", async () => {
    const { platform, sent } = fakeTransports(() => new Response("ok"));
    const impersonate = { user: "jörg", uid: "ü", groups: ["名前"], extra: { k: ["é"] } };
    const fetch = createFetch({ server, impersonate }, async () => ({ token: "tökèn" }), { platform });
    await fetch("/x");
    const names = ["authorization", "impersonate-user", "impersonate-uid", "impersonate-group", "impersonate-extra-k"];
    const values = names.map((name) => Buffer.from(header(sent[0]!, name)[0]!, "latin1").toString());
    assert.deepEqual(values, ["Bearer tökèn", "jörg", "ü", "名前", "é"]);
  });

  it("follows redirects within the origin and returns all others", async () => {
    const { platform, sent } = fakeTransports(({ url }) =>
      new Response("", {
        status: url.endsWith("/end") ? 200 : 302,
        headers: { location: url.endsWith("/away") ? "https://evil.example/" : "/end", "content-length": "0" },
      })
    );
    const fetch = createFetch({ server }, async () => ({ token: "t" }), { platform });
    assert.equal((await fetch("/start")).status, 200);
    assert.equal((await fetch("/away")).status, 302);
    assert.deepEqual(sent.map(({ url }) => url), [`${server}/start`, `${server}/end`, `${server}/away`]);
  });

  it("gives up after ten redirects", async () => {
    const { platform, sent } = fakeTransports(() =>
      new Response(null, { status: 307, headers: { location: "/again" } })
    );
    const fetch = createFetch({ server }, async () => ({ token: "t" }), { platform });
    assert.equal((await fetch("/again")).status, 307);
    assert.equal(sent.length, 11);
  });

  describe("after a 401", () => {
    it("refreshes once and replays once", async () => {
      const { platform, sent } = fakeTransports(accept("new"));
      const fetch = createFetch({ server }, tokens("old", "new"), { platform });
      const response = await fetch("/x", { method: "POST", body: "payload" });
      assert.equal(response.status, 200);
      assert.deepEqual(sent.map((request) => header(request, "authorization")[0]), ["Bearer old", "Bearer new"]);
      assert.deepEqual(sent.map(({ body }) => body), ["payload", "payload"]);
    });

    it("returns the second 401", async () => {
      const { platform, sent } = fakeTransports(() => new Response("final", { status: 401 }));
      const fetch = createFetch({ server }, tokens("a", "b", "c"), { platform });
      const response = await fetch("/x");
      assert.equal(response.status, 401);
      assert.equal(await response.text(), "final");
      assert.equal(sent.length, 2);
    });

    it("replays with an equal credential, for a 401 can pass", async () => {
      let first = true;
      const { platform, sent } = fakeTransports(() => new Response("", { status: first ? (first = false, 401) : 200 }));
      const fetch = createFetch({ server }, async () => ({ token: "same" }), { platform });
      assert.equal((await fetch("/x")).status, 200);
      assert.equal(sent.length, 2);
    });

    it("refreshes without replaying when the body was a stream", async () => {
      const { platform, sent } = fakeTransports(accept("new"));
      const fetch = createFetch({ server }, tokens("old", "new"), { platform });
      const body = new Blob(["x"]).stream();
      assert.equal((await fetch("/x", { method: "POST", body, duplex: "half" } as RequestInit)).status, 401);
      assert.equal(sent.length, 1);
      assert.equal((await fetch("/x")).status, 200);
    });

    it("replays when the body of the 401 is cut off, or does not end", async () => {
      const headers = { "content-length": "20" };
      const bodies = [
        new ReadableStream({ start: (controller) => controller.error(new Error("cut")) }),
        new ReadableStream(),
      ];
      for (const body of bodies) {
        const answer = accept("new");
        const { platform } = fakeTransports((sent) =>
          answer(sent).ok ? answer(sent) : new Response(body, { status: 401, headers })
        );
        const sleep = () => Promise.resolve();
        const fetch = createFetch({ server }, tokens("old", "new"), { platform: { ...platform, sleep } });
        assert.equal((await fetch("/x")).status, 200);
      }
    });

    it("does nothing for an anonymous request", async () => {
      const { platform, sent } = fakeTransports(() => new Response("", { status: 401 }));
      const fetch = createFetch({ server }, async () => ({}), { platform });
      assert.equal((await fetch("/x")).status, 401);
      assert.equal(sent.length, 1);
    });

    it("does nothing for a 403", async () => {
      const { platform, sent } = fakeTransports(() => new Response("", { status: 403 }));
      const fetch = createFetch({ server }, tokens("a", "b"), { platform });
      assert.equal((await fetch("/x")).status, 403);
      assert.equal(sent.length, 1);
    });

    it("returns the 401 and warns when the refresh fails", async () => {
      const warnings: string[] = [];
      const { platform } = fakeTransports(() => new Response("refused", { status: 401 }));
      const source: CredentialSource = (request) =>
        request?.rejected ? Promise.reject(new Error("login is over")) : Promise.resolve({ token: "t" });
      const fetch = createFetch({ server }, source, { platform, onWarning: (text) => warnings.push(text) });
      const response = await fetch("/x");
      assert.equal(response.status, 401);
      assert.equal(await response.text(), "refused");
      assert.deepEqual(warnings, ["The server refused the credential, and refreshing it failed: login is over"]);
    });

    it("runs a cached source once for 20 callers: cold, expired, and all refused", async () => {
      let now = 1_000_000;
      let runs = 0;
      let good = "t1";
      const { platform, sent } = fakeTransports((request) => accept(good)(request));
      const run: ObservedSource = async () => {
        for (let i = 0; i < 20; i++) await null;
        return { token: `t${++runs}`, expiresAt: now + 600_000 };
      };
      const all = { ...platform, now: () => now };
      const fetch = createFetch({ server }, cached(run, { platform: all }), { platform: all });
      const twenty = async () => {
        const responses = await Promise.all(Array.from({ length: 20 }, () => fetch("/x")));
        assert.ok(responses.every(({ status }) => status === 200));
      };
      await twenty();
      assert.equal(runs, 1);
      now += 600_001;
      good = "t2";
      await twenty();
      assert.equal(runs, 2);
      good = "t3";
      sent.length = 0;
      await twenty();
      assert.equal(runs, 3);
      assert.equal(sent.length, 40);
    });
  });

  describe("when the client certificate changes", () => {
    const a = { cert: "cert-a", key: "key-a" };
    const b = { cert: "cert-b", key: "key-b" };

    it("sends later requests over a new pool and lets the old one run out", async () => {
      let credential: Credential = { certificate: a, token: "t" };
      let finish!: (response: Response) => void;
      const { platform, made, sent } = fakeTransports(({ url }) =>
        url.endsWith("/slow") ? new Promise((resolve) => finish = resolve) : new Response("ok")
      );
      const fetch = createFetch({ server }, () => Promise.resolve(credential), { platform });
      await fetch("/x");
      const slow = fetch("/slow");
      while (sent.length < 2) await new Promise((resolve) => setTimeout(resolve));
      credential = { certificate: { ...a }, token: "t2" };
      await fetch("/x");
      assert.equal(made.length, 1, "a new token, or an equal certificate, keeps the pool");
      credential = { certificate: b };
      await fetch("/x");
      assert.deepEqual(made.map(({ tls }) => [tls.certificate, tls.key]), [["cert-a", "key-a"], ["cert-b", "key-b"]]);
      assert.deepEqual(made[0]!.closed, [undefined], "the old pool closes without a reason: gracefully");
      finish(new Response("slow but whole"));
      assert.equal(await (await slow).text(), "slow but whole");
      credential = {};
      await fetch("/x");
      assert.equal(made.length, 3, "from a certificate to none is a change as well");
      await fetch.close();
      assert.ok(made[2]!.closed[0] instanceof Error);
    });

    it("fails no request that is about to be sent over the old pool", async () => {
      const server = createServer((request, response) => void request.resume().on("end", () => response.end("ok")));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const authority = await createAuthority();
      const certificates = [await authority.issue({ commonName: "a" }), await authority.issue({ commonName: "b" })];
      let turn = 0;
      const fetch = createFetch({ server: `http://127.0.0.1:${port}` }, async () => ({
        certificate: certificates[turn++ % 2]!,
      }));
      const bodies = [new Uint8Array([1]), new Uint8Array([1]).buffer, new Blob(["1"]), "1"];
      const send = (body: BodyInit) => fetch("/", { method: "POST", body }).then((response) => response.text());
      const texts = await Promise.all(Array.from({ length: 24 }, (_, index) => send(bodies[index % 4]!)));
      assert.ok(texts.every((text) => text === "ok"));
      await fetch.close();
      await new Promise((resolve) => server.close(resolve));
    });

    it("makes one pool for many first requests at once", async () => {
      const { platform, made } = fakeTransports(() => new Response("ok"));
      const fetch = createFetch({ server }, async () => ({ certificate: a }), { platform });
      await Promise.all(Array.from({ length: 20 }, () => fetch("/x")));
      assert.equal(made.length, 1);
    });
  });

  describe("close()", () => {
    it("ends waiting for a credential and refuses what comes after", async () => {
      const { platform } = fakeTransports(() => new Response("ok"));
      const fetch = createFetch({ server }, () => new Promise(() => {}), { platform });
      const waiting = fetch("/x");
      const refused = assert.rejects(waiting, { code: "closed" });
      await new Promise((resolve) => setTimeout(resolve));
      await fetch.close();
      await refused;
      await assert.rejects(fetch("/x"), { code: "closed" });
    });
  });

  describe("while TLS material is being read", () => {
    const connection: ConnectionInit = { server, tls: { ca: { file: "/ca.pem" } } };

    it("rejects when the signal aborts, and sends nothing once it is closed", async () => {
      const { cert } = await createAuthority();
      let read!: (bytes: Uint8Array) => void;
      const file = new Promise<Uint8Array>((resolve) => read = resolve);
      const { platform, made } = fakeTransports(() => new Response("ok"));
      const fetch = createFetch(connection, async () => ({ token: "t" }), {
        platform: { ...platform, readFile: () => file },
      });
      const leaving = new AbortController();
      const left = assert.rejects(fetch("/x", { signal: leaving.signal }), { message: "left" });
      const closed = assert.rejects(fetch("/x"), { code: "closed" });
      await new Promise((resolve) => setTimeout(resolve));
      leaving.abort(new Error("left"));
      await left;
      await fetch.close();
      await closed;
      read(new TextEncoder().encode(cert));
      await new Promise((resolve) => setTimeout(resolve));
      assert.equal(made.length, 0);
    });
  });
});
