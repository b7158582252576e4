import assert from "node:assert/strict";
import { test } from "node:test";
import { get, pods } from "../../client/mod.ts";
import { hasCode, KubeStatusError } from "../../errors.ts";
import { json, stubCluster } from "./stub.ts";

async function failure(response: Response): Promise<KubeStatusError> {
  try {
    await get(stubCluster(() => response), pods, "web");
  } catch (error) {
    assert.ok(error instanceof KubeStatusError, String(error));
    return error;
  }
  throw new Error("the request did not fail");
}

test("get() carries the server's Status in its error", async () => {
  const details = {
    name: "web",
    kind: "pods",
    causes: [{ reason: "FieldValueInvalid", message: "no", field: "spec.x" }],
  };
  const error = await failure(json({
    kind: "Status",
    apiVersion: "v1",
    status: "Failure",
    message: 'pods "web" not found',
    reason: "NotFound",
    details,
    code: 404,
  }, { status: 404 }));
  assert.equal(error.code, "status");
  assert.equal(error.status, 404);
  assert.equal(error.reason, "NotFound");
  assert.deepEqual(error.details, details);
  assert.equal(error.message, 'Cannot get pods "web" in namespace "shop": pods "web" not found');
});

test("get() reads a Status of any content type", async () => {
  for (const type of ["text/plain", "application/json; charset=utf-8", "application/octet-stream"]) {
    const body = JSON.stringify({ kind: "Status", status: "Failure", reason: "Forbidden", message: "no", code: 403 });
    const error = await failure(new Response(body, { status: 403, headers: { "content-type": type } }));
    assert.equal(error.reason, "Forbidden", type);
  }
});

test("get() gives each status code without a Status client-go's reason and words", async () => {
  const rows: [number, string, RegExp][] = [
    [400, "BadRequest", /the server rejected our request for an unknown reason/],
    [401, "Unauthorized", /the server has asked for the client to provide credentials/],
    [403, "Forbidden", /: words of the proxy/],
    [404, "NotFound", /the server could not find the requested resource/],
    [405, "MethodNotAllowed", /does not allow this method/],
    [409, "Conflict", /the server reported a conflict/],
    [422, "Invalid", /due to an error in our request/],
    [429, "TooManyRequests", /too many requests/],
    [500, "InternalError", /an error on the server \("words of the proxy"\) has prevented the request from succeeding/],
    [503, "ServiceUnavailable", /currently unable to handle the request/],
    [504, "Timeout", /unable to return a response in the time allotted/],
    [599, "InternalError", /an error on the server/],
  ];
  for (const [status, reason, words] of rows) {
    const error = await failure(new Response("words of the proxy", { status }));
    assert.equal(error.reason, reason);
    assert.equal(error.status, status);
    assert.match(error.message, words);
    assert.equal(error.details.causes?.[0]?.reason, "UnexpectedServerResponse");
  }
});

test("get() says that an error page came, with its title and without its markup", async () => {
  const page = "<!DOCTYPE html><html><head><title>502 Bad\nGateway\x1b[31m</title></head><body>" + "x".repeat(5000);
  const error = await failure(new Response(page, { status: 502, headers: { "content-type": "text/html" } }));
  assert.match(error.message, /an HTML page titled \\"502 Bad Gateway \[31m\\", perhaps of a proxy/);
  assert.ok(error.message.length < 300);
});

test("get() reads no more than it needs of an endless error body", async () => {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(65_536).fill(120));
    },
  });
  const error = await failure(new Response(body, { status: 500, headers: { "content-type": "text/plain" } }));
  assert.ok(pulled < 40, `${pulled} chunks were read`);
  assert.ok(error.message.length < 3_000);
});

test("get() reads retryAfterSeconds from the Status and from the header", async () => {
  const status = { kind: "Status", status: "Failure", code: 429 };
  const headers = { "retry-after": "7" };
  assert.equal(
    (await failure(json({ ...status, details: { retryAfterSeconds: 3 } }, { status: 429, headers }))).retryAfterSeconds,
    3,
  );
  assert.equal((await failure(json(status, { status: 429, headers }))).retryAfterSeconds, 7);
  assert.equal((await failure(json(status, { status: 429 }))).retryAfterSeconds, undefined);
});

test("get() gives HTTP 410 the code expired", async () => {
  assert.ok(hasCode(await failure(json({ kind: "Status", reason: "Expired", code: 410 }, { status: 410 })), "expired"));
});

test("get() refuses a success that is not an object of the API, without quoting it", async () => {
  for (const body of ["<html>secret-page</html>", '["secret-page"]', '"secret-page"', "null", "", '{"secret-page":']) {
    const cluster = stubCluster(() => new Response(body, { headers: { "content-type": "text/html" } }));
    await assert.rejects(get(cluster, pods, "web"), (error: Error & { code: string }) => {
      assert.equal(error.code, "protocol");
      assert.match(error.message, /Cannot get pods "web" in namespace "shop": the server answered 200 with text\/html/);
      assert.ok(!`${error.stack}${error.cause}`.includes("secret-page"));
      return true;
    });
  }
});

test("get() takes a Status of failure for an error even when the code is 200", async () => {
  const error = await failure(
    json({ kind: "Status", status: "Failure", reason: "Expired", message: "gone", code: 410 }),
  );
  assert.equal(error.status, 410);
});
