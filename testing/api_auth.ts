import type { ApiRequest, ApiUser } from "./api_types.ts";
import type { PeerCertificate } from "./api_listen.ts";

/**
 * Who a request is from, as the API server's chain of authenticators decides: a trusted certificate, else an accepted
 * token, else nobody when any credential was presented (401), else the anonymous user.
 *
 * @param request Its token
 * @param peer Its client certificate
 * @param tokens Accepted tokens, with their user names
 * @returns The user; undefined means 401
 */
export function authenticate(
  request: ApiRequest,
  peer: PeerCertificate | undefined,
  tokens: ReadonlyMap<string, string>,
): ApiUser | undefined {
  if (peer?.trusted) return user(peer.commonName, [...peer.organizations, "system:authenticated"]);
  const username = request.token === undefined ? undefined : tokens.get(request.token);
  if (username !== undefined) return user(username, ["system:authenticated"]);
  if (peer || request.token !== undefined) return undefined;
  return user("system:anonymous", ["system:unauthenticated"]);
}

function user(username: string, groups: readonly string[]): ApiUser {
  return { username, groups };
}
