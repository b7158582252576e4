import type { OidcConfig } from "../../auth/oidc_refresh.ts";
import { memoryPlatform } from "./memory_platform.ts";
import { idToken, type Issuer, type IssuerOptions, startIssuer } from "./oidc_issuer.ts";

/** The time at which the clock of {@linkcode withIssuer} starts, epoch milliseconds. */
export const start = memoryPlatform().now!();
/** In milliseconds. */
export const hour = 3_600_000;
/** An ID token that expires then, epoch milliseconds. */
export const expiring = (at: number, claims: object = {}) => idToken({ sub: "ada", exp: at / 1_000, ...claims });
/** A token reply. */
export const granted = (fields: object = {}) => ({
  body: { access_token: "access", token_type: "bearer", id_token: expiring(start + hour), ...fields },
});

/** Runs a test against an issuer, with a clock of its own. */
export async function withIssuer(
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

/** `auth-provider.config` for an issuer. */
export function stanza(issuer: Pick<Issuer, "url">, fields: OidcConfig = {}): OidcConfig {
  return { "idp-issuer-url": issuer.url, "client-id": "kubernetes", "refresh-token": "refresh-1", ...fields };
}
