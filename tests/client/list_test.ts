import assert from "node:assert/strict";
import { test } from "node:test";
import { get, list, listAll, namespaces, nodes, pods, resource } from "../../client/mod.ts";
import { json, stubCluster } from "./stub.ts";

const page = (names: string[], next?: string) =>
  json({
    kind: "PodList",
    apiVersion: "v1",
    metadata: { continue: next },
    items: names.map((name) => ({ metadata: { name } })),
  });

test("get() and list() build the paths of the API", async () => {
  const cluster = stubCluster(() => page([]));
  const widgets = resource({
    group: "example.com",
    version: "v1alpha1",
    plural: "widgets",
    kind: "Widget",
    namespaced: true,
  });
  await get(cluster, pods, "web");
  await get(cluster, pods, "web", { namespace: "other", subresource: "status" });
  await get(cluster, nodes, "n1");
  await get(cluster, widgets, "a b?#");
  await list(cluster, pods, { allNamespaces: true });
  await list(cluster, namespaces, { namespace: "ignored" });
  await list(cluster, pods, {
    labelSelector: "app in (a,b),x!=y",
    fieldSelector: "status.phase=Running",
    limit: 5,
    continue: "a+/=",
    resourceVersion: "0",
  });
  assert.deepEqual(cluster.paths, [
    "/api/v1/namespaces/shop/pods/web",
    "/api/v1/namespaces/other/pods/web/status",
    "/api/v1/nodes/n1",
    "/apis/example.com/v1alpha1/namespaces/shop/widgets/a%20b%3F%23",
    "/api/v1/pods",
    "/api/v1/namespaces",
    "/api/v1/namespaces/shop/pods?labelSelector=app+in+%28a%2Cb%29%2Cx%21%3Dy&fieldSelector=status.phase%3DRunning&limit=5&continue=a%2B%2F%3D&resourceVersion=0",
  ]);
});

test("get() and list() refuse names that would change the path", async () => {
  const cluster = stubCluster(() => page([]));
  for (const name of ["", ".", "..", "a/b", "a%2fb"]) {
    await assert.rejects(get(cluster, pods, name), { code: "invalid_argument" });
    await assert.rejects(list(cluster, pods, { namespace: name || "." }), { code: "invalid_argument" });
  }
  assert.deepEqual(cluster.paths, []);
});

test("list() reads an empty list of Go and refuses what is not a list", async () => {
  const empty = await list(
    stubCluster(() => json({ kind: "PodList", apiVersion: "v1", metadata: {}, items: null })),
    pods,
  );
  assert.deepEqual(empty.items, []);
  await assert.rejects(list(stubCluster(() => json({ kind: "Pod", metadata: {} })), pods), {
    code: "protocol",
    message: /with Pod, not a list/,
  });
});

test("listAll() follows continue and names the version on the first page only", async () => {
  const pages = [page(["a", "b"], "t1"), page([], "t2"), page(["c"])];
  const cluster = stubCluster(() => pages.shift()!);
  const names = [];
  for await (const pod of listAll(cluster, pods, { resourceVersion: "0", labelSelector: "x=y" })) {
    names.push(pod.metadata.name);
  }
  assert.deepEqual(names, ["a", "b", "c"]);
  assert.deepEqual(cluster.paths, [
    "/api/v1/namespaces/shop/pods?labelSelector=x%3Dy&limit=500&resourceVersion=0",
    "/api/v1/namespaces/shop/pods?labelSelector=x%3Dy&limit=500&continue=t1",
    "/api/v1/namespaces/shop/pods?labelSelector=x%3Dy&limit=500&continue=t2",
  ]);
});

test("listAll() goes on with the token that the server offers when the list has expired", async () => {
  const gone = (next?: string) =>
    json({ kind: "Status", status: "Failure", reason: "Expired", code: 410, metadata: { continue: next } }, {
      status: 410,
    });
  const offered = [page(["a"], "old"), gone("new"), page(["b"])];
  const cluster = stubCluster(() => offered.shift()!);
  const names = [];
  for await (const pod of listAll(cluster, pods)) names.push(pod.metadata.name);
  assert.deepEqual(names, ["a", "b"]);
  assert.deepEqual(cluster.paths.map((path) => path.split("continue=")[1]), [undefined, "old", "new"]);

  const refused = [page(["a"], "old"), gone()];
  await assert.rejects(async () => {
    for await (const _ of listAll(stubCluster(() => refused.shift()!), pods));
  }, { code: "expired" });
});

test("listAll() asks for no further page when its caller stops", async () => {
  const cluster = stubCluster(() => page(["a", "b"], "next"));
  for await (const _ of listAll(cluster, pods)) break;
  assert.equal(cluster.paths.length, 1);
});
