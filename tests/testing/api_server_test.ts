import assert from "node:assert/strict";
import https from "node:https";
import { test } from "node:test";
import { type ApiObject, type ApiServer, type ApiServerOptions, startApiServer } from "../../testing/mod.ts";
import { send, type WireResponse } from "./https_client.ts";

type Call = (path: string, options?: Parameters<typeof send>[1]) => Promise<WireResponse>;

/** Starts a server, calls it as the default user unless told otherwise, and closes it. */
async function withServer(
  options: ApiServerOptions,
  body: (call: Call, server: ApiServer) => void | Promise<void>,
): Promise<void> {
  const server = await startApiServer(options);
  try {
    const headers = { authorization: "Bearer test-token" };
    await body((path, init) => send(server.url + path, { ca: server.authority.cert, headers, ...init }), server);
  } finally {
    await server.close();
  }
  assert.equal(server.openConnections, 0);
}

function pod(name: string, labels: Record<string, string> = {}, namespace = "default"): ApiObject {
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace, labels } };
}

const names = (answer: WireResponse) => answer.json.items.map(({ metadata }: ApiObject) => metadata.name);

test("startApiServer() serves version, health and discovery", async () => {
  await withServer({}, async (call) => {
    assert.match((await call("/version")).json.gitVersion, /^v1\./);
    assert.equal((await call("/readyz", { headers: {} })).text, "ok");
    assert.deepEqual((await call("/api")).json.versions, ["v1"]);
    assert.ok((await call("/apis")).json.groups.some(({ name }: { name: string }) => name === "apps"));
    assert.equal((await call("/apis/apps")).json.preferredVersion.groupVersion, "apps/v1");
    const { groupVersion, resources } = (await call("/apis/apps/v1")).json;
    assert.equal(groupVersion, "apps/v1");
    assert.ok(
      resources.some(({ name, kind }: { name: string; kind: string }) =>
        `${name} ${kind}` === "deployments Deployment"
      ),
    );
    assert.equal((await call("/apis/none/v1")).text, "404 page not found\n");
  });
});

test("startApiServer() takes certificates before tokens, refuses wrong ones with 401 and nobody with 403", async () => {
  await withServer({ tokens: { good: "alice" } }, async (call, server) => {
    const other = await startApiServer();
    const mine = await server.authority.issue({ commonName: "bob", organizations: ["dev", "ops"] });
    const foreign = await other.authority.issue({ commonName: "eve" });
    await other.close();
    const [cert, wrong] = [mine, foreign].map(({ cert, key }) => ({ cert, key }));
    const token = (value: string) => ({ authorization: `Bearer ${value}` });
    const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    const rows: [name: string, init: https.RequestOptions, status: number, user?: string][] = [
      ["no credential", { headers: {} }, 403],
      ["good token", { headers: token("good") }, 201, "alice"],
      ["bad token", { headers: token("bad") }, 401],
      ["good certificate", { headers: {}, ...cert }, 201, "bob"],
      ["bad certificate", { headers: {}, ...wrong }, 401],
      ["bad token, good certificate", { headers: token("bad"), ...cert }, 201, "bob"],
      ["good token, bad certificate", { headers: token("good"), ...wrong }, 201, "alice"],
      ["both bad", { headers: token("bad"), ...wrong }, 401],
    ];
    for (const [name, init, status, user] of rows) {
      const answer = await call(path, { method: "POST", ...init });
      assert.equal(answer.status, status, name);
      assert.equal(answer.json.status.userInfo?.username, user, name);
    }
    assert.deepEqual(server.requests.map(({ user }) => user?.username), [
      "system:anonymous",
      ...rows.slice(1).map(([, , , user]) => user),
    ]);
    assert.deepEqual(
      server.requests.map(({ clientCertificate }) => clientCertificate),
      [undefined, undefined, undefined, "bob", "eve", "bob", "eve", "eve"],
    );
    assert.deepEqual(server.requests[3]?.user?.groups, ["dev", "ops", "system:authenticated"]);
    assert.deepEqual(server.tokensSeen, ["good", "bad"]);
    assert.equal(server.connections, rows.length);
  });
});

test("startApiServer() counts one connection when the client keeps it", async () => {
  await withServer({}, async (call, server) => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    for (let round = 0; round < 3; round++) await call("/version", { agent });
    assert.equal(server.connections, 1);
    assert.deepEqual(server.requests.map(({ connection }) => connection), [1, 1, 1]);
    await call("/version");
    assert.equal(server.connections, 2);
    assert.equal(server.requests.at(-1)?.connection, 2);
    agent.destroy();
  });
});

test("startApiServer() records header lines and the body as sent", async () => {
  await withServer({}, async (call, server) => {
    const { port } = new URL(server.url);
    const lines = [
      "Host",
      `127.0.0.1:${port}`,
      "Impersonate-Group",
      "a",
      "Impersonate-Group",
      "b",
      "Content-Length",
      "2",
    ];
    await call("/version?x=1", { method: "POST", headers: lines as unknown as undefined, body: "{}" });
    const { method, path, headers, body, token } = server.requests[0]!;
    assert.deepEqual([method, path, body, token], ["POST", "/version?x=1", "{}", undefined]);
    assert.deepEqual(headers.filter(([name]) => name === "Impersonate-Group").map(([, value]) => value), ["a", "b"]);
  });
});

test("startApiServer() pages a list and forgets its continue tokens when compacted", async () => {
  const objects = ["a", "b", "c", "d", "e"].map((name) => pod(name));
  await withServer({ objects }, async (call, server) => {
    const first = await call("/api/v1/namespaces/default/pods?limit=2");
    assert.deepEqual(names(first), ["a", "b"]);
    assert.equal(first.json.kind, "PodList");
    assert.equal(first.json.items[0].kind, undefined);
    assert.equal(first.json.metadata.remainingItemCount, 3);
    const next = (token: string) => call(`/api/v1/namespaces/default/pods?limit=2&continue=${token}`);
    const second = await next(first.json.metadata.continue);
    assert.deepEqual(names(second), ["c", "d"]);
    assert.equal(second.json.metadata.resourceVersion, first.json.metadata.resourceVersion);
    const last = await next(second.json.metadata.continue);
    assert.deepEqual([names(last), last.json.metadata.continue], [["e"], undefined]);

    const filtered = await call("/api/v1/pods?limit=2&fieldSelector=metadata.namespace=default");
    assert.ok(filtered.json.metadata.continue);
    assert.equal(filtered.json.metadata.remainingItemCount, undefined);

    server.compact();
    const expired = await next(second.json.metadata.continue);
    assert.deepEqual([expired.status, expired.json.reason, expired.json.code], [410, "Expired", 410]);
    assert.deepEqual(names(await next(expired.json.metadata.continue)), ["e"]);
    for (const broken of ["!!", "bm90IGpzb24"]) assert.equal((await next(broken)).json.reason, "BadRequest");
  });
});

test("startApiServer() selects by namespace, labels and fields", async () => {
  const objects = [
    pod("a", { app: "web", tier: "1" }),
    pod("b", { app: "db" }),
    pod("c", {}, "kube-system"),
    { ...pod("d", { app: "web", tier: "2" }), status: { phase: "Running" } },
  ];
  await withServer({ objects }, async (call) => {
    const rows: [query: string, expected: string[]][] = [
      ["", ["a", "b", "d", "c"]],
      ["labelSelector=app=web", ["a", "d"]],
      ["labelSelector=app==web,tier!=1", ["d"]],
      ["labelSelector=app", ["a", "b", "d"]],
      ["labelSelector=!app", ["c"]],
      ["labelSelector=app in (web, db),tier notin (2)", ["a", "b"]],
      ["labelSelector=app!=web", ["b", "c"]],
      ["fieldSelector=metadata.name=b", ["b"]],
      ["fieldSelector=metadata.name!=b,metadata.namespace=default", ["a", "d"]],
      ["fieldSelector=status.phase=Running", ["d"]],
    ];
    for (const [query, expected] of rows) {
      assert.deepEqual(names(await call(`/api/v1/pods?${query.replace(/ /g, "%20")}`)), expected, query);
    }
    assert.deepEqual(names(await call("/api/v1/namespaces/kube-system/pods")), ["c"]);
    assert.equal((await call("/api/v1/pods?labelSelector=a~b")).json.reason, "BadRequest");
  });
});

test("startApiServer() creates, reads, updates, patches and deletes", async () => {
  await withServer({}, async (call) => {
    const [all, one] = ["/api/v1/namespaces/default/configmaps", "/api/v1/namespaces/default/configmaps/a"];
    const write = (method: string, path: string, body: object, type = "application/json") =>
      call(path, {
        method,
        body: JSON.stringify(body),
        headers: { authorization: "Bearer test-token", "content-type": type },
      });
    const created = await write("POST", all, { metadata: { name: "a" }, data: { x: "1", y: "2" } });
    assert.equal(created.status, 201);
    const { kind, apiVersion, metadata } = created.json;
    assert.deepEqual([kind, apiVersion, metadata.namespace], ["ConfigMap", "v1", "default"]);
    assert.deepEqual((await call(one)).json, created.json);

    const patched = await write("PATCH", one, { data: { x: null } }, "application/merge-patch+json");
    assert.deepEqual(patched.json.data, { y: "2" });
    assert.equal(patched.json.metadata.uid, metadata.uid);
    assert.ok(Number(patched.json.metadata.resourceVersion) > Number(metadata.resourceVersion));

    assert.equal((await write("PUT", one, created.json)).json.reason, "Conflict");
    assert.deepEqual((await write("PUT", one, { ...patched.json, data: {} })).json.data, {});
    assert.equal((await write("PATCH", one, {}, "application/json-patch+json")).status, 415);
    const { apiVersion: _, ...twice } = created.json;
    assert.equal((await write("POST", all, twice)).json.message, 'configmaps "a" already exists');
    assert.equal((await write("POST", all, { metadata: {} })).json.reason, "Invalid");
    assert.equal((await write("POST", all, [])).json.reason, "BadRequest");
    const deleted = await call(one, { method: "DELETE" });
    assert.deepEqual([deleted.status, deleted.json.status, deleted.json.details.uid], [200, "Success", metadata.uid]);
    assert.equal((await call(one)).status, 404);
  });
});

test("startApiServer() words its failures as kube-apiserver does", async () => {
  await withServer({}, async (call) => {
    const status = (code: number, message: string, reason: string, details?: object) => ({
      ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason },
      ...(details && { details }),
      code,
    });
    const anonymous = { headers: {} };
    const bad = { headers: { authorization: "Bearer bad" } };
    const html = { headers: { authorization: "Bearer test-token", accept: "text/html" } };
    const [pods, deployment] = ["/api/v1/namespaces/default/pods", "/apis/apps/v1/namespaces/default/deployments/web"];
    const rows: [path: string, init: https.RequestOptions, body: { code: number }][] = [
      [pods, bad, status(401, "Unauthorized", "Unauthorized")],
      ["/version", bad, status(401, "Unauthorized", "Unauthorized")],
      [
        pods,
        anonymous,
        status(
          403,
          'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "default"',
          "Forbidden",
          { kind: "pods" },
        ),
      ],
      [
        "/apis",
        anonymous,
        status(403, 'forbidden: User "system:anonymous" cannot get path "/apis"', "Forbidden", {}),
      ],
      [`${pods}/web`, {}, status(404, 'pods "web" not found', "NotFound", { name: "web", kind: "pods" })],
      [
        deployment,
        {},
        status(404, 'deployments.apps "web" not found', "NotFound", {
          name: "web",
          group: "apps",
          kind: "deployments",
        }),
      ],
      [
        "/api/v1/pods",
        { method: "POST" },
        status(405, "the server does not allow this method on the requested resource", "MethodNotAllowed", {}),
      ],
      ["/api/v1/foos", {}, status(404, "the server could not find the requested resource", "NotFound", {})],
      [
        pods,
        { method: "PUT" },
        status(405, "the server does not allow this method on the requested resource", "MethodNotAllowed", {}),
      ],
      [
        pods,
        html,
        status(
          406,
          "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf",
          "NotAcceptable",
          {},
        ),
      ],
    ];
    for (const [path, init, body] of rows) {
      const answer = await call(path, init);
      assert.deepEqual(answer.json, body);
      assert.equal(answer.status, body.code);
    }
  });
});

test("fault() answers, adds headers, delays, drops and cuts, each once unless told otherwise", async () => {
  await withServer({}, async (call, server) => {
    server.fault({ status: 401 });
    server.fault({ status: 503, times: 2 });
    assert.deepEqual(await statuses(call, 4), [401, 503, 503, 200]);
    assert.deepEqual(server.requests.map(({ status }) => status), [401, 503, 503, 200]);
    assert.equal(server.requests[0]?.user, undefined);

    server.fault({ status: 429, headers: { "retry-after": "7" } });
    const limited = await call("/version");
    assert.deepEqual([limited.headers["retry-after"], limited.json.reason], ["7", "TooManyRequests"]);

    server.fault({ body: "<html></html>", headers: { "content-type": "text/html" } });
    const page = await call("/api");
    assert.deepEqual([page.status, page.text, page.headers["content-type"]], [200, "<html></html>", "text/html"]);

    server.fault({ headers: { warning: ['299 - "one"', '299 - "two"'] } });
    const warned = await call("/version");
    assert.equal(warned.headers.warning, '299 - "one", 299 - "two"');
    assert.equal(warned.json.major, "1");

    server.fault({ reset: true });
    await assert.rejects(call("/version"));
    assert.equal(server.requests.at(-1)?.status, undefined);

    server.fault({ truncate: 5 });
    await assert.rejects(call("/version"));
    assert.equal(server.requests.at(-1)?.status, 200);

    server.fault({ status: 500, when: ({ path }) => path === "/api" });
    assert.deepEqual([(await call("/version")).status, (await call("/api")).status], [200, 500]);

    server.fault({ delay: 20 });
    const before = performance.now();
    await call("/version");
    assert.ok(performance.now() - before >= 19);
  });
});

async function statuses(call: Call, count: number): Promise<number[]> {
  const seen: number[] = [];
  for (let index = 0; index < count; index++) seen.push((await call("/version")).status);
  return seen;
}

test("close() ends when a request waits, a connection idles and a watch is open", async () => {
  const server = await startApiServer();
  const init = { ca: server.authority.cert, headers: { authorization: "Bearer test-token" } };
  const agent = new https.Agent({ keepAlive: true });
  await send(`${server.url}/version`, { ...init, agent });
  server.fault({ delay: 600_000 });
  const waiting = assert.rejects(send(`${server.url}/version`, init));
  const watching = assert.rejects(send(`${server.url}/api/v1/pods?watch=1`, init));
  while (server.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  await server.close();
  await Promise.all([waiting, watching]);
  assert.equal(server.openConnections, 0);
  agent.destroy();
});

test("watch gives what is there, then each change, and starts again where it is told", async () => {
  await withServer({ objects: [pod("a")] }, async (_call, server) => {
    const all = collect(server, "/api/v1/pods?watch=true", 4);
    await all.open;
    const b = server.put(pod("b", { app: "web" }));
    const again = server.put(pod("b", { app: "db" }));
    assert.equal(again.metadata.uid, b.metadata.uid);
    assert.notEqual(again.metadata.resourceVersion, b.metadata.resourceVersion);
    server.put({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: "default" } });
    server.remove(pod("a"));
    assert.deepEqual(await all.events, ["ADDED a", "ADDED b", "MODIFIED b", "DELETED a"]);

    const since = b.metadata.resourceVersion;
    const later = collect(server, `/api/v1/namespaces/default/pods?watch=1&resourceVersion=${since}`, 2);
    assert.deepEqual(await later.events, ["MODIFIED b", "DELETED a"]);
    const picked = collect(server, `/api/v1/pods?watch=1&resourceVersion=1&labelSelector=app=web`, 1);
    assert.deepEqual(await picked.events, ["ADDED b"]);

    server.compact();
    const old = collect(server, `/api/v1/pods?watch=1&resourceVersion=${since}`, 1);
    assert.deepEqual(await old.events, ["ERROR Expired"]);
  });
});

/** The first events of a watch, as words, and when its head has come. */
function collect(server: ApiServer, path: string, count: number): { open: Promise<void>; events: Promise<string[]> } {
  const open = Promise.withResolvers<void>();
  const events = new Promise<string[]>((resolve, reject) => {
    const headers = { authorization: "Bearer test-token" };
    const request = https.get(server.url + path, { ca: server.authority.cert, headers, agent: false }, (response) => {
      open.resolve();
      let text = "";
      response.setEncoding("utf8");
      response.on("error", () => {});
      response.on("data", (chunk) => {
        text += chunk;
        const lines = text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
        if (lines.length < count) return;
        resolve(lines.map(({ type, object }) => `${type} ${object.metadata.name ?? object.reason}`));
        request.destroy();
      });
    });
    request.on("error", reject);
  });
  return { open: open.promise, events };
}

test("startApiServer() asks the handler first, serves other kinds, under a prefix", async () => {
  const widgets = { group: "example.test", version: "v1", plural: "widgets", kind: "Widget", namespaced: false };
  const gadget = { apiVersion: "example.test/v1", kind: "Gadget", metadata: { name: "g", namespace: "default" } };
  await withServer({
    http: true,
    prefix: "/k8s/clusters/c-1",
    resources: [widgets],
    objects: [gadget],
    handler: ({ path }) => path.endsWith("/teapot") ? { status: 418, body: { short: true } } : undefined,
  }, async (call, server) => {
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+\/k8s\/clusters\/c-1$/);
    assert.deepEqual((await call("/teapot")).json, { short: true });
    assert.equal((await call("/apis/example.test/v1/widgets")).json.kind, "WidgetList");
    const list = (await call("/apis/example.test/v1/namespaces/default/gadgets")).json;
    assert.equal(list.items[0].kind, "Gadget");
    assert.equal((await call("/apis/example.test/v1/namespaces/default/widgets")).status, 404);
    const outside = await send(new URL("/version", server.url).href);
    assert.equal(outside.status, 404);
  });
});

test("startApiServer() compresses large answers only, for those who ask", async () => {
  const large = { ...pod("a"), kind: "ConfigMap", data: { text: "x".repeat(130 * 1024) } };
  await withServer({ objects: [large, pod("b")] }, async (call) => {
    const headers = { authorization: "Bearer test-token", "accept-encoding": "gzip" };
    const [big, small] = [await call("/api/v1/configmaps", { headers }), await call("/api/v1/pods", { headers })];
    assert.deepEqual([big, small].map((answer) => answer.headers["content-encoding"]), ["gzip", undefined]);
    assert.equal((await call("/api/v1/configmaps")).headers["content-encoding"], undefined);
  });
});

test("kubeconfig() names the server, its CA and a user", async () => {
  await withServer({ tokens: { first: "alice" } }, (_call, server) => {
    const config = JSON.parse(server.kubeconfig());
    assert.equal(config.clusters[0].cluster.server, server.url);
    assert.equal(atob(config.clusters[0].cluster["certificate-authority-data"]), server.authority.cert);
    assert.deepEqual(config.users[0].user, { token: "first" });
    const other = JSON.parse(server.kubeconfig({
      name: "dev",
      namespace: "apps",
      user: { username: "u" },
      cluster: { "tls-server-name": "localhost" },
    }));
    assert.equal(other["current-context"], "dev");
    assert.deepEqual(other.contexts[0].context, { cluster: "dev", user: "dev", namespace: "apps" });
    assert.deepEqual(other.users, [{ name: "dev", user: { username: "u" } }]);
    assert.equal(other.clusters[0].cluster["tls-server-name"], "localhost");
  });
});

test("disconnect() ends a watch and idle connections, and new ones are served", async () => {
  await withServer({ objects: [pod("a")] }, async (call, server) => {
    const agent = new https.Agent({ keepAlive: true });
    await call("/version", { agent });
    const watching = assert.rejects(call("/api/v1/pods?watch=1"));
    while (server.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    server.disconnect();
    await watching;
    agent.destroy();
    assert.equal((await call("/version")).status, 200);
    assert.equal(server.connections, 3);

    server.fault({ truncate: 20 });
    await assert.rejects(call("/api/v1/pods?watch=1"));
  });
});

test("startApiServer() tells a stream when its client has left", async () => {
  const left = Promise.withResolvers<void>();
  const stream = async function* (signal: AbortSignal) {
    signal.addEventListener("abort", () => left.resolve());
    yield "first\n";
    await left.promise;
  };
  await withServer({ handler: () => ({ status: 200, stream }) }, async (_call, server) => {
    const headers = { authorization: "Bearer test-token" };
    const request = https.get(server.url, { ca: server.authority.cert, headers, agent: false }, (response) => {
      response.on("error", () => {});
      response.on("data", () => request.destroy());
    });
    request.on("error", () => {});
    await left.promise;
  });
});
