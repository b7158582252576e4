import { KubecredError } from "../errors.ts";
import { builtin, type Socket } from "./builtin.ts";
import { connectTunnel } from "./connect_tunnel.ts";
import { holdBack } from "./hold_back.ts";
import { parseIp } from "./ip.ts";
import { socks5Tunnel } from "./socks5.ts";
import { connectionError } from "./tls_errors.ts";
import type { TlsOptions } from "./types.ts";

/** How a connection is made. */
export interface DialOptions {
  /** TLS material and switches, for an `https` target. */
  readonly tls: TlsOptions;
  /** The proxy to go through. @default {none} */
  readonly proxy?: URL;
  /** Gives the connection up. */
  readonly signal?: AbortSignal;
  /** Hears of every socket as soon as it exists, TCP and TLS alike. */
  readonly onSocket?: (socket: Socket) => void;
  /** Milliseconds to reach the server, proxy included. @default {30000} */
  readonly connectTimeout?: number;
  /** Milliseconds for the TLS handshake. @default {10000} */
  readonly handshakeTimeout?: number;
}

/**
 * Makes one connection, ready for HTTP/1.1: TCP, the proxy's tunnel, TLS. The limits are client-go's (client-go-semantics 4.1).
 *
 * @param target URL whose scheme, host and port to connect to
 * @param options TLS, proxy and limits
 * @returns The connected socket
 * @throws `connection_failed`, `tls_failed`, `timeout` or `permission_missing`; the signal's reason when it aborts
 */
export async function dial(target: URL, options: DialOptions): Promise<Socket> {
  const { tls, proxy, signal, connectTimeout = 30_000, handshakeTimeout = 10_000 } = options;
  const address = addressOf(target);
  const action = `connect to ${nameOf(target)}${proxy ? ` through the proxy ${nameOf(proxy)}` : ""}`;
  let socket: Socket | undefined;
  let fail!: (reason: unknown) => void;
  const failure = new Promise<never>((_, reject) => fail = reject);
  failure.catch(() => {});
  const abort = () => fail(signal!.reason);

  try {
    signal?.throwIfAborted();
    signal?.addEventListener("abort", abort, { once: true });
    await permitNetwork(addressOf(proxy ?? target));
    signal?.throwIfAborted();
    socket = open(addressOf(proxy ?? target));
    options.onSocket?.(socket);
    await within(connectTimeout, once(socket, "connect"));
    if (proxy?.protocol === "https:") await secure({ host: addressOf(proxy).host, tls: {} });
    if (proxy?.protocol === "socks5:") {
      await within(connectTimeout, socks5Tunnel(socket, { target: address, proxy }));
    } else if (proxy && target.protocol === "https:") {
      await within(connectTimeout, connectTunnel(socket, { target: address, proxy }));
    }
    if (target.protocol === "https:") await secure({ host: address.host, tls });
    return socket;
  } catch (error) {
    socket?.destroy();
    if (signal?.aborted) throw signal.reason;
    throw connectionError(error, action);
  } finally {
    signal?.removeEventListener("abort", abort);
  }

  async function secure(peer: { host: string; tls: TlsOptions }): Promise<void> {
    const raw = socket!;
    const secured = startTls(raw, peer);
    options.onSocket?.(secured);
    secured.on("close", () => raw.destroy());
    socket = secured;
    await within(handshakeTimeout, once(secured, "secureConnect"));
    holdBack(secured, raw);
    if (proxy?.protocol === "https:") tie(secured, raw);
  }

  async function within(milliseconds: number, step: Promise<unknown>): Promise<void> {
    const late = () =>
      fail(new KubecredError("timeout", `Cannot ${action}: no answer within ${milliseconds / 1000} s`));
    const timer = setTimeout(late, milliseconds);
    try {
      await Promise.race([step, failure]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Host and port of a URL, the host without the brackets of IPv6. */
function addressOf(url: URL): { readonly host: string; readonly port: number } {
  const port = url.port || { "https:": 443, "http:": 80, "socks5:": 1080 }[url.protocol];
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(port) };
}

function nameOf(url: URL): string {
  return `${url.hostname}:${addressOf(url).port}`;
}

function open({ host, port }: { host: string; port: number }): Socket {
  const socket = builtin("node:net").connect({
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  });
  return quiet(socket);
}

function startTls(socket: Socket, { host, tls }: { host: string; tls: TlsOptions }): Socket {
  const name = tls.serverName || host;
  const secured = builtin("node:tls").connect({
    socket,
    // SNI carries names only (RFC 6066); an address is still verified.
    host: name,
    servername: parseIp(name) ? "" : name,
    ca: tls.ca,
    cert: tls.certificate,
    key: tls.key,
    rejectUnauthorized: !tls.insecure,
    minVersion: "TLSv1.2",
    ALPNProtocols: ["http/1.1"],
  });
  return quiet(secured);
}

/** Whoever waits for a socket hears of its failure; a failure that comes when nobody waits any more must not end the process. */
function quiet<S extends Socket>(socket: S): S {
  socket.on("error", () => {});
  return socket;
}

function once(socket: Socket, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = () => reject(new Error("the connection was closed"));
    socket.once("error", reject).once("close", closed).once(event, () => {
      socket.off("error", reject).off("close", closed);
      resolve();
    });
  });
}

/** An idle connection does not keep the program alive. With TLS inside TLS, that is up to the socket at the bottom. */
function tie(secured: Socket, raw: Socket): void {
  const { _handle } = raw as { readonly _handle?: Partial<Pick<Socket, "ref" | "unref">> | null };
  const { ref, unref } = secured;
  secured.ref = () => (_handle?.ref?.(), ref.call(secured));
  secured.unref = () => (_handle?.unref?.(), unref.call(secured));
}

/** On Deno a refused permission surfaces inside `node:net` where nothing can catch it, so it is asked for first. */
async function permitNetwork({ host, port }: { host: string; port: number }): Promise<void> {
  const deno = (globalThis as { Deno?: { permissions: Permissions } }).Deno;
  const name = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  if (!deno || (await deno.permissions.request({ name: "net", host: name })).state === "granted") return;
  throw new KubecredError(
    "permission_missing",
    `Cannot connect to ${name}: Deno withholds it. Add --allow-net=${name}`,
  );
}

interface Permissions {
  request(descriptor: { readonly name: "net"; readonly host: string }): Promise<{ readonly state: string }>;
}
