import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { cached } from "../../auth/source.ts";
import {
  type ClusterClient,
  type ClusterFetch,
  createFetch,
  get,
  list,
  listAll,
  namespaces,
  pods,
} from "../../client/mod.ts";
import type { ConnectionInit } from "../../kubeconfig/types.ts";
import { type ApiServer, startApiServer } from "../../testing/mod.ts";

describe("a cluster's fetch against a TLS API server", () => {
  let server: ApiServer;
  let connection: ConnectionInit;
  let fetch: ClusterFetch;
  let cluster: ClusterClient;
  let runs = 0;
  let mark = 0;
  const requests = () => server.requests.slice(mark);
  before(async () => {
    server = await startApiServer({ tokens: {} });
    connection = { server: server.url, tls: { ca: { data: server.authority.cert } } };
    for (let i = 0; i < 25; i++) {
      server.put({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { namespace: "default", name: `pod-${String(i).padStart(2, "0")}` },
      });
    }
  });
  after(() => server.close());
  beforeEach(async () => {
    await fetch?.close();
    runs = 0;
    server.tokens.clear();
    mark = server.requests.length;
    const source = cached(async () => {
      const token = `token-${++runs}`;
      server.tokens.set(token, "alice");
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { token };
    });
    fetch = createFetch(connection, source);
    cluster = { fetch, namespace: "default" };
  });
  after(() => fetch.close());

  it("sends 20 sequential calls over one connection", async () => {
    const before = server.connections;
    for (let i = 0; i < 20; i++) await list(cluster, pods, { limit: 3 });
    assert.equal(server.connections - before, 1);
    assert.equal(runs, 1);
  });

  it("sends the 401, its replay and all that follows over one connection", async () => {
    const before = server.connections;
    await get(cluster, pods, "pod-00");
    server.tokens.clear();
    await get(cluster, pods, "pod-01");
    await get(cluster, pods, "pod-02");
    assert.deepEqual(requests().map(({ status, token }) => [status, token]), [
      [200, "token-1"],
      [401, "token-1"],
      [200, "token-2"],
      [200, "token-2"],
    ]);
    assert.equal(server.connections - before, 1);
  });

  it("logs in once for 20 concurrent callers, cold and all refused", async () => {
    const twenty = () => Promise.all(Array.from({ length: 20 }, () => get(cluster, pods, "pod-00")));
    await twenty();
    assert.equal(runs, 1);
    server.tokens.clear();
    await twenty();
    assert.equal(runs, 2);
    assert.equal(requests().length, 60);
  });

  it("gives every object of a paged list once, through an expired token too", async () => {
    const names: string[] = [];
    for await (const pod of listAll(cluster, pods, { limit: 10 })) {
      names.push(pod.metadata.name);
      if (names.length === 10) server.compact();
    }
    assert.equal(names.length, 25);
    assert.equal(new Set(names).size, 25);
    assert.ok(requests().some(({ status }) => status === 410));
  });

  it("says what failed when the connection is cut in the body, and connects anew", async () => {
    await get(cluster, pods, "pod-00");
    server.fault({ truncate: 30 });
    await assert.rejects(list(cluster, pods), { code: "connection_failed" });
    assert.equal((await list(cluster, pods)).items.length, 25);
  });

  it("gives a proxy's page as a readable error, and never as data", async () => {
    await get(cluster, pods, "pod-00");
    const headers = { "content-type": "text/html" };
    server.fault({ status: 200, headers, body: "<html><title>Login</title></html>" });
    await assert.rejects(get(cluster, pods, "pod-00"), { code: "protocol" });
    server.fault({ status: 503, headers, body: "<html><title>Maintenance</title></html>" });
    await assert.rejects(get(cluster, pods, "pod-00"), { code: "status", message: /Maintenance/ });
  });

  it("gives up when the caller does", async () => {
    await get(cluster, pods, "pod-00");
    const reason = new Error("enough");
    const controller = new AbortController();
    server.fault({ delay: 60_000 });
    const seen = server.requests.length;
    const waiting = get(cluster, pods, "pod-00", { signal: controller.signal });
    const refused = assert.rejects(waiting, (error) => error === reason);
    while (server.requests.length === seen) await new Promise((resolve) => setTimeout(resolve, 2));
    controller.abort(reason);
    await refused;
    await assert.rejects(get(cluster, pods, "pod-00", { signal: controller.signal }), (error) => error === reason);
    assert.equal(server.requests.length, seen + 1);
  });

  it("ends requests under way on close, and leaves no connection", async () => {
    await get(cluster, namespaces, "default");
    server.fault({ delay: 60_000 });
    const seen = server.requests.length;
    const waiting = get(cluster, pods, "pod-00");
    const refused = assert.rejects(waiting, { code: "closed" });
    while (server.requests.length === seen) await new Promise((resolve) => setTimeout(resolve, 2));
    await fetch.close();
    await refused;
    for (let i = 0; i < 500 && server.openConnections > 0; i++) await new Promise((resolve) => setTimeout(resolve, 2));
    assert.equal(server.openConnections, 0);
  });

  it("reaches a server behind a path prefix", async () => {
    const prefixed = await startApiServer({ prefix: "/k8s/clusters/c-1", tokens: { t: "alice" } });
    try {
      const other = createFetch(
        { server: prefixed.url, tls: { ca: { data: prefixed.authority.cert } } },
        async () => ({ token: "t" }),
      );
      assert.equal((await get({ fetch: other }, namespaces, "default")).metadata.name, "default");
      assert.equal(prefixed.requests[0]!.path, "/k8s/clusters/c-1/api/v1/namespaces/default");
      await other.close();
    } finally {
      await prefixed.close();
    }
  });
});
