import { serverUrl } from "../encoding/server_url.ts";
import { KubecredError } from "../errors.ts";
import type { ConnectionInit, ExecStanza } from "../kubeconfig/types.ts";
import { untilAborted } from "../platform/abort.ts";
import type { Platform } from "../platform/types.ts";
import { checkAuthProvider } from "./auth_provider.ts";
import { makeCredential } from "./credential.ts";
import { execCluster, execSource, loadExecCluster, type PluginPolicy } from "./exec/mod.ts";
import { oidcSource } from "./oidc.ts";
import { closedError } from "./source.ts";
import { tokenFileSource } from "./token_file.ts";
import type { Credential, CredentialRequest, CredentialSource, Observers } from "./types.ts";
import { untrusted } from "../platform/untrusted.ts";

/** Options of {@linkcode credentialSource}. */
export interface SourceOptions extends Observers {
  /** What the runtime gives. @default {the runtime's} */
  readonly platform?: Partial<Platform>;
  /**
   * Which plugins may run; `"allow-all"` also trusts the files and URLs that a kubeconfig from text names.
   *
   * @default {"deny-all" for a connection from text, else "allow-all"}
   */
  readonly policy?: PluginPolicy;
  /**
   * Milliseconds for a run of a plugin, and for a refresh of the auth provider `oidc`.
   *
   * @default {60000; 600000 for a plugin at a terminal}
   */
  readonly pluginTimeout?: number;
  /** Most bytes that a plugin may print. @default {1048576} */
  readonly pluginOutputLimit?: number;
  /** Writes new settings of the auth provider `oidc` where the old ones came from. @default {they are kept in memory} */
  readonly persist?: (config: Readonly<Record<string, string>>) => Promise<void>;
}

const credentialFields = ["token", "tokenFile", "username", "exec", "auth-provider"];

/**
 * Picks the source of credentials from the user stanza of a connection, by client-go's precedence: a token file over a
 * token, either over basic authentication; a client certificate (which is TLS of the connection, not of this source), over
 * a credential plugin. An empty stanza is anonymous. Nothing is read, run or sent before the first call.
 *
 * What a stanza gives is never sent over plain HTTP.
 *
 * @example
 * ```ts
 * import { credentialSource } from "@kubecred/kubecred/auth";
 * import assert from "node:assert/strict";
 *
 * const source = credentialSource({ server: "https://10.0.0.1:6443", user: { token: "abc" } });
 * assert.equal((await source()).token, "abc");
 * ```
 *
 * @param connection Server, TLS and the user stanza
 * @param options Policy, limits (milliseconds, bytes), observers and the platform
 * @returns The source, which caches. It rejects as {@linkcode execSource} and token files do, and with `credential_invalid`
 * @throws `kubeconfig_invalid` when the stanza contradicts itself or the server is none, `unsupported` for a removed auth
 * provider, `plugin_denied` when a connection from text names a file or a URL
 * @see client-go transport/round_trippers.go and tools/clientcmd/client_config.go
 */
export function credentialSource(connection: ConnectionInit, options: SourceOptions = {}): CredentialSource {
  const { user = {}, tls = {}, origin } = connection;
  const { platform, onWarning, onEvent } = options;
  const { policy = origin?.kind === "text" ? "deny-all" : "allow-all" } = options;
  const trusted = origin?.kind !== "text" || policy === "allow-all";
  const given = credentialFields.filter((field) => user[field]);
  if (serverUrl(connection.server, connection).protocol !== "https:") {
    const settings = [...given, ...(tls.certificate ? ["client-certificate"] : [])];
    dropCredentials(connection.server, { settings, onWarning });
    return fixed({});
  }
  checkStanza(connection, given);

  const { token, tokenFile, username, password = "", exec, "auth-provider": provider } = user;
  if (tokenFile) {
    if (!trusted) throw untrusted(`read ${tokenFile}`, "files");
    return tokenFileSource(tokenFile, { token, platform, onWarning });
  }
  if (token) return fixed({ token });
  if (username) return fixed({ basic: { username, password } });
  if (exec && !tls.certificate) return pluginSource(exec);
  if (provider) {
    if (!trusted) throw untrusted(`use the auth provider "oidc"`, "URLs");
    const { persist, pluginTimeout: timeout } = options;
    return oidcSource(provider.config ?? {}, {
      server: connection.server,
      persist,
      timeout,
      platform,
      onWarning,
      onEvent,
    });
  }
  return fixed({});

  function pluginSource(stanza: ExecStanza): CredentialSource {
    const { pluginTimeout: timeout, pluginOutputLimit: outputLimit } = options;
    const shared = { platform, policy, timeout, outputLimit, user: connection.userName, onWarning, onEvent };
    if (!stanza.provideClusterInfo) return execSource(stanza, shared);
    const file = tls.ca?.file;
    if (file === undefined) return execSource(stanza, { ...shared, cluster: execCluster(connection) });
    if (!trusted) throw untrusted(`read ${file}`, "files");
    return opened(async () =>
      execSource(stanza, { ...shared, cluster: await loadExecCluster(connection, { platform }) })
    );
  }
}

// A client certificate goes with TLS, so that it is dropped without being asked for.
function dropCredentials(
  server: string,
  { settings, onWarning }: Pick<Observers, "onWarning"> & { readonly settings: readonly string[] },
): void {
  if (settings.length === 0) return;
  const list = settings.join(", ");
  if (!server.includes("://")) {
    throw new KubecredError(
      "kubeconfig_invalid",
      `Cannot send ${list} to ${server}: a server without a scheme is plain HTTP. Write https:// before it`,
    );
  }
  onWarning?.(`The server is plain HTTP: ${list} of the user is not used`);
}

function checkStanza({ user = {}, tls = {}, impersonate }: ConnectionInit, given: readonly string[]): void {
  const has = (...fields: string[]) => fields.some((field) => given.includes(field));
  if (has("exec") && has("auth-provider")) throw invalid("execProvider and authProvider cannot be used in combination");
  if (has("token", "tokenFile") && has("username")) {
    throw invalid("username/password or bearer token may be set, but not both");
  }
  if (user["auth-provider"]) checkAuthProvider(user["auth-provider"]);
  const places = { "client-certificate": tls.certificate, "client-certificate-data": tls.certificate, as: impersonate };
  for (const [field, place] of Object.entries(places)) {
    if (user[field] && !place) {
      const name = field === "as" ? "impersonate" : "tls.certificate";
      throw invalid(`${field} of a connection's user has no effect by itself; set ${name} of the connection`);
    }
  }
}

function fixed(fields: Credential): CredentialSource {
  const credential = makeCredential(fields);
  return () => Promise.resolve(credential);
}

/** A source that takes a file to make. A failure to make it is tried again on the next request. */
function opened(open: () => Promise<CredentialSource>): CredentialSource {
  let opening: Promise<CredentialSource> | undefined;
  let closed = false;
  return Object.assign(get, { close });

  async function get(request?: CredentialRequest): Promise<Credential> {
    if (closed) throw closedError();
    opening ??= open().catch((error) => {
      opening = undefined;
      throw error;
    });
    const source = await untilAborted(opening, request?.signal);
    return await source(request);
  }

  async function close(): Promise<void> {
    closed = true;
    const [source] = await Promise.allSettled([opening]);
    if (source.status === "fulfilled") await source.value?.close?.();
  }
}

function invalid(reason: string): KubecredError {
  return new KubecredError("kubeconfig_invalid", `Cannot use the credentials of the user: ${reason}`);
}
