import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore } from "../../testing/api_store.ts";

test("changes() ends when its signal aborts while it waits", async () => {
  const store = createStore();
  const stop = new AbortController();
  const ended = (async () => {
    const seen: string[] = [];
    for await (const { type } of store.changes(0, stop.signal)) seen.push(type);
    return seen;
  })();
  store.put("/pods/default/a", { apiVersion: "v1", kind: "Pod", metadata: { name: "a" } });
  await new Promise((resolve) => setTimeout(resolve));
  stop.abort();
  assert.deepEqual(await ended, ["ADDED"]);
});
