import type { Credential, CredentialSource, Observers } from "../auth/types.ts";
import { encodeBase64 } from "../encoding/base64.ts";
import { byteString } from "../encoding/byte_string.ts";
import { serverUrl } from "../encoding/server_url.ts";
import { KubecredError } from "../errors.ts";
import type { ConnectionInit } from "../kubeconfig/types.ts";
import { untilAborted } from "../platform/abort.ts";
import { resolvePlatform } from "../platform/mod.ts";
import type { Platform, TlsOptions } from "../platform/types.ts";
import { version } from "../version.ts";
import { impersonationHeaders } from "./impersonation.ts";
import { createPool } from "./pool.ts";
import { redirected } from "./redirect.ts";
import { hasHeader, type PreparedRequest, prepareRequest } from "./request.ts";
import { withTimeout } from "./timeout.ts";
import type { ClusterFetch } from "./types.ts";

/** Options of {@linkcode createFetch}. */
export interface CreateFetchOptions extends Observers {
  /** What the runtime gives. @default {the runtime's} */
  readonly platform?: Partial<Platform>;
  /** Milliseconds for a whole request, its body included; watches and followed logs are exempt. @default {none} */
  readonly timeout?: number;
  /** Whether files that the connection names may be read. @default {unless the connection came from text} */
  readonly readFiles?: boolean;
}

/** Milliseconds that a body may take which nobody will see. */
const longestDrain = 1_000;

/**
 * Makes a `fetch` for one cluster. Relative URLs go to its server, over one keep-alive pool, with the credential of the
 * moment; after a 401 the credential is refreshed once and the request is sent once more, if its body can be. A second
 * 401 is final and returned. A caller's own `Authorization` header is left alone. Nothing secret leaves the origin of the
 * server: requests for another origin go out as plain `fetch`, and redirects are followed within the origin only.
 *
 * @example Any OpenAPI client that takes a fetch can use it
 * ```ts ignore
 * import { createFetch } from "@kubecred/kubecred/client";
 *
 * const fetch = createFetch({ server: "https://10.0.0.1:6443" }, async () => ({ token: await readToken() }));
 * const version = await (await fetch("/version")).json();
 * await fetch.close();
 * ```
 *
 * @param connection Server, TLS, proxy and impersonation
 * @param source Where credentials come from; wrap it in `cached` unless it caches by itself
 * @param options Platform, timeout and observers
 * @returns The fetch, with `close()`. It rejects with `connection_failed`, `tls_failed`, `timeout`, `closed`, with what the
 * source throws, and with the reason of an aborted signal
 */
export function createFetch(
  connection: ConnectionInit,
  source: CredentialSource,
  options: CreateFetchOptions = {},
): ClusterFetch {
  const platform = resolvePlatform(options.platform);
  const base = serverUrl(connection.server, connection);
  const pool = createPool(platform, { material, proxy: connection.proxyUrl });
  const closing = new AbortController();
  let inline: TlsOptions | undefined;
  let readMaterial: (() => Promise<TlsOptions>) | undefined;
  return Object.assign(clusterFetch, { close });

  // What is inline cannot change. Loaded with the first request, so that importing this library stays cheap.
  function material(): TlsOptions | Promise<TlsOptions> {
    return inline ?? loadMaterial();
  }

  async function loadMaterial(): Promise<TlsOptions> {
    if (!readMaterial) {
      const { tlsMaterial } = await import("./tls_material.ts");
      readMaterial ??= tlsMaterial(connection, { ...options, platform });
    }
    const read = await readMaterial();
    const { ca, certificate, key } = connection.tls ?? {};
    if (!ca?.file && !certificate?.file && !key?.file) inline = read;
    return read;
  }

  async function clusterFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    closing.signal.throwIfAborted();
    const request = await prepareRequest(base, input, init);
    request.signal?.throwIfAborted();
    if (request.url.origin !== base.origin) {
      const { url, method, headers, body, redirect, signal } = request;
      return await platform.fetch(url, { ...init, method, headers, body, redirect, signal });
    }
    return await withTimeout(request, { platform, timeout: options.timeout, send });
  }

  async function send(request: PreparedRequest): Promise<Response> {
    let response = await sendOnce(request);
    for (let hop = 0; hop < 10; hop++) {
      const next = redirected(request, response);
      if (!next) break;
      await discard(response, platform);
      response = await sendOnce(request = next);
    }
    return response;
  }

  async function sendOnce(request: PreparedRequest): Promise<Response> {
    const credential = await credentialFor(request);
    const response = await sendWith(request, credential);
    if (response.status !== 401 || hasHeader(request.headers, "authorization") || isAnonymous(credential)) {
      return response;
    }
    const fresh = await refreshed(request, credential);
    if (!fresh || !request.replayable) return response;
    await discard(response, platform);
    return await sendWith(request, fresh);
  }

  function credentialFor(request: PreparedRequest, rejected?: Credential): Promise<Credential> {
    return untilAborted(source({ signal: request.signal, rejected }), closing.signal);
  }

  // As in client-go, a refresh that fails leaves the caller with the 401 itself.
  async function refreshed(request: PreparedRequest, rejected: Credential): Promise<Credential | undefined> {
    try {
      return await credentialFor(request, rejected);
    } catch (error) {
      closing.signal.throwIfAborted();
      request.signal?.throwIfAborted();
      options.onWarning?.(`The server refused the credential, and refreshing it failed: ${(error as Error).message}`);
    }
  }

  async function sendWith(request: PreparedRequest, credential: Credential): Promise<Response> {
    return await pool.send(credential.certificate, request.url, {
      method: request.method,
      headers: [...request.headers, ...addedHeaders(request.headers, credential)],
      body: request.body,
      signal: request.signal,
    });
  }

  // Each is left alone where the caller has set it; impersonation goes by the user's header alone (round_trippers.go).
  function addedHeaders(present: PreparedRequest["headers"], credential: Credential): [string, string][] {
    const added: [string, string][] = [];
    const authorization = authorizationOf(credential);
    if (authorization && !hasHeader(present, "authorization")) added.push(["Authorization", authorization]);
    if (connection.impersonate && !hasHeader(present, "impersonate-user")) {
      added.push(...impersonationHeaders(connection.impersonate));
    }
    if (!connection.disableCompression && !hasHeader(present, "accept-encoding")) {
      added.push(["Accept-Encoding", "gzip"]);
    }
    if (!hasHeader(present, "user-agent")) added.push(["User-Agent", `kubecred/${version}`]);
    return added;
  }

  async function close(): Promise<void> {
    const reason = new KubecredError("closed", "Cannot finish the request: the cluster was closed");
    closing.abort(reason);
    await pool.close(reason);
  }
}

function authorizationOf({ token, basic }: Credential): string | undefined {
  if (token) return `Bearer ${byteString(token)}`;
  if (basic) return `Basic ${encodeBase64(new TextEncoder().encode(`${basic.username}:${basic.password}`))}`;
}

function isAnonymous(credential: Credential): boolean {
  return !credential.token && !credential.basic && !credential.certificate;
}

// A short body is read, so that its connection goes back to the pool; one that is long, or takes long, is cut off. How it
// ends is of no matter: another answer takes its place.
async function discard({ headers, body }: Response, platform: Platform): Promise<void> {
  const reader = body?.getReader();
  if (!reader) return;
  const ended = new AbortController();
  const length = Number(headers.get("content-length") ?? Infinity);
  if (length <= 65_536) {
    await Promise.allSettled([Promise.race([drain(reader), platform.sleep(longestDrain, ended.signal)])]);
  }
  ended.abort();
  await Promise.allSettled([reader.cancel()]);
}

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  for (let done = false; !done;) ({ done } = await reader.read());
}
