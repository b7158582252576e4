import { conceal } from "../redact.ts";
import type { Credential } from "./types.ts";

/** Options of {@linkcode isExpired}. */
export interface IsExpiredOptions {
  /** Epoch milliseconds. @default {Date.now()} */
  readonly now?: number;
  /** Milliseconds before the expiry from which it counts as expired. @default {0} */
  readonly leeway?: number;
}

/**
 * Makes a credential: frozen, and unprintable where it is secret. `console.log`, `JSON.stringify` and spread show
 * everything but the token, the certificate with its key, and the basic authentication; `structuredClone` loses these.
 *
 * @example A token with an expiry
 * ```ts
 * import { makeCredential } from "@kubecred/kubecred/auth";
 * import assert from "node:assert/strict";
 *
 * const credential = makeCredential({ token: "hidden", expiresAt: Date.now() + 60_000 });
 * assert.equal(credential.token, "hidden");
 * assert.ok(!JSON.stringify(credential).includes("hidden"));
 * ```
 *
 * @param fields What is presented to the server, and until when (epoch milliseconds)
 * @returns The frozen credential
 */
export function makeCredential(fields: Credential): Credential {
  const { token, certificate, basic, expiresAt } = fields;
  return conceal<Credential>({
    token,
    certificate: certificate && conceal({ cert: certificate.cert, key: certificate.key }, ["key"]),
    basic: basic && conceal({ username: basic.username, password: basic.password }, ["password"]),
    expiresAt,
  }, ["token", "certificate", "basic"]);
}

/**
 * Whether a credential is past its expiry. One without an expiry never is.
 *
 * @example
 * ```ts
 * import { isExpired } from "@kubecred/kubecred/auth";
 * import assert from "node:assert/strict";
 *
 * assert.equal(isExpired({ expiresAt: 1_000 }, { now: 1_000 }), false);
 * assert.equal(isExpired({ expiresAt: 1_000 }, { now: 1_001 }), true);
 * ```
 *
 * @param credential The credential
 * @param options The clock and a leeway, in milliseconds
 * @returns True strictly after the expiry, as client-go compares (client-go-semantics 1.10)
 */
export function isExpired(credential: Credential, options: IsExpiredOptions = {}): boolean {
  const { now = Date.now(), leeway = 0 } = options;
  return credential.expiresAt !== undefined && now > credential.expiresAt - leeway;
}
