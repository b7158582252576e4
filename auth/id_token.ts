import { KubecredError } from "../errors.ts";

/**
 * When an ID token expires. Its signature is not looked at: that is the server's part.
 *
 * @param token The ID token, a JWT
 * @returns The `exp` claim, epoch milliseconds; 0 without one, which is as good as expired
 * @throws `credential_invalid` when it is not a JWT
 * @see client-go plugin/pkg/client/auth/oidc/oidc.go idTokenExpired
 */
export function idTokenExpiry(token: string): number {
  const parts = token.split(".");
  if (parts.length !== 3) throw invalid("ID Token is not a valid JWT");
  const expiry = parseClaims(parts[1]!)["exp"] ?? 0;
  const seconds = typeof expiry === "string" ? Number(expiry || NaN) : expiry;
  if (typeof seconds !== "number" || Number.isNaN(seconds)) throw invalid("parsing claims: exp is not a number");
  return Math.trunc(seconds) * 1_000;
}

/**
 * Whom an ID token is about.
 *
 * @param token The ID token, a JWT
 * @returns The `sub` claim; undefined without one, or when it is not a JWT
 */
export function idTokenSubject(token: string): unknown {
  try {
    return parseClaims(token.split(".")[1] ?? "")["sub"];
  } catch {
    return undefined; // Whoever needs the token to be sound asks for its expiry.
  }
}

function parseClaims(payload: string): Record<string, unknown> {
  try {
    const binary = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    return Object(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    throw invalid("ID Token is not a valid JWT: its claims are not JSON in base64url");
  }
}

function invalid(reason: string): KubecredError {
  return new KubecredError("credential_invalid", `Cannot use the ID token: ${reason}`);
}
