import { KubecredError } from "../errors.ts";
import type { Socket } from "./builtin.ts";
import type { TunnelOptions } from "./connect_tunnel.ts";
import { parseIp } from "./ip.ts";

const replies: readonly string[] = [
  "succeeded",
  "general SOCKS server failure",
  "connection not allowed by ruleset",
  "network unreachable",
  "host unreachable",
  "connection refused",
  "TTL expired",
  "command not supported",
  "address type not supported",
];

/**
 * Asks a SOCKS5 proxy for a tunnel (RFC 1928, user and password by RFC 1929). Names are sent for the proxy to resolve.
 *
 * @param socket Connected to the proxy
 * @param options Where the tunnel leads, and the proxy's URL
 * @returns The socket, which now leads to the target
 * @throws `connection_failed` when the proxy refuses
 */
export async function socks5Tunnel(socket: Socket, { target, proxy }: TunnelOptions): Promise<Socket> {
  const user = bytesOf(decodeURIComponent(proxy.username));
  const password = bytesOf(decodeURIComponent(proxy.password));
  const withPassword = user.length > 0 || password.length > 0;
  if (user.length > 255 || password.length > 255) throw failure("user and password may have 255 bytes at most");
  const read = reader(socket);

  socket.write(Uint8Array.from(withPassword ? [5, 2, 0, 2] : [5, 1, 0]));
  const [version, method] = await read(2);
  if (version !== 5) throw failure("it does not speak SOCKS5");
  if (method === 2 && withPassword) {
    socket.write(Uint8Array.from([1, user.length, ...user, password.length, ...password]));
    const [, status] = await read(2);
    if (status !== 0) throw failure("it refused the user and password in the proxy's URL");
  } else if (method !== 0) {
    throw failure("it wants a user and password; put them into the proxy's URL");
  }

  socket.write(Uint8Array.from([5, 1, 0, ...address(target.host), target.port >> 8, target.port & 255]));
  const [, reply, , type] = await read(4);
  if (reply !== 0) throw failure(replies[reply!] ?? `reply ${reply}`);
  const length = type === 1 ? 4 : type === 4 ? 16 : (await read(1))[0]!;
  await read(length + 2);
  return socket;

  function failure(reason: string): KubecredError {
    return new KubecredError(
      "connection_failed",
      `Cannot reach ${target.host}:${target.port} through the proxy ${proxy.host}: ${reason}`,
    );
  }
}

function address(host: string): number[] {
  const ip = parseIp(host);
  if (ip && host.includes(":")) return [4, ...ip];
  if (ip) return [1, ...ip.subarray(12)];
  const name = bytesOf(host);
  return [3, name.length, ...name];
}

/** Reads exactly so many bytes at a time, and not one of what follows them: that belongs to the far end. */
function reader(socket: Socket): (length: number) => Promise<Uint8Array> {
  return (length) =>
    new Promise((resolve, reject) => {
      const settle = (then: () => void) => {
        socket.off("readable", attempt).off("error", reject).off("close", closed);
        then();
      };
      const attempt = () => {
        const bytes: Uint8Array | null = socket.read(length);
        if (bytes) settle(() => resolve(bytes));
      };
      const closed = () => settle(() => reject(new Error("the proxy closed the connection")));
      socket.on("readable", attempt).on("error", reject).on("close", closed);
      attempt();
    });
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
