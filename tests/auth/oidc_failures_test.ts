import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { idTokenExpiry } from "../../auth/id_token.ts";
import { oidcSource } from "../../auth/oidc.ts";
import type { KubecredError } from "../../errors.ts";
import { memoryPlatform } from "./memory_platform.ts";
import { expiring, granted, stanza, start, withIssuer } from "./oidc_fixture.ts";
import { idToken, type IssuerOptions, type TokenRequest } from "./oidc_issuer.ts";

describe("oidcSource()", () => {
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
    [
      "an endpoint that is not on the web",
      { discovery: { body: { token_endpoint: "file:///etc/passwd" } } },
      "oidc: failed to decode provider discovery object",
    ],
    ["a discovery that moved to no URL", { redirect: "http://[" }, "oidc: failed to query metadata endpoint 302"],
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

  it("shows no secret that the provider echoes in the form that it was sent in", async () => {
    const token = ({ authorization, form }: TokenRequest) => ({
      status: 400,
      body: {
        error: "invalid_client",
        error_description: `${authorization} ${new URLSearchParams(form)} ${form.client_secret}`,
      },
    });
    await withIssuer({ token }, async (issuer, platform) => {
      const secret = 'SECRET "&\\';
      const config = stanza(issuer, { "refresh-token": `R-${secret}`, "client-secret": `C-${secret}` });
      await assert.rejects(oidcSource(config, { platform })(), ({ message }: KubecredError) => {
        assert.match(message, /client_secret=<redacted> <redacted>/);
        assert.doesNotMatch(message, /SECRET/);
        return true;
      });
    });
  });

  it("rejects for an issuer that is not on the web", async () => {
    const config = stanza({ url: "ftp://127.0.0.1:1" }, { "refresh-token": "r" });
    await assert.rejects(oidcSource(config, { platform: memoryPlatform() })(), { code: "credential_invalid" });
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
