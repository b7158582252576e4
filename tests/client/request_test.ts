import assert from "node:assert/strict";
import { test } from "node:test";
import { redirected } from "../../client/redirect.ts";
import { prepareRequest } from "../../client/request.ts";

const base = new URL("https://host:6443/prefix");

test("prepareRequest() puts relative URLs behind the server's path and never leaves the server", async () => {
  const rows: [string, string][] = [
    ["/api/v1/pods", "https://host:6443/prefix/api/v1/pods"],
    ["api/v1/pods?limit=1", "https://host:6443/prefix/api/v1/pods?limit=1"],
    ["//evil.example/x", "https://host:6443/prefix//evil.example/x"],
    ["\\\\evil.example/x", "https://host:6443/prefix///evil.example/x"],
    ["@evil.example/x", "https://host:6443/prefix/@evil.example/x"],
    ["", "https://host:6443/prefix/"],
    ["https://host:6443/version", "https://host:6443/version"],
    ["https://other.example/x", "https://other.example/x"],
  ];
  for (const [input, url] of rows) assert.equal((await prepareRequest(base, input)).url.href, url, input);
  const root = await prepareRequest(new URL("https://host:6443/"), "//evil.example/x");
  assert.equal(root.url.host, "host:6443");
});

test("prepareRequest() keeps header pairs apart and reads every shape of headers", async () => {
  const pairs: [string, string][] = [["Impersonate-Group", "a"], ["Impersonate-Group", "b"]];
  assert.deepEqual((await prepareRequest(base, "/", { headers: pairs })).headers, pairs);
  assert.deepEqual((await prepareRequest(base, "/", { headers: { X: "1" } })).headers, [["X", "1"]]);
  assert.deepEqual((await prepareRequest(base, "/", { headers: new Headers({ X: "1" }) })).headers, [["x", "1"]]);
  // Headers of another package, undici's for one, are no instance of the runtime's own.
  const foreign = new Map([["x", "1"]]) as unknown as Headers;
  assert.deepEqual((await prepareRequest(base, "/", { headers: foreign })).headers, [["x", "1"]]);
});

test("prepareRequest() knows which bodies can be sent again", async () => {
  const rows: [RequestInit["body"], boolean, string | undefined][] = [
    [undefined, true, undefined],
    ["text", true, "text/plain;charset=UTF-8"],
    [new Uint8Array([1, 2]), true, undefined],
    [new Uint8Array([1, 2]).buffer, true, undefined],
    [new DataView(new ArrayBuffer(2)), true, undefined],
    [new URLSearchParams({ a: "b" }), true, "application/x-www-form-urlencoded;charset=UTF-8"],
    [new Blob(["x"], { type: "application/json" }), true, "application/json"],
    [new ReadableStream(), false, undefined],
  ];
  for (const [body, replayable, type] of rows) {
    const request = await prepareRequest(base, "/", { method: "POST", body });
    assert.equal(request.replayable, replayable);
    // What a transport takes without another wait.
    const { body: payload } = request;
    assert.ok(
      payload === null || typeof payload === "string" || payload instanceof (replayable ? Uint8Array : ReadableStream),
    );
    assert.equal(request.headers.find(([name]) => name === "content-type")?.[1]?.split(";")[0], type?.split(";")[0]);
  }
});

test("prepareRequest() reads a Request, so that its body can be sent again", async () => {
  const input = new Request("https://host:6443/api", {
    method: "PUT",
    body: "{}",
    headers: { "content-type": "application/json" },
  });
  const request = await prepareRequest(base, input);
  assert.equal(request.method, "PUT");
  assert.equal(request.replayable, true);
  assert.equal(new TextDecoder().decode(request.body as ArrayBuffer), "{}");
  assert.deepEqual(request.headers, [["content-type", "application/json"]]);
});

test("redirected() follows within the origin only", async () => {
  const request = await prepareRequest(base, "/a", {
    method: "POST",
    body: "x",
    headers: [["content-type", "a/b"], ["X", "1"]],
  });
  const to = (location: string, status = 302, from = request) =>
    redirected(from, new Response(null, { status, headers: { location } }));
  assert.equal(to("https://evil.example/"), undefined);
  assert.equal(to("http://host:6443/"), undefined);
  assert.equal(to("//evil.example/"), undefined);
  assert.equal(to("/b")?.url.href, "https://host:6443/b");
  assert.equal(to("/b")?.method, "GET");
  assert.equal(to("/b")?.body, null);
  assert.deepEqual(to("/b")?.headers, [["X", "1"]]);
  assert.equal(to("/b", 307)?.method, "POST");
  assert.equal(to("/b", 307)?.body, "x");
  assert.equal(to("/b", 307, { ...request, replayable: false }), undefined);
  assert.equal(to("/b", 302, { ...request, redirect: "manual" }), undefined);
  assert.throws(() => to("/b", 302, { ...request, redirect: "error" }), { code: "connection_failed" });
  assert.equal(redirected(request, new Response(null, { status: 200, headers: { location: "/b" } })), undefined);
});
