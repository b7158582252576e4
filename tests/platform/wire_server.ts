import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from "node:tls";

/** One request, byte for byte as it came. */
export interface WireRequest {
  /** Method, target and version. */
  readonly line: string;
  /** Header lines in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** What came after the head, framing included. */
  readonly body: string;
  /** Number of its connection, from 1. */
  readonly connection: number;
  /** Its connection; the answer is written here. */
  readonly socket: Socket | TLSSocket;
}

/** A server that answers with the bytes that a test gives it. */
export interface WireServer {
  readonly port: number;
  /** Origin by address. */
  readonly url: string;
  /** Every request so far. */
  readonly requests: WireRequest[];
  /** Connections accepted so far. */
  readonly accepted: number;
  /** Connections open now. */
  readonly open: number;
  /** Handshakes that failed so far. */
  readonly refused: number;
  /** Ends every connection. */
  disconnect(): void;
  close(): Promise<void>;
}

/** Listens on a free port of loopback, over TLS when it is given a certificate. */
export async function startWireServer(
  answer: (request: WireRequest) => void,
  options: { readonly tls?: TlsOptions; readonly host?: string } = {},
): Promise<WireServer> {
  const { tls, host = "127.0.0.1" } = options;
  const requests: WireRequest[] = [];
  const sockets = new Set<Socket>();
  let accepted = 0;
  let refused = 0;
  let handshakes = 0;
  const server: Server = tls ? createTlsServer(tls) : createServer();
  server.on("connection", (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
  });
  server.on("tlsClientError", () => refused += 1);
  server.on(tls ? "secureConnection" : "connection", serve);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as { port: number };

  function serve(socket: Socket): void {
    const connection = ++handshakes;
    let text = "";
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      for (let end = messageEnd(text); end > 0; end = messageEnd(text)) {
        const request = { ...parse(text.slice(0, end)), connection, socket };
        text = text.slice(end);
        requests.push(request);
        answer(request);
      }
    });
  }

  function disconnect(): void {
    for (const socket of sockets) socket.destroy();
  }

  return {
    port,
    url: `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`,
    requests,
    get accepted() {
      return accepted;
    },
    get open() {
      return sockets.size;
    },
    get refused() {
      return refused;
    },
    disconnect,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      disconnect();
      await closed;
    },
  };
}

/** A whole answer, ready to be written. */
export function ok(body: string, headers: readonly string[] = []): string {
  const length = new TextEncoder().encode(body).length;
  return ["HTTP/1.1 200 OK", `Content-Length: ${length}`, ...headers, "", body].join("\r\n");
}

function messageEnd(text: string): number {
  const head = text.indexOf("\r\n\r\n") + 4;
  if (head < 4) return -1;
  if (/^transfer-encoding: *chunked/im.test(text.slice(0, head))) {
    const end = text.indexOf("0\r\n\r\n", head);
    return end < 0 ? -1 : end + 5;
  }
  const length = Number(/^content-length: *(\d+)/im.exec(text.slice(0, head))?.[1] ?? 0);
  return text.length < head + length ? -1 : head + length;
}

function parse(text: string): Pick<WireRequest, "line" | "headers" | "body"> {
  const head = text.indexOf("\r\n\r\n");
  const [line = "", ...lines] = text.slice(0, head).split("\r\n");
  const headers = lines.map((it): [string, string] => {
    const colon = it.indexOf(":");
    return [it.slice(0, colon), it.slice(colon + 1).trim()];
  });
  return { line, headers, body: text.slice(head + 4) };
}
