import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { idTokenExpiry } from "../../auth/id_token.ts";
import { type OidcOptions, oidcSource } from "../../auth/oidc.ts";
import type { OidcConfig } from "../../auth/oidc_refresh.ts";
import { encodeBase64 } from "../../encoding/base64.ts";
import { KubecredError } from "../../errors.ts";
import { createAuthority } from "../../testing/mod.ts";
import { memoryPlatform } from "./memory_platform.ts";
import { idToken, type Issuer, type IssuerOptions, startIssuer } from "./oidc_issuer.ts";

const start = memoryPlatform().now!();
const hour = 3_600_000;
const expiring = (at: number, claims: object = {}) => idToken({ sub: "ada", exp: at / 1_000, ...claims });
const granted = (fields: object = {}) => ({
  body: { access_token: "access", token_type: "bearer", id_token: expiring(start + hour), ...fields },
});

/** Runs a test against an issuer, with a clock of its own. */
async function withIssuer(
  options: IssuerOptions,
  test: (issuer: Issuer, platform: ReturnType<typeof memoryPlatform>) => Promise<void>,
): Promise<void> {
  const issuer = await startIssuer(options);
  try {
    await test(issuer, memoryPlatform());
  } finally {
    await issuer.close();
  }
}

function stanza(issuer: Pick<Issuer, "url">, fields: OidcConfig = {}): OidcConfig {
  return { "idp-issuer-url": issuer.url, "client-id": "kubernetes", "refresh-token": "refresh-1", ...fields };
}

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

  for (
    const [what, config, message] of [
      ["issuer", { "client-id": "kubernetes" }, 'Cannot use the auth provider "oidc": Must provide idp-issuer-url'],
      ["client", { "idp-issuer-url": "https://i" }, 'Cannot use the auth provider "oidc": Must provide client-id'],
    ] as const
  ) {
    it(`refuses a stanza without ${what}`, () => {
      assert.throws(() => oidcSource(config), { code: "kubeconfig_invalid", message });
    });
  }

  for (
    const [what, fields, reason] of [
      ["no token at all", {}, "No valid id-token, and cannot refresh without refresh-token"],
      [
        "an expired token alone",
        { "id-token": expiring(start) },
        "No valid id-token, and cannot refresh without refresh-token",
      ],
      [
        "a token without exp",
        { "id-token": idToken({}) },
        "No valid id-token, and cannot refresh without refresh-token",
      ],
      ["something that is no JWT", { "id-token": "notanidtoken" }, "ID Token is not a valid JWT"],
      ["claims that are no JSON", { "id-token": "e30.bm90IGpzb24.x" }, "ID Token is not a valid JWT"],
      ["an exp that is no number", { "id-token": idToken({ exp: "foobar" }) }, "parsing claims: "],
    ] as const
  ) {
    it(`rejects with client-go's words for ${what}`, async () => {
      const { "refresh-token": _, ...config } = stanza({ url: "https://127.0.0.1:1" }, fields);
      await assert.rejects(oidcSource(config, { platform: memoryPlatform() })(), (error: KubecredError) => {
        assert.equal(error.code, "credential_invalid");
        assert.ok(error.message.includes(reason), error.message);
        return true;
      });
    });
  }

  const failures: readonly (readonly [string, IssuerOptions, string | RegExp])[] = [
    [
      "a refusal",
      {
        token: () => ({
          status: 400,
          body: { error: "invalid_grant", error_description: "revoked: REFRESH-SECRET CLIENT-SECRET" },
        }),
      },
      'failed to refresh token: oauth2: "invalid_grant" "revoked: <redacted> <redacted>"',
    ],
    [
      "a refusal with status 200",
      { token: () => ({ body: { error: "invalid_grant" } }) },
      'failed to refresh token: oauth2: "invalid_grant"',
    ],
    [
      "a failure with a page",
      { token: () => ({ status: 502, body: "<p>REFRESH-SECRET</p>" }) },
      "failed to refresh token: oauth2: cannot fetch token: 502 Bad Gateway",
    ],
    ["no JSON", { token: () => ({ body: "<p>hello</p>" }) }, "failed to refresh token: oauth2: cannot parse json"],
    [
      "no access token",
      { token: () => granted({ access_token: undefined }) },
      "failed to refresh token: oauth2: server response missing access_token",
    ],
    [
      "no id_token",
      { token: () => granted({ id_token: undefined }) },
      "token response did not contain an id_token, either the scope \"openid\" wasn't requested upon login, or the provider doesn't support id_tokens as part of the refresh response",
    ],
    ["an id_token that is no JWT", { token: () => granted({ id_token: "opaque" }) }, "ID Token is not a valid JWT"],
    [
      "a failing discovery",
      { discovery: { status: 404, body: "x".repeat(100) } },
      `oidc: failed to query metadata endpoint 404 Not Found: "${"x".repeat(80)}..."`,
    ],
    [
      "a discovery without endpoint",
      { discovery: { body: {} } },
      "oidc: discovery object doesn't contain a token_endpoint",
    ],
    ["a discovery that is a page", { discovery: { body: "<p>" } }, "oidc: "],
    [
      "an endpoint that is no URL",
      { discovery: { body: { token_endpoint: 5 } } },
      "oidc: failed to decode provider discovery object",
    ],
  ];
  for (const [what, behaviour, reason] of failures) {
    it(`rejects on ${what}, and shows no secret`, async () => {
      await withIssuer(behaviour, async (issuer, platform) => {
        const config = stanza(issuer, { "refresh-token": "REFRESH-SECRET", "client-secret": "CLIENT-SECRET" });
        await assert.rejects(oidcSource(config, { platform })(), (error: KubecredError) => {
          assert.equal(error.code, "credential_invalid");
          assert.ok(error.message.includes(reason as string), error.message);
          assert.doesNotMatch(inspect(error, { depth: 9 }), /SECRET/);
          return true;
        });
      });
    });
  }

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

describe("idTokenExpiry()", () => {
  it("reads whole seconds, seconds as a float and seconds in quotes", () => {
    for (const exp of [1493851263, 1493851263.75, "1493851263", 1.493851263e9]) {
      assert.equal(idTokenExpiry(idToken({ exp })), 1_493_851_263_000);
    }
  });

  it("reads claims beyond ASCII", () => {
    assert.equal(idTokenExpiry(idToken({ name: "Åda ☸", exp: 1 })), 1_000);
  });
});
