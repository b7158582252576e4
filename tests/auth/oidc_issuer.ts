import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { encodeBase64 } from "../../encoding/base64.ts";

/** What an issuer answers to a token request: a status, a JSON object or text, and its content type. */
export interface Reply {
  readonly status?: number;
  readonly body: unknown;
  readonly type?: string;
}

/** One token request as it arrived. */
export interface TokenRequest {
  readonly authorization: string | undefined;
  readonly form: Readonly<Record<string, string>>;
}

/** An OpenID Connect provider on loopback. */
export interface Issuer {
  readonly url: string;
  readonly requests: TokenRequest[];
  /** Paths of all requests, in order. */
  readonly paths: string[];
  close(): Promise<void>;
}

/** How an issuer behaves. */
export interface IssuerOptions {
  /** Certificate and key; plain HTTP without. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Answers a token request. */
  readonly token?: (request: TokenRequest, count: number) => Reply | Promise<Reply>;
  /** Answers discovery in place of the usual document. */
  readonly discovery?: Reply;
  /** Where discovery is found, when not at the issuer itself. */
  readonly redirect?: string;
}

/**
 * Starts a provider.
 *
 * @param options How it behaves
 * @returns The provider, listening
 */
export async function startIssuer(options: IssuerOptions = {}): Promise<Issuer> {
  const requests: TokenRequest[] = [];
  const paths: string[] = [];
  const server = options.tls ? createHttpsServer({ ...options.tls }, answer) : createHttpServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `${options.tls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { url, requests, paths, close };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    paths.push(`${request.method} ${request.url}`);
    const discovery = "/.well-known/openid-configuration";
    if (request.url === discovery && options.redirect) {
      response.writeHead(302, { location: options.redirect }).end();
    } else if (request.url === discovery || request.url === options.redirect) {
      send(response, options.discovery ?? { body: { issuer: url, token_endpoint: `${url}/token` } });
    } else {
      const form = Object.fromEntries(new URLSearchParams(new TextDecoder().decode(concat(chunks))));
      const received = { authorization: request.headers.authorization, form };
      requests.push(received);
      send(response, await options.token?.(received, requests.length) ?? { status: 404, body: "no" });
    }
  }
}

function send(response: ServerResponse, { status = 200, body, type }: Reply): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, { "content-type": type ?? (typeof body === "string" ? "text/html" : "application/json") });
  response.end(text);
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/**
 * An ID token with these claims and no valid signature.
 *
 * @param claims The payload
 * @returns The JWT
 */
export function idToken(claims: unknown): string {
  const part = (value: unknown) =>
    encodeBase64(new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value)))
      .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `${part({ alg: "none" })}.${part(claims)}.${part("signature")}`;
}
