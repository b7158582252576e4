import { KubecredError } from "../errors.ts";
import type { PreparedRequest } from "./request.ts";

/**
 * The request that a redirect asks for, as `fetch` follows it, but within one origin only: client-go sends credentials to
 * any host that a redirect names.
 *
 * @param request The request that was answered
 * @param response The answer
 * @returns The next request; undefined when the answer is to be returned as it is
 */
export function redirected(request: PreparedRequest, response: Response): PreparedRequest | undefined {
  const location = response.headers.get("location");
  if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return undefined;
  if (request.redirect === "manual" || !URL.canParse(location, request.url)) return undefined;
  if (request.redirect === "error") {
    throw new KubecredError(
      "connection_failed",
      `Cannot send the request: ${request.url.host} redirects, and redirect is "error"`,
    );
  }
  const url = new URL(location, request.url);
  if (url.origin !== request.url.origin) return undefined;
  const { status } = response;
  if (status === 303 || (status < 303 && request.method === "POST")) {
    const headers = request.headers.filter(([name]) => !/^content-/i.test(name));
    return {
      ...request,
      url,
      headers,
      method: request.method === "HEAD" ? "HEAD" : "GET",
      body: null,
      replayable: true,
    };
  }
  return request.replayable ? { ...request, url } : undefined;
}
