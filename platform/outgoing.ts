import { proxyAuthorization } from "./connect_tunnel.ts";
import type { OutgoingRequest, Route } from "./https.ts";
import type { PlatformFetch } from "./types.ts";

/** The second argument of `fetch`. */
export type FetchInit = NonNullable<Parameters<PlatformFetch>[1]>;

/** What a request is made of. */
export interface OutgoingContext {
  /** As the caller gave it. */
  readonly init: FetchInit;
  /** How its server is reached. */
  readonly route: Route;
}

/**
 * Turns the arguments of `fetch` into header lines and bytes.
 *
 * @param url Where it goes
 * @param context As the caller gave it, and the way
 * @returns The request; a promise where the body must be read first
 */
export function toOutgoing(url: URL, { init, route }: OutgoingContext): OutgoingRequest | Promise<OutgoingRequest> {
  const { body } = init;
  if (body === undefined || body === null) return make(undefined);
  if (body instanceof ReadableStream || body instanceof Uint8Array) return make(body);
  if (typeof body === "string") return make(new TextEncoder().encode(body), "text/plain;charset=UTF-8");
  const packed = new Response(body);
  const type = packed.headers.get("content-type");
  return packed.arrayBuffer().then((bytes) => make(new Uint8Array(bytes), type));

  function make(body: OutgoingRequest["body"], type?: string | null): OutgoingRequest {
    const method = init.method?.toUpperCase() ?? "GET";
    const headers: [string, string][] = [["Host", url.host]];
    for (const [name, value] of pairsOf(init.headers)) if (!framing.test(name)) headers.push([name, value]);
    if (type && !headers.some(([name]) => /^content-type$/i.test(name))) headers.push(["Content-Type", type]);
    if (body instanceof ReadableStream) headers.push(["Transfer-Encoding", "chunked"]);
    else if (body || /^(POST|PUT|PATCH)$/.test(method)) headers.push(["Content-Length", String(body?.length ?? 0)]);

    // A plain request through an HTTP proxy names its server in the first line (RFC 9112, 3.2.2).
    const relayed = url.protocol === "http:" && route.proxy && route.proxy.protocol !== "socks5:";
    if (relayed) headers.push(...proxyAuthorization(route.proxy!));
    const target = `${relayed ? route.origin : ""}${url.pathname}${url.search}`;
    return { url, route, method, target, headers, body, signal: init.signal ?? undefined };
  }
}

/** Lines that say where a message goes and where it ends; a second one from the caller would confuse the server. */
const framing = /^(host|connection|keep-alive|content-length|transfer-encoding|upgrade)$/i;

function pairsOf(headers: FetchInit["headers"]): Iterable<readonly [name: string, value: string]> {
  if (Array.isArray(headers)) return headers;
  return new Headers(headers as HeadersInit | undefined);
}
