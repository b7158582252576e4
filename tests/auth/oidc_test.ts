import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { type OidcOptions, oidcSource } from "../../auth/oidc.ts";
import type { OidcConfig } from "../../auth/oidc_refresh.ts";
import { encodeBase64 } from "../../encoding/base64.ts";
import { KubecredError } from "../../errors.ts";
import { createAuthority } from "../../testing/mod.ts";
import { memoryPlatform } from "./memory_platform.ts";
import { expiring, granted, hour, stanza, start, withIssuer } from "./oidc_fixture.ts";

describe("oidcSource()", () => {
  it("uses the id-token up to ten seconds before its expiry, then refreshes", async () => {
    await withIssuer({ token: () => granted() }, async (issuer, platform) => {
      const valid = expiring(start + 11_000);
      const source = oidcSource(stanza(issuer, { "id-token": valid }), { platform });
      const credential = await source();
      assert.equal(credential.token, valid);
      assert.equal(credential.expiresAt, start + 1_000);
      assert.equal(issuer.requests.length, 0);
    });
    await withIssuer({ token: () => granted() }, async (issuer, platform) => {
      const source = oidcSource(stanza(issuer, { "id-token": expiring(start + 10_000) }), { platform });
      assert.equal((await source()).token, expiring(start + hour));
      assert.equal(issuer.requests.length, 1);
    });
  });

  it("finds the token endpoint by discovery, with or without a slash after the issuer", async () => {
    for (const slash of ["", "/"]) {
      await withIssuer({ token: () => granted() }, async (issuer, platform) => {
        const credential = await oidcSource(stanza({ url: issuer.url + slash }), { platform })();
        assert.equal(credential.token, expiring(start + hour));
        assert.equal(credential.expiresAt, start + hour - 10_000);
        assert.deepEqual(issuer.paths, ["GET /.well-known/openid-configuration", "POST /token"]);
      });
    }
  });

  it("follows a redirect of discovery", async () => {
    await withIssuer({ token: () => granted(), redirect: "/moved" }, async (issuer, platform) => {
      await oidcSource(stanza(issuer), { platform })();
      assert.deepEqual(issuer.paths, ["GET /.well-known/openid-configuration", "GET /moved", "POST /token"]);
    });
  });

  it("sends the client's secret in the header, then in the body when the header is refused", async () => {
    const token = (_: unknown, count: number) =>
      count === 1 ? { status: 401, body: { error: "invalid_client" } } : granted();
    await withIssuer({ token }, async (issuer, platform) => {
      const fields = { "client-id": "my client", "client-secret": "s&cret", "extra-scopes": "groups" };
      await oidcSource(stanza(issuer, fields), { platform })();
      assert.deepEqual(issuer.requests, [
        {
          authorization: `Basic ${btoa("my+client:s%26cret")}`,
          form: { grant_type: "refresh_token", refresh_token: "refresh-1" },
        },
        {
          authorization: undefined,
          form: {
            grant_type: "refresh_token",
            refresh_token: "refresh-1",
            client_id: "my client",
            client_secret: "s&cret",
          },
        },
      ]);
    });
  });

  it("reads a reply in form encoding", async () => {
    const body = new URLSearchParams(granted().body as Record<string, string>).toString();
    await withIssuer({ token: () => ({ body, type: "text/plain; charset=utf-8" }) }, async (issuer, platform) => {
      assert.equal((await oidcSource(stanza(issuer), { platform })()).token, expiring(start + hour));
    });
  });

  it("persists the new id-token and the rotated refresh token, and spends that one next", async () => {
    const token = (_: unknown, count: number) =>
      granted({ id_token: expiring(start + count * hour), refresh_token: `refresh-${count + 1}` });
    await withIssuer({ token }, async (issuer, platform) => {
      const persisted: OidcConfig[] = [];
      const config = stanza(issuer, { "client-secret": "secret", "extra-scopes": "groups" });
      const persist = (config: OidcConfig) => Promise.resolve(void persisted.push(config));
      const source = oidcSource(config, { platform, persist });
      const first = await source();
      assert.deepEqual(persisted, [{ ...config, "id-token": first.token, "refresh-token": "refresh-2" }]);
      platform.advance(hour);
      const second = await source();
      assert.equal(second.token, expiring(start + 2 * hour));
      assert.deepEqual(issuer.requests.map(({ form }) => form["refresh_token"]), ["refresh-1", "refresh-2"]);
      assert.equal(persisted[1]?.["refresh-token"], "refresh-3");
    });
  });

  it("keeps the refresh token when the provider gives none or an empty one", async () => {
    const token = (_: unknown, count: number) =>
      granted({ id_token: expiring(start + count * hour), ...(count === 1 && { refresh_token: "" }) });
    await withIssuer({ token }, async (issuer, platform) => {
      const source = oidcSource(stanza(issuer), { platform });
      await source();
      platform.advance(hour);
      await source();
      platform.advance(hour);
      await source();
      assert.deepEqual(issuer.requests.map(({ form }) => form["refresh_token"]), Array(3).fill("refresh-1"));
    });
  });

  it("does not adopt tokens that could not be persisted", async () => {
    await withIssuer({ token: () => granted({ refresh_token: "refresh-2" }) }, async (issuer, platform) => {
      let writable = false;
      const persist = () =>
        writable
          ? Promise.resolve()
          : Promise.reject(new KubecredError("file_denied", "Cannot write /config: read-only"));
      const source = oidcSource(stanza(issuer), { platform, persist });
      await assert.rejects(source(), {
        code: "file_denied",
        message: "Cannot refresh the OIDC token: could not persist new tokens: Cannot write /config: read-only",
      });
      writable = true;
      platform.advance(hour / 60);
      await source();
      assert.deepEqual(issuer.requests.map(({ form }) => form["refresh_token"]), ["refresh-1", "refresh-1"]);
    });
  });

  it("refreshes once for parallel requests, and once for all sources of the same subject", async () => {
    await withIssuer({ token: () => granted() }, async (issuer, platform) => {
      const config = stanza(issuer, { "id-token": expiring(start) });
      const sources = Array.from({ length: 4 }, () => oidcSource(config, { platform, server: "https://a" }));
      const credentials = await Promise.all(sources.flatMap((source) => [source(), source(), source()]));
      assert.equal(new Set(credentials).size, 1);
      assert.equal(issuer.requests.length, 1);
    });
  });

  it("keeps the tokens of two subjects of one provider apart", async () => {
    const other = expiring(start + 2 * hour, { sub: "bob" });
    await withIssuer({}, async (issuer, platform) => {
      const ada = oidcSource(stanza(issuer, { "id-token": expiring(start + hour) }), { platform });
      const bob = oidcSource(stanza(issuer, { "id-token": other }), { platform });
      assert.equal((await ada()).token, expiring(start + hour));
      assert.equal((await bob()).token, other);
    });
  });

  it("refreshes when the server refuses a token that looks valid", async () => {
    await withIssuer({ token: () => granted() }, async (issuer, platform) => {
      const source = oidcSource(stanza(issuer, { "id-token": expiring(start + 30 * 60_000) }), { platform });
      const rejected = await source();
      const fresh = await source({ rejected });
      assert.equal(fresh.token, expiring(start + hour));
      assert.equal(issuer.requests.length, 1);
    });
  });

  it("trusts the provider by idp-certificate-authority-data or idp-certificate-authority alone", async () => {
    const authority = await createAuthority();
    const tls = await authority.issue({ commonName: "issuer", ipAddresses: ["127.0.0.1"] });
    const data = encodeBase64(new TextEncoder().encode(authority.cert));
    await withIssuer({ tls, token: () => granted() }, async (issuer, platform) => {
      platform.files.set("/idp.crt", authority.cert);
      for (
        const trusted of [{ "idp-certificate-authority-data": data }, {
          "idp-certificate-authority": "/idp.crt",
        }] as OidcConfig[]
      ) assert.ok(await oidcSource(stanza(issuer, trusted), { platform })());
      await assert.rejects(oidcSource(stanza(issuer), { platform })(), { code: "tls_failed" });
      const other = { "idp-certificate-authority": "/missing.crt" };
      await assert.rejects(oidcSource(stanza(issuer, other), { platform })(), { code: "file_not_found" });
    });
  });

  it("gives up on a provider that does not answer", async () => {
    let answer = () => {};
    const pending = new Promise<void>((resolve) => answer = resolve);
    await withIssuer({ token: () => pending.then(() => granted()) }, async (issuer, platform) => {
      const options: OidcOptions = { platform: { ...platform, sleep: () => Promise.resolve() }, timeout: 7 };
      await assert.rejects(oidcSource(stanza(issuer), options)(), {
        code: "timeout",
        message: "Cannot refresh the OIDC token: no answer within 7 ms",
      });
      answer();
    });
  });

  it("does not print its tokens", async () => {
    const secret = expiring(start + hour);
    const source = oidcSource(stanza({ url: "https://i" }, { "id-token": secret }), { platform: memoryPlatform() });
    const credential = await source();
    assert.ok(!`${inspect([credential, source], { depth: 9 })}${JSON.stringify(credential)}`.includes(secret));
  });
});
