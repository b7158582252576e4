import { conceal } from "../redact.ts";
import type { Connection, ConnectionInit, PemSource, UserStanza } from "./types.ts";

/**
 * Makes a connection of what a caller wrote, with the defaults filled in and secrets that do not print.
 *
 * @param init A server, and what else is not as usual
 * @returns The connection, frozen; one that is complete already is returned as it is
 */
export function completeConnection(init: ConnectionInit): Connection {
  if (Object.isFrozen(init) && init.warnings && init.user && init.tls && init.namespace) return init as Connection;
  const { server, namespace = "default", user = {}, tls = {}, proxyUrl, warnings = [] } = init;
  return conceal<Connection>({
    ...init,
    server,
    namespace,
    user: concealUser(user),
    tls: Object.freeze({ ...tls, ...(tls.key && { key: concealKey(tls.key) }) }),
    proxyUrl,
    warnings: Object.freeze([...warnings]),
  }, ["proxyUrl"]);
}

function concealUser(user: UserStanza): UserStanza {
  if (Object.isFrozen(user)) return user;
  return conceal(user, ["token", "password", "client-key-data", "auth-provider", "exec"]);
}

function concealKey(key: PemSource): PemSource {
  return Object.isFrozen(key) ? key : conceal(key, ["data"]);
}
