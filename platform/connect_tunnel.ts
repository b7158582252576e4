import { encodeBase64 } from "../encoding/base64.ts";
import { KubecredError } from "../errors.ts";
import { builtin, type Socket } from "./builtin.ts";

/** Where a tunnel leads, and who asks for it. */
export interface TunnelOptions {
  /** Host and port of the far end. */
  readonly target: { readonly host: string; readonly port: number };
  /** The proxy, with user and password if it wants them. */
  readonly proxy: URL;
}

/**
 * Asks an HTTP proxy for a tunnel (RFC 9110, CONNECT).
 *
 * @param socket Connected to the proxy
 * @param options Where the tunnel leads, and the proxy's URL
 * @returns The socket, which now leads to the target
 * @throws `connection_failed` when the proxy refuses
 */
export function connectTunnel(socket: Socket, { target, proxy }: TunnelOptions): Promise<Socket> {
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  const authority = `${host}:${target.port}`;
  return new Promise((resolve, reject) => {
    const request = builtin("node:http").request({
      method: "CONNECT",
      path: authority,
      headers: ["Host", authority, ...proxyAuthorization(proxy).flat()],
      createConnection: () => socket,
    });
    request.on("connect", (response, tunnel) => {
      if (response.statusCode === 200) return resolve(tunnel as Socket);
      tunnel.destroy();
      reject(
        new KubecredError(
          "connection_failed",
          `Cannot reach ${authority} through the proxy ${proxy.host}: it answered ${response.statusCode} ` +
            `${response.statusMessage}${
              response.statusCode === 407 ? "; check the user and password in the proxy's URL" : ""
            }`,
        ),
      );
    });
    request.on("error", reject);
    request.end();
  });
}

/** `Proxy-Authorization` from the user and password of a proxy's URL. */
export function proxyAuthorization(proxy: URL): [name: string, value: string][] {
  if (proxy.username === "" && proxy.password === "") return [];
  const bytes = new TextEncoder().encode(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`);
  return [["Proxy-Authorization", `Basic ${encodeBase64(bytes)}`]];
}
