import { KubecredError } from "../errors.ts";
import { builtin, type Socket } from "./builtin.ts";
import { dial } from "./dial.ts";
import { type Pool, type Route, send, type Stop } from "./https.ts";
import { endIdleAfter, idleSockets } from "./idle.ts";
import { type FetchInit, toOutgoing } from "./outgoing.ts";
import { soundTls } from "./sound_tls.ts";
import { environmentProxy, parseProxy } from "./proxy.ts";
import type { Platform, Transport, TransportOptions } from "./types.ts";

/**
 * Makes a keep-alive pool over `node:http` and `node:tls`, the one way that means the same on Deno, Node and Bun: a CA
 * that replaces the system's roots, SNI of one's own, verification off for one pool only, repeated header lines.
 *
 * @param options TLS material and proxy
 * @param platform Where the environment's proxy is read
 * @returns The pool; nothing is opened before the first request
 * @throws `tls_failed`, `credential_invalid` or `unsupported`, which name the field that is not sound
 */
export function createTransport(options: TransportOptions, platform: Platform): Transport {
  const tls = soundTls(options.tls ?? {});
  const explicit = options.proxy === undefined ? undefined : parseProxy(options.proxy);
  const routes = new Map<string, Route>();
  const sockets = new Map<Socket, Promise<void>>();
  const running = new Set<Promise<void>>();
  let ended: Stop | undefined;
  let pool: Pool | undefined;
  let stopSweeping: (() => void) | undefined;
  let closed: Error | undefined;

  return { fetch, close };

  async function fetch(input: string | URL, init: FetchInit = {}): Promise<Response> {
    const url = new URL(input);
    const made = toOutgoing(url, { init, route: routeTo(url) });
    const outgoing = made instanceof Promise ? await made : made;
    if (closed) throw closed;
    outgoing.signal?.throwIfAborted();
    const { response, over } = send(pool ??= open(), outgoing);
    running.add(over);
    over.then(() => {
      running.delete(over);
      if (closed) endIdle();
    });
    return response;
  }

  /** The environment is read once for each server, as client-go reads it once for each process. */
  function routeTo({ origin }: URL): Route {
    let route = routes.get(origin);
    if (route) return route;
    route = { origin, proxy: explicit ?? environmentProxy(new URL(origin), platform.env) };
    routes.set(origin, route);
    return route;
  }

  function open(): Pool {
    const agent = new (builtin("node:http").Agent)({ keepAlive: true, maxFreeSockets: 25 });
    Object.assign(agent, {
      getName: ({ route }: Wanted) => route.origin,
      createConnection({ route, giveUp }: Wanted, done: Connected) {
        const { origin, proxy } = route;
        dial(new URL(origin), { tls, proxy, signal: giveUp, onSocket: watch }).then((it) => done(null, it), done);
      },
    });
    stopSweeping = endIdleAfter(agent, 90_000);
    return { agent, stop: () => ended };
  }

  function watch(socket: Socket): void {
    sockets.set(
      socket,
      new Promise<void>((resolve) => socket.once("close", () => resolve(void sockets.delete(socket)))),
    );
    if (ended) socket.destroy();
  }

  function endIdle(): void {
    for (const socket of pool ? idleSockets(pool.agent) : []) socket.destroy();
  }

  async function close(reason?: Error): Promise<void> {
    closed ??= reason ?? new KubecredError("closed", "Cannot send a request: the transport is closed");
    stopSweeping?.();
    endIdle();
    if (reason) {
      ended = { reason };
      for (const socket of sockets.keys()) socket.destroy();
    }
    await Promise.all(running);
    await Promise.all(sockets.values());
  }
}

interface Wanted {
  readonly route: Route;
  readonly giveUp?: AbortSignal;
}

type Connected = (error: unknown, socket?: Socket) => void;
