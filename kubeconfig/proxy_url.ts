/**
 * What is wrong with a `proxy-url`.
 *
 * @param proxyUrl The URL
 * @returns The reason in client-go's words, without the URL itself, which may hold a password; undefined when it will do
 * @see client-go tools/clientcmd/client_config.go parseProxyURL
 */
export function proxyUrlFault(proxyUrl: string): string | undefined {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(proxyUrl)?.[1]?.toLowerCase() ?? "";
  if (!["http", "https", "socks5"].includes(scheme)) {
    return `unsupported scheme ${JSON.stringify(scheme)}, must be http, https, or socks5`;
  }
  const bare = proxyUrl.slice(scheme.length + 1);
  return bare === "//" || bare === "" || URL.canParse(`http:${bare}`) ? undefined : "could not parse";
}
