import { decodeBase64Text } from "../encoding/base64.ts";
import { rootCertificates } from "../encoding/pem.ts";
import { KubecredError } from "../errors.ts";
import type { Platform, PlatformFetch } from "../platform/types.ts";

/** `auth-provider.config` of the provider `oidc`. */
export type OidcConfig = Readonly<Record<string, string>>;

/** Options of {@linkcode refreshTokens}. */
export interface RefreshOptions {
  /** Files and connections. */
  readonly platform: Platform;
  /** Ends the calls. */
  readonly signal?: AbortSignal;
}

/**
 * Trades the refresh token for a new ID token: discovery at the issuer, then the token endpoint, with the client's secret
 * in the header first and in the body after a refusal, as golang.org/x/oauth2 finds out what a provider wants.
 *
 * @param config The stanza; its `refresh-token` is used
 * @param options Platform and signal
 * @returns The stanza with the new `id-token`, and the new `refresh-token` where the provider gave one
 * @throws `credential_invalid` when the provider refuses; `connection_failed`, `tls_failed`, `file_not_found`
 * @see client-go plugin/pkg/client/auth/oidc/oidc.go; OpenID Connect Discovery 1.0; RFC 6749 section 6
 */
export async function refreshTokens(config: OidcConfig, { platform, signal }: RefreshOptions): Promise<OidcConfig> {
  const transport = platform.transport({ tls: { ca: await issuerRoots(config, platform) } });
  try {
    const endpoint = await tokenEndpoint(config["idp-issuer-url"]!, { fetch: transport.fetch, signal });
    const tokens = await requestTokens(config, { endpoint, fetch: transport.fetch, signal });
    if (typeof tokens["id_token"] !== "string") throw invalid(noIdToken);
    const rotated = tokens["refresh_token"];
    return {
      ...config,
      "id-token": tokens["id_token"],
      ...(typeof rotated === "string" && rotated !== "" && { "refresh-token": rotated }),
    };
  } finally {
    await transport.close();
  }
}

const noIdToken =
  'token response did not contain an id_token, either the scope "openid" wasn\'t requested upon login, ' +
  "or the provider doesn't support id_tokens as part of the refresh response";

async function issuerRoots(config: OidcConfig, platform: Platform): Promise<string | undefined> {
  const data = config["idp-certificate-authority-data"];
  if (data) return rootCertificates(decodeBase64Text(data));
  const file = config["idp-certificate-authority"];
  if (file) return rootCertificates(new TextDecoder().decode(await platform.readFile(file)));
}

interface Call {
  readonly fetch: PlatformFetch;
  readonly signal?: AbortSignal;
}

async function tokenEndpoint(issuer: string, { fetch, signal }: Call): Promise<string> {
  let url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  if (!isWebUrl(url)) throw invalid("oidc: idp-issuer-url is not an http or https URL");
  let response = await fetch(url, { signal });
  // The question holds nothing secret, so it may follow a redirect anywhere.
  for (let hop = 0; hop < 10 && response.status >= 300 && response.status < 400; hop++) {
    const location = response.headers.get("location");
    if (location === null || !isWebUrl(location, url)) break;
    await response.text();
    url = new URL(location, url).href;
    response = await fetch(url, { signal });
  }
  const body = await response.text();
  if (response.status !== 200) {
    const start = JSON.stringify(body.length > 80 ? `${body.slice(0, 80)}...` : body);
    throw invalid(`oidc: failed to query metadata endpoint ${response.status} ${response.statusText}: ${start}`);
  }
  const endpoint = parse(body)?.["token_endpoint"];
  if (endpoint === undefined) throw invalid("oidc: discovery object doesn't contain a token_endpoint");
  if (typeof endpoint === "string" && isWebUrl(endpoint)) return endpoint;
  throw invalid("oidc: failed to decode provider discovery object");
}

async function requestTokens(config: OidcConfig, call: Call & { endpoint: string }): Promise<Record<string, unknown>> {
  const { "client-id": id = "", "client-secret": secret = "", "refresh-token": refreshToken = "" } = config;
  const grant = { grant_type: "refresh_token", refresh_token: refreshToken };
  const basic = `Basic ${btoa(`${formEncode(id)}:${formEncode(secret)}`)}`;
  const attempts = [
    { body: grant, headers: [["authorization", basic]] as const },
    { body: { ...grant, client_id: id, ...(secret && { client_secret: secret }) }, headers: [] },
  ];
  let reason = "";
  for (const { body, headers } of attempts) {
    const response = await call.fetch(call.endpoint, {
      method: "POST",
      headers: [...headers, ["content-type", "application/x-www-form-urlencoded"]],
      body: new URLSearchParams(body).toString(),
      signal: call.signal,
    });
    const text = await response.text();
    const isForm = /^(application\/x-www-form-urlencoded|text\/plain)/i.test(
      response.headers.get("content-type") ?? "",
    );
    const reply = isForm ? Object.fromEntries(new URLSearchParams(text)) : parse(text);
    const refusal = refusalOf(response, reply);
    if (reply && refusal === undefined) return reply;
    reason = hide(refusal!, [refreshToken, secret, basic.slice("Basic ".length)]);
  }
  throw invalid(`failed to refresh token: ${reason}. Log in to the provider again`);
}

// The body itself stays out.
function refusalOf(
  { ok, status, statusText }: Response,
  reply: Record<string, unknown> | undefined,
): string | undefined {
  const words = ["error", "error_description", "error_uri"].map((field) => reply?.[field]).filter(Boolean);
  if (reply?.["error"]) return `oauth2: ${words.map((word) => JSON.stringify(word)).join(" ")}`;
  if (!ok) return `oauth2: cannot fetch token: ${status} ${statusText}`;
  if (!reply) return "oauth2: cannot parse json";
  if (!reply["access_token"]) return "oauth2: server response missing access_token";
}

/** A provider may echo what it was sent, in any of the forms that it was sent in. */
function hide(words: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap((text) => [text, formEncode(text), JSON.stringify(text).slice(1, -1)]);
  return forms.reduce((shown, form) => form ? shown.replaceAll(form, "<redacted>") : shown, words);
}

function isWebUrl(text: string, base?: string): boolean {
  return URL.canParse(text, base) && /^https?:/.test(new URL(text, base).protocol);
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return Object(JSON.parse(text));
  } catch {
    return undefined; // Each caller says what it expected in its place.
  }
}

/** As Go's `url.QueryEscape`. */
function formEncode(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}

function invalid(reason: string): KubecredError {
  return new KubecredError("credential_invalid", `Cannot refresh the OIDC token: ${reason}`);
}
