import type { RequestListener, Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { ApiServerOptions } from "./api_types.ts";
import type { Authority, IssuedCertificate } from "./pki.ts";

/** An open port and who is connected to it. */
export interface Listener {
  readonly port: number;
  /** Connections accepted so far. */
  readonly accepted: number;
  /** Connections open now. */
  readonly open: number;
  /** Drops all connections. */
  disconnect(): void;
  /** Drops all connections and stops. */
  close(): Promise<void>;
}

/** Key material of a TLS listener. */
export interface ListenOptions extends Pick<ApiServerOptions, "http"> {
  readonly authority: Authority;
  readonly certificate: IssuedCertificate;
}

/**
 * Listens on a free port of 127.0.0.1. TLS asks for a client certificate and takes whatever comes, as the API server
 * does, which answers a certificate that it does not know with 401 rather than with an alert.
 *
 * @param listener Answers the requests
 * @param options TLS material
 * @returns The open port
 */
export async function listen(listener: RequestListener, options: ListenOptions): Promise<Listener> {
  const { front, web } = makeServers(listener, options);
  const sockets = new Set<Socket>();
  let accepted = 0;
  front.on("connection", (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // A client that leaves in the middle is no news.
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve, reject) => {
    front.once("error", reject);
    front.listen(0, "127.0.0.1", resolve);
  });

  function disconnect(): void {
    web.closeAllConnections();
    for (const socket of sockets) socket.destroy();
  }

  return {
    port: (front.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    get open() {
      return sockets.size;
    },
    disconnect,
    async close() {
      const closed = [...sockets].map((socket) =>
        new Promise<void>((resolve) => socket.once("close", () => resolve()))
      );
      closed.push(new Promise<void>((resolve) => front.close(() => resolve())));
      disconnect();
      await Promise.all(closed);
    },
  };
}

// The API server drops an idle connection after three minutes; Node would after five seconds.
const idle = { keepAliveTimeout: 180_000 };

function makeServers(listener: RequestListener, options: ListenOptions): { front: Server; web: Server } {
  const http = process.getBuiltinModule("node:http");
  if (options.http) {
    const web = http.createServer(idle, listener);
    return { front: web, web };
  }
  const tls = {
    cert: options.certificate.chain,
    key: options.certificate.key,
    ca: options.authority.cert,
    requestCert: true,
    rejectUnauthorized: false,
  };
  if (!("Bun" in globalThis)) {
    const web = process.getBuiltinModule("node:https").createServer({ ...idle, ...tls }, listener);
    web.on("tlsClientError", () => {});
    return { front: web as Server, web: web as Server };
  }
  // Bun's HTTPS server does not tell the client's certificate; its TLS server does. (Deno loses keep-alive this way.)
  const web = http.createServer(idle, listener);
  const front = process.getBuiltinModule("node:tls").createServer(tls, (socket) => web.emit("connection", socket));
  front.on("tlsClientError", () => {});
  return { front: front as unknown as Server, web };
}

/** Common name and organizations of the client's certificate, and whether our authority vouches for it. */
export interface PeerCertificate {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly trusted: boolean;
}

/** The certificate that the client presented. */
export function peerCertificate(socket: Socket | TLSSocket): PeerCertificate | undefined {
  if (!("getPeerCertificate" in socket)) return undefined;
  const { CN, O } = socket.getPeerCertificate()?.subject ?? {};
  if (CN === undefined) return undefined;
  // Several organizations come as a list, which the types of Node do not know.
  return { commonName: String(CN), organizations: O === undefined ? [] : [O].flat(), trusted: socket.authorized };
}
