import { KubecredError } from "../errors.ts";
import { isLoopback, parseIp, parseNetwork } from "./ip.ts";
import { optionalEnv } from "./optional_env.ts";

type Env = (name: string) => string | undefined;

/**
 * Reads the URL of a proxy that was given explicitly, and so serves every request.
 *
 * @param text `http`, `https` or `socks5` URL; user and password allowed
 * @returns The URL
 * @throws `unsupported` when it is none of these
 */
export function parseProxy(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.hostname || /%(?![0-9a-f]{2})/i.test(url.username + url.password)) {
    throw new KubecredError("unsupported", "Cannot use the proxy: its URL does not parse");
  }
  if (!/^(https?|socks5):$/.test(url.protocol)) {
    throw new KubecredError(
      "unsupported",
      `Cannot use the proxy ${url.host}: scheme "${url.protocol.slice(0, -1)}" is none of http, https and socks5`,
    );
  }
  return url;
}

/**
 * Picks the proxy that the environment names for a URL, by the rules of Go's `golang.org/x/net/http/httpproxy`: HTTPS_PROXY
 * or HTTP_PROXY by the URL's scheme, unless NO_PROXY matches; upper case before lower case; loopback never.
 *
 * @param target Where the request goes
 * @param env Reads one variable; one that may not be read counts as unset
 * @returns The proxy; undefined to go straight
 * @throws `unsupported` when the variable's scheme is none of http, https and socks5
 */
export function environmentProxy(target: URL, env: Env): URL | undefined {
  const secure = target.protocol === "https:";
  const text = secure ? first(env, "HTTPS_PROXY") : first(env, "HTTP_PROXY");
  if (text === undefined || bypasses(target, first(env, "NO_PROXY") ?? "")) return undefined;
  if (!secure && first(env, "REQUEST_METHOD", false) !== undefined) {
    throw new KubecredError(
      "unsupported",
      "Cannot use the proxy: refusing to use HTTP_PROXY value in CGI environment; see golang.org/s/cgihttpproxy",
    );
  }
  const bare = URL.canParse(text) && new URL(text).host !== "" ? text : `http://${text}`;
  // Go ignores a value that does not parse either way.
  return URL.canParse(bare) ? parseProxy(bare) : undefined;
}

function bypasses(target: URL, noProxy: string): boolean {
  const host = target.hostname.replace(/^\[|\]$/g, "");
  const port = target.port || (target.protocol === "https:" ? "443" : "80");
  const ip = parseIp(host);
  if (host === "localhost" || ip && isLoopback(ip)) return true;
  return noProxy.split(",").some((entry) => matches(entry.trim().toLowerCase(), { host, port, ip }));
}

interface Address {
  readonly host: string;
  readonly port: string;
  readonly ip: Uint8Array | undefined;
}

function matches(entry: string, { host, port, ip }: Address): boolean {
  if (entry === "*") return true;
  const network = parseNetwork(entry);
  if (network) return ip !== undefined && network(ip);
  const [name, onlyPort] = splitPort(entry);
  if (name === "" || onlyPort !== "" && onlyPort !== port) return false;
  const address = parseIp(name);
  if (address) return ip !== undefined && ip.every((byte, index) => byte === address[index]);
  if (name.startsWith("*.") || name.startsWith(".")) return host.endsWith(name.slice(name.indexOf(".")));
  return host === name || host.endsWith(`.${name}`);
}

function splitPort(entry: string): [name: string, port: string] {
  const match = /^(?:\[(.*)\]|([^:]*)):([^:]*)$/.exec(entry);
  return match ? [match[1] ?? match[2] ?? "", match[3] ?? ""] : [entry, ""];
}

function first(env: Env, name: string, lowerCase = true): string | undefined {
  return optionalEnv(env, name) || lowerCase && optionalEnv(env, name.toLowerCase()) || undefined;
}
