import { KubecredError } from "../errors.ts";

/** What decides the scheme of a server that is given without one. A connection fits. */
export interface ServerUrlOptions {
  /** TLS material and switches. @default {none} */
  readonly tls?: { readonly ca?: unknown; readonly certificate?: unknown; readonly insecure?: boolean };
  /** Set when the server is a kubeconfig's. @default {absent: a program wrote it} */
  readonly origin?: unknown;
}

/**
 * The URL of a server that is given as a URL, `host:port` or `host`. Without a scheme it is plain HTTP in a kubeconfig,
 * whatever TLS settings stand beside it; in a program's own connection TLS settings make it HTTPS.
 *
 * @param server The server, as `clusters[].cluster.server` has it
 * @param options The connection that it belongs to
 * @returns Its URL, whose path is a prefix to all requests
 * @throws `kubeconfig_invalid` when it is neither a URL nor a `host:port` pair, or carries a name and a password
 * @see client-go rest/url_utils.go DefaultServerURL and DefaultServerUrlFor
 */
export function serverUrl(server: string, options: ServerUrlOptions = {}): URL {
  const url = parse(server, options);
  if (url && !url.username && !url.password) return url;
  const shown = JSON.stringify(withoutUserInfo(server));
  const reason = url
    ? "a name and a password in it would not be sent; give them as username and password of the user"
    : `host must be a URL or a host:port pair: ${shown}`;
  throw new KubecredError("kubeconfig_invalid", `Cannot use server ${shown}: ${reason}`);
}

function parse(server: string, { tls = {}, origin }: ServerUrlOptions): URL | undefined {
  if (/^https?:\/\/[^/?#]/i.test(server) && URL.canParse(server)) return new URL(server);
  const secure = origin === undefined && Boolean(tls.ca || tls.certificate || tls.insecure);
  const guess = `${secure ? "https" : "http"}://${server}`;
  return /^[^/?#\\\s]+\/?$/.test(server) && URL.canParse(guess) ? new URL(guess) : undefined;
}

/**
 * The URL of a server without query and fragment, which client-go cuts off only where there is a path to keep.
 *
 * @param server The server, as `clusters[].cluster.server` has it
 * @returns The same text when there is nothing to cut off
 * @see client-go tools/clientcmd/client_config.go ClientConfig
 */
export function withoutQuery(server: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*\/[^?#]/i.test(server) ? server.replace(/[?#].*$/s, "") : server;
}

/**
 * A URL that may be shown: its user and password are taken out, wherever they end.
 *
 * @param url A server or a proxy, with or without a scheme, sound or not
 * @returns The URL with a placeholder in their place
 */
export function withoutUserInfo(url: string): string {
  return url.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)?.*@/s, "$1<redacted>@");
}
