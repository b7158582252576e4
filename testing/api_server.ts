import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { authenticate } from "./api_auth.ts";
import { faultAnswer, faultQueue, pause } from "./api_faults.ts";
import { apiKubeconfig } from "./api_kubeconfig.ts";
import { listen, peerCertificate } from "./api_listen.ts";
import { resourceTable } from "./api_resources.ts";
import { route } from "./api_routes.ts";
import { send } from "./api_send.ts";
import { failure } from "./api_status.ts";
import { createStore, storeKey } from "./api_store.ts";
import type { ApiObject, ApiRequest, ApiResponse, ApiServer, ApiServerOptions } from "./api_types.ts";
import { createAuthority } from "./pki.ts";

/** A record that is completed as the request goes on. */
type Entry = { -readonly [K in keyof ApiRequest]: ApiRequest[K] };

/**
 * Starts an API server on a free port of 127.0.0.1: real TLS, HTTP/1.1, and the paths, lists, pages and Status bodies of
 * Kubernetes 1.35. It counts what arrives, and lets go wrong what you ask for.
 *
 * Client certificates count before tokens; a credential that is refused gives 401, none at all gives the anonymous user,
 * who gets 403. Whoever is known may do everything.
 *
 * @example One request with an expired token
 * ```ts
 * import { startApiServer } from "@kubecred/kubecred/testing";
 * import assert from "node:assert/strict";
 *
 * const server = await startApiServer({ http: true, tokens: { "token-1": "alice" } });
 * const url = `${server.url}/api/v1/namespaces`;
 * const headers = { authorization: "Bearer token-1" };
 *
 * const list = await (await fetch(url, { headers })).json();
 * assert.equal(list.kind, "NamespaceList");
 *
 * server.tokens.delete("token-1");
 * const refused = await fetch(url, { headers });
 * assert.equal((await refused.json()).reason, "Unauthorized");
 *
 * assert.deepEqual(server.requests.map(({ status }) => status), [200, 401]);
 * assert.deepEqual(server.tokensSeen, ["token-1"]);
 * await server.close();
 * ```
 *
 * @example Faults
 * ```ts
 * import { startApiServer } from "@kubecred/kubecred/testing";
 * import assert from "node:assert/strict";
 *
 * const server = await startApiServer({ http: true });
 * server.fault({ status: 429, headers: { "retry-after": "2" } });
 * server.fault({ truncate: 10, when: ({ path }) => path === "/version" });
 *
 * const limited = await fetch(`${server.url}/readyz`);
 * assert.equal(limited.status, 429);
 * assert.equal((await limited.json()).reason, "TooManyRequests");
 *
 * const broken = await fetch(`${server.url}/version`);
 * await assert.rejects(broken.text());
 * await server.close();
 * ```
 *
 * @param options Tokens, objects, kinds, TLS material
 * @returns The running server; close it
 */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const { http = false, prefix = "", objects = [] } = options;
  const authority = options.authority ?? await createAuthority();
  const certificate = options.certificate ?? await authority.issue({
    commonName: "kube-apiserver",
    dnsNames: ["localhost", "kubernetes.default.svc"],
    ipAddresses: ["127.0.0.1", "::1"],
  });
  const tokens = new Map(Object.entries(options.tokens ?? { "test-token": "test-user" }));
  const [store, table, faults] = [createStore(), resourceTable(options.resources ?? []), faultQueue()];
  const requests: Entry[] = [];
  const numbers = new Map<Socket, number>();
  for (const object of [namespace("default"), namespace("kube-system"), ...objects]) store.put(keyOf(object), object);

  const listener = await listen(
    (message, response) => void serve(message, response).catch((error) => response.destroy(error)),
    { http, authority, certificate },
  );
  const url = `${http ? "http" : "https"}://127.0.0.1:${listener.port}${prefix}`;

  return {
    url,
    authority,
    tokens,
    requests,
    get connections() {
      return listener.accepted;
    },
    get openConnections() {
      return listener.open;
    },
    get tokensSeen() {
      return [...new Set(requests.flatMap(({ token }) => token ?? []))];
    },
    fault: faults.add,
    put: (object) => store.put(keyOf(object), object),
    remove: (object) => void store.remove(keyOf(object)),
    compact: store.compact,
    kubeconfig(settings) {
      const [token] = tokens.keys();
      return apiKubeconfig({ url, token, ca: http ? undefined : authority.cert }, settings);
    },
    disconnect: listener.disconnect,
    close: listener.close,
  };

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = message;
    if (!numbers.has(socket)) numbers.set(socket, numbers.size + 1);
    const peer = peerCertificate(socket);
    const entry: Entry = {
      method: message.method ?? "GET",
      path: message.url ?? "/",
      headers: pairs(message.rawHeaders),
      body: "",
      connection: numbers.get(socket)!,
    };
    const token = /^bearer\s+(\S+)/i.exec(message.headers.authorization ?? "")?.[1];
    if (token !== undefined) entry.token = token;
    if (peer) entry.clientCertificate = peer.commonName;
    requests.push(entry);
    message.setEncoding("utf8");
    for await (const chunk of message) entry.body += chunk;

    const fault = faults.take(entry);
    if (fault.delay !== undefined) await pause(fault.delay, response);
    if (fault.reset) return void socket.destroy();
    const user = authenticate(entry, peer, tokens);
    if (user && fault.status !== 401) entry.user = user;
    const answer = faultAnswer(fault, entry) ?? (user ? await answerTo(entry) : failure(401));
    entry.status = answer.status;
    await send(response, { ...answer, headers: { ...answer.headers, ...fault.headers } }, {
      acceptEncoding: String(message.headers["accept-encoding"] ?? ""),
      truncate: fault.truncate,
    });
  }

  async function answerTo(request: ApiRequest): Promise<ApiResponse> {
    return await options.handler?.(request) ?? route(request, { store, table, prefix });
  }

  function keyOf(object: ApiObject): string {
    return storeKey(table.of(object), object.metadata.namespace, object.metadata.name);
  }
}

function namespace(name: string): ApiObject {
  const labels = { "kubernetes.io/metadata.name": name };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels }, status: { phase: "Active" } };
}

function pairs(raw: readonly string[]): [name: string, value: string][] {
  return raw.flatMap((name, index) => index % 2 === 0 ? [[name, raw[index + 1] ?? ""]] : []);
}
