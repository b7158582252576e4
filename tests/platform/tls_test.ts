import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { TLSSocket } from "node:tls";
import { hasCode } from "../../errors.ts";
import { createTransport } from "../../platform/transport.ts";
import type { Platform } from "../../platform/types.ts";
import { makePki, type Pki, type TlsCase, tlsCases } from "./tls_cases.ts";
import { ok, startWireServer, type WireServer } from "./wire_server.ts";

const platform = { env: () => undefined } as unknown as Platform;

describe("transport over TLS", () => {
  let pki: Pki;
  const servers = new Map<string, WireServer>();

  before(async () => void (pki = await makePki()));
  after(() => Promise.all([...servers.values()].map((server) => server.close())));

  for (const row of tlsCases) {
    it(`${row.fails ? "fails" : "connects"}: ${row.name}`, async () => {
      const server = await serverFor(row);
      const { accepted } = server;
      const { length } = server.requests;
      const exchange = async () => {
        const transport = createTransport({ tls: row.tls(pki) }, platform);
        try {
          return await (await transport.fetch(`${server.url}/`, { headers: [["Authorization", "Bearer s3cret"]] }))
            .text();
        } finally {
          await transport.close();
        }
      };
      if (row.fails) {
        const [code, says] = row.fails;
        await assert.rejects(exchange, (error: Error) => {
          assert.match(error.message, says);
          assert.ok(hasCode(error, code), String(error));
          assert.doesNotMatch(error.message, /s3cret|BEGIN/);
          return true;
        });
        assert.equal(server.requests.length, length, "a request went out");
        assert.equal(server.accepted - accepted, row.early ? 0 : 1);
        return;
      }
      assert.equal(await exchange(), "hello");
      const socket = server.requests.at(-1)!.socket as TLSSocket;
      assert.equal(server.accepted - accepted, 1);
      if (row.sni !== undefined) assert.equal((socket as { servername?: string | false }).servername || "", row.sni);
    });
  }

  it("shows the server the client certificate that it was given", async () => {
    const { root, clients } = pki;
    const server = await serverFor({ name: "", mutual: true, tls: () => ({}) });
    for (const { cert, chain, key } of [clients.rsa, clients.ec, clients.ed25519, clients.chained]) {
      const transport = createTransport({ tls: { ca: root.cert, certificate: chain, key } }, platform);
      assert.equal(await (await transport.fetch(server.url)).text(), "hello");
      const socket = server.requests.at(-1)!.socket as TLSSocket;
      assert.equal(socket.authorized, true);
      assert.equal(socket.getPeerCertificate().fingerprint256, new X509Certificate(cert).fingerprint256);
      await transport.close();
    }
  });

  it("keeps verification on for every other pool while it is off for one", async () => {
    const server = await serverFor({ name: "", tls: () => ({}) });
    const off = createTransport({ tls: { insecure: true } }, platform);
    const on = createTransport({}, platform);
    assert.equal(await (await off.fetch(server.url)).text(), "hello");
    await assert.rejects(on.fetch(server.url), (error) => hasCode(error, "tls_failed"));
    assert.equal(await (await off.fetch(server.url)).text(), "hello");
    await assert.rejects(on.fetch(server.url), (error) => hasCode(error, "tls_failed"));
    await Promise.all([off.close(), on.close()]);
  });

  it("speaks TLS 1.2 at least", async () => {
    const { root, servers: { byAddress } } = pki;
    const old = await startWireServer(({ socket }) => socket.write(ok("hello")), {
      tls: { cert: byAddress.chain, key: byAddress.key, maxVersion: "TLSv1.2" },
    });
    const transport = createTransport({ tls: { ca: root.cert } }, platform);
    assert.equal(await (await transport.fetch(old.url)).text(), "hello");
    assert.equal((old.requests[0]!.socket as TLSSocket).getProtocol(), "TLSv1.2");
    await transport.close();
    await old.close();
  });

  /** One server for each combination that the rows ask for. */
  async function serverFor({ server = "byAddress", presents = "chain", mutual = false }: TlsCase): Promise<WireServer> {
    const name = `${server} ${presents} ${mutual}`;
    const issued = pki.servers[server];
    const known = servers.get(name) ?? await startWireServer(({ socket }) => socket.write(ok("hello")), {
      tls: {
        cert: issued[presents],
        key: issued.key,
        ca: pki.root.cert,
        requestCert: mutual,
        rejectUnauthorized: mutual,
      },
    });
    servers.set(name, known);
    return known;
  }
});
