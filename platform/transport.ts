import { KubecredError } from "../errors.ts";
import { type Agent, builtin, type Socket } from "./builtin.ts";
import { proxyAuthorization } from "./connect_tunnel.ts";
import { dial } from "./dial.ts";
import { send } from "./https.ts";
import { environmentProxy, parseProxy } from "./proxy.ts";
import type { Platform, PlatformFetch, Transport, TransportOptions } from "./types.ts";

/**
 * Makes a keep-alive pool over `node:http` and `node:tls`, the one way that means the same on Deno, Node and Bun: a CA
 * that replaces the system's roots, SNI of one's own, verification off for one pool only, repeated header lines.
 *
 * @param options TLS material and proxy
 * @param platform Where the environment's proxy is read
 * @returns The pool; nothing is opened before the first request
 */
export function createTransport(options: TransportOptions, platform: Platform): Transport {
  const { tls = {} } = options;
  const explicit = options.proxy === undefined ? undefined : parseProxy(options.proxy);
  const sockets = new Set<Socket>();
  const running = new Set<Promise<unknown>>();
  let agent: Agent | undefined;
  let closed = false;

  return { fetch, close };

  async function fetch(input: string | URL, init: Parameters<PlatformFetch>[1] = {}): Promise<Response> {
    const url = new URL(input);
    if (closed) throw new KubecredError("closed", `Cannot connect to ${url.host}: the transport is closed`);
    const method = init.method?.toUpperCase() ?? "GET";
    const headers = [...new Map()] as [string, string][];
    const pairs = Array.isArray(init.headers) ? init.headers : [...new Headers(init.headers as HeadersInit)];
    headers.push(["Host", url.host], ...pairs);
    let body: Uint8Array | ReadableStream<Uint8Array> | undefined;
    if (init.body instanceof ReadableStream) body = init.body as ReadableStream<Uint8Array>;
    else if (init.body !== undefined && init.body !== null) {
      const packed = new Response(init.body);
      body = new Uint8Array(await packed.arrayBuffer());
      const type = packed.headers.get("content-type");
      if (type && !headers.some(([name]) => name.toLowerCase() === "content-type")) {
        headers.push(["Content-Type", type]);
      }
    }
    if (body instanceof ReadableStream) headers.push(["Transfer-Encoding", "chunked"]);
    else if (body || /^(POST|PUT|PATCH)$/.test(method)) headers.push(["Content-Length", String(body?.length ?? 0)]);
    const proxy = explicit ?? environmentProxy(url, platform.env);
    const absolute = url.protocol === "http:" && proxy?.protocol.startsWith("http");
    if (absolute) headers.push(...proxyAuthorization(proxy!));
    const target = absolute ? `${url.origin}${url.pathname}${url.search}` : `${url.pathname}${url.search}`;
    return await send(pool(), { url, method, target, headers, body, signal: init.signal ?? undefined });
  }

  function pool(): Agent {
    if (agent) return agent;
    agent = new (builtin("node:http").Agent)({ keepAlive: true, maxFreeSockets: 25, timeout: 90_000 });
    Object.assign(agent, {
      getName: ({ url }: { url: URL }) => url.origin,
      createConnection: (
        { url, giveUp }: { url: URL; giveUp?: AbortSignal },
        done: (error: unknown, socket?: Socket) => void,
      ) => {
        const proxy = explicit ?? environmentProxy(url, platform.env);
        dial(url, { tls, proxy, signal: giveUp }).then((socket) => {
          sockets.add(socket);
          socket.once("close", () => sockets.delete(socket));
          done(null, socket);
        }, done);
      },
    });
    return agent;
  }

  async function close(): Promise<void> {
    closed = true;
    await Promise.allSettled(running);
    agent?.destroy();
  }
}
