import { KubecredError } from "../errors.ts";
import { resolvePlatform } from "../platform/mod.ts";
import type { Platform } from "../platform/types.ts";
import { makeCredential } from "./credential.ts";
import { idTokenExpiry, idTokenSubject } from "./id_token.ts";
import { type OidcConfig, refreshTokens } from "./oidc_refresh.ts";
import { cached } from "./source.ts";
import type { Credential, CredentialRequest, CredentialSource, Observers } from "./types.ts";

/** Options of {@linkcode oidcSource}. */
export interface OidcOptions extends Observers {
  /** Server that the tokens are for. Sources of one server, provider, client and subject share their tokens. @default {""} */
  readonly server?: string;
  /** Writes the new tokens where the old ones came from, before they are used. @default {they are kept in memory} */
  readonly persist?: (config: OidcConfig) => Promise<void>;
  /** Milliseconds for a refresh. @default {60000} */
  readonly timeout?: number;
  /** Files, connections and the clock. @default {the runtime's} */
  readonly platform?: Partial<Platform>;
}

// Against clocks that differ; golang.org/x/oauth2 has the same.
const expiryDelta = 10_000;

/**
 * The legacy auth provider `oidc`: its ID token as long as it is valid, then a new one for its refresh token.
 *
 * @param config `auth-provider.config` of the user stanza; `extra-scopes` is not used, as scopes are not sent on a refresh
 * @param options Where new tokens are kept, the deadline, observers and the platform
 * @returns The source, cached. It rejects with `credential_invalid` when there is no valid ID token and none can be had,
 * with `timeout`, and with what the connection or `persist` fails with
 * @throws `kubeconfig_invalid` without an issuer or a client
 * @see client-go plugin/pkg/client/auth/oidc/oidc.go
 */
export function oidcSource(config: OidcConfig, options: OidcOptions = {}): CredentialSource {
  const { server = "", persist, timeout = 60_000, onWarning, onEvent } = options;
  const platform = resolvePlatform(options.platform);
  for (const field of ["idp-issuer-url", "client-id"]) {
    if (config[field]) continue;
    throw new KubecredError("kubeconfig_invalid", `Cannot use the auth provider "oidc": Must provide ${field}`);
  }
  let current = config;
  let served: string | undefined;
  return cached(idToken, { key: sharingKey(config, server), platform, onWarning, onEvent });

  async function idToken({ signal }: CredentialRequest): Promise<Credential> {
    const token = current["id-token"];
    // One that was served before is asked for again only because it expires, or because the server has refused it.
    if (token && token !== served && platform.now() + expiryDelta < idTokenExpiry(token)) return serve(token);
    if (!current["refresh-token"]) {
      throw new KubecredError(
        "credential_invalid",
        "Cannot refresh the OIDC token: No valid id-token, and cannot refresh without refresh-token. Log in again",
      );
    }
    const renewed = await refresh(signal);
    const credential = serve(renewed["id-token"]!);
    await keep(renewed);
    current = renewed;
    return credential;
  }

  function serve(token: string): Credential {
    const credential = makeCredential({ token, expiresAt: idTokenExpiry(token) - expiryDelta });
    served = token;
    return credential;
  }

  async function refresh(signal: AbortSignal | undefined): Promise<OidcConfig> {
    const ended = new AbortController();
    const late = new AbortController();
    const tooLate = new KubecredError("timeout", `Cannot refresh the OIDC token: no answer within ${timeout} ms`);
    platform.sleep(timeout, ended.signal).then(() => late.abort(tooLate), () => {});
    const signals = signal ? [signal, late.signal] : [late.signal];
    try {
      return await refreshTokens(current, { platform, signal: AbortSignal.any(signals) });
    } finally {
      ended.abort();
    }
  }

  async function keep(renewed: OidcConfig): Promise<void> {
    try {
      await persist?.(renewed);
    } catch (error) {
      const { code, message, path } = error as KubecredError;
      throw new KubecredError(code, `Cannot refresh the OIDC token: could not persist new tokens: ${message}`, {
        path,
      });
    }
  }
}

// A refresh token may be good for one use, so that two sources must not spend the same one. client-go goes by server,
// issuer and client alone, which mixes up two users of one cluster.
function sharingKey(config: OidcConfig, server: string): string {
  const { "id-token": idToken = "", "refresh-token": refreshToken, ...client } = config;
  const subject = idTokenSubject(idToken) ?? refreshToken ?? idToken;
  return `oidc ${JSON.stringify([server, Object.entries(client).sort(), subject])}`;
}
