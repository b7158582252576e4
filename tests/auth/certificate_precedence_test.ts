import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { credentialSource } from "../../auth/credential_source.ts";
import { createFetch } from "../../client/fetch.ts";
import type { ConnectionInit } from "../../kubeconfig/types.ts";
import { createAuthority, fakePlugin, startApiServer } from "../../testing/mod.ts";

describe("T04 client certificates of plugins", () => {
  let fixture: Awaited<ReturnType<typeof startFixture>>;
  before(async () => void (fixture = await startFixture()));
  after(() => fixture.close());

  it("T04 the plugin's certificate is presented", async () => {
    const { request } = fixture;
    const { runs, seen } = await request({}, ({ issued }) => ({ certificate: issued }));
    assert.deepEqual(seen, { clientCertificate: "plugin-user", token: undefined });
    assert.equal(runs, 1);
  });

  it("T04 the request fails with the plugin's error", async () => {
    const { request } = fixture;
    await assert.rejects(request({}, () => ({ exitCode: 3 })), { code: "plugin_failed" });
  });

  it("T04 no certificate is presented when the plugin gives none", async () => {
    const { request } = fixture;
    const { seen } = await request({}, () => ({ token: "test-token" }));
    assert.deepEqual(seen, { clientCertificate: undefined, token: "test-token" });
  });

  it("T04 the connection's own certificate is presented, and the plugin does not run", async () => {
    const { request, own } = fixture;
    const tls = { certificate: { data: own.cert }, key: { data: own.key } };
    const { runs, seen } = await request(tls, ({ issued }) => ({ certificate: issued }));
    assert.deepEqual(seen, { clientCertificate: "own-user", token: undefined });
    assert.equal(runs, 0);
  });
});

async function startFixture() {
  const authority = await createAuthority();
  const own = await authority.issue({ commonName: "own-user", usages: ["client"] });
  const issued = await authority.issue({ commonName: "plugin-user", usages: ["client"] });
  const api = await startApiServer({ authority });
  return { own, request, close: api.close };

  async function request(
    tls: ConnectionInit["tls"],
    reply: (made: { issued: typeof issued }) => NonNullable<Parameters<typeof fakePlugin>[0]>,
  ) {
    const plugin = await fakePlugin(reply({ issued }));
    const connection = {
      server: api.url,
      tls: { ca: { data: authority.cert }, ...tls },
      user: { exec: plugin.stanza },
    };
    const source = credentialSource(connection);
    const fetch = createFetch(connection, source);
    try {
      await (await fetch("/version")).text();
      const { clientCertificate, token } = api.requests.at(-1)!;
      return { runs: plugin.runs(), seen: { clientCertificate, token } };
    } finally {
      await Promise.all([fetch.close(), source.close?.()]);
      plugin.remove();
    }
  }
}
