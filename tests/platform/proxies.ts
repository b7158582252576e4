import { connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { IssuedCertificate } from "../../testing/pki.ts";

/** A proxy that leads every name to loopback. */
export interface Proxy {
  readonly port: number;
  /** What was asked for, as `host:port`. */
  readonly asked: string[];
  /** Credentials that came along, one for each request. */
  readonly credentials: string[];
  /** Connections open now. */
  readonly open: number;
  close(): Promise<void>;
}

/** How a proxy behaves. */
export interface ProxyOptions {
  /** Credentials that it wants, as `user:password`. */
  readonly credentials?: string;
  /** Speak TLS with this certificate. */
  readonly certificate?: IssuedCertificate;
  /** Turn every request away. */
  readonly refuse?: boolean;
}

/** An HTTP proxy: CONNECT for TLS, whole URLs for plain HTTP. */
export function startHttpProxy(options: ProxyOptions = {}): Promise<Proxy> {
  return start(options, ({ client, asked, credentials }) => {
    let head = "";
    client.on("data", function read(chunk: Uint8Array) {
      head += new TextDecoder("latin1").decode(chunk);
      if (!head.includes("\r\n\r\n")) return;
      client.off("data", read);
      const [method, target = ""] = head.split(" ", 2);
      asked.push(target);
      const basic = atob(/^proxy-authorization: basic (.*)\r$/im.exec(head)?.[1] ?? "");
      const given = text(Uint8Array.from(basic, (letter) => letter.charCodeAt(0)));
      credentials.push(given);
      if (options.refuse) return client.end("HTTP/1.1 403 Not Here\r\nContent-Length: 0\r\n\r\n");
      if (options.credentials !== undefined && given !== options.credentials) {
        return client.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
      }
      if (method !== "CONNECT") return client.end("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nrelayed");
      client.pause();
      relay(client, { port: Number(target.split(":").at(-1)), hello: "HTTP/1.1 200 Connection established\r\n\r\n" });
    });
  });
}

/** A SOCKS5 proxy. */
export function startSocksProxy(options: ProxyOptions = {}): Promise<Proxy> {
  return start(options, async ({ client, asked, credentials }) => {
    const read = reader(client);
    const [, methods = 0] = await read(2);
    const offered = [...await read(methods)];
    const wanted = options.credentials === undefined ? 0 : 2;
    client.write(Uint8Array.from([5, offered.includes(wanted) ? wanted : 255]));
    if (!offered.includes(wanted)) return void client.end();
    if (wanted === 2) {
      const [, userLength = 0] = await read(2);
      const user = text(await read(userLength));
      const [passwordLength = 0] = await read(1);
      const given = `${user}:${text(await read(passwordLength))}`;
      credentials.push(given);
      client.write(Uint8Array.from([1, given === options.credentials ? 0 : 1]));
      if (given !== options.credentials) return void client.end();
    }
    const [, , , type] = await read(4);
    const host = type === 3
      ? text(await read((await read(1))[0]!))
      : type === 1
      ? [...await read(4)].join(".")
      : `[${[...await read(16)].join(" ")}]`;
    const [high = 0, low = 0] = await read(2);
    const port = high * 256 + low;
    asked.push(`${host}:${port}`);
    const reply = [5, options.refuse ? 2 : 0, 0, 1, 0, 0, 0, 0, 0, 0];
    if (options.refuse) return void client.end(Uint8Array.from(reply));
    relay(client, { port, hello: Uint8Array.from(reply) });
  });
}

interface Session {
  readonly client: Socket;
  readonly asked: string[];
  readonly credentials: string[];
}

async function start({ certificate }: ProxyOptions, serve: (session: Session) => unknown): Promise<Proxy> {
  const asked: string[] = [];
  const credentials: string[] = [];
  const sockets = new Set<Socket>();
  const accept = (client: Socket) => {
    client.on("error", () => {});
    serve({ client, asked, credentials });
  };
  const server: Server = certificate
    ? createTlsServer({ cert: certificate.chain, key: certificate.key }, accept)
    : createServer(accept);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    asked,
    credentials,
    get open() {
      return sockets.size;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function relay(client: Socket, { port, hello }: { port: number; hello: string | Uint8Array }): void {
  const far = connect(port, "127.0.0.1", () => {
    client.write(hello);
    client.pipe(far).pipe(client);
  });
  far.on("error", () => client.destroy()).on("close", () => client.destroy());
  client.on("close", () => far.destroy());
}

function reader(socket: Socket): (length: number) => Promise<Uint8Array> {
  return (length) =>
    new Promise((resolve) => {
      const attempt = () => {
        const bytes = length === 0 ? new Uint8Array() : socket.read(length);
        if (!bytes) return;
        socket.off("readable", attempt);
        resolve(bytes);
      };
      socket.on("readable", attempt);
      attempt();
    });
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
