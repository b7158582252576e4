import assert from "node:assert/strict";
import { test } from "node:test";
import { cached } from "../../auth/mod.ts";

const run = () => Promise.reject(new Error("no process is run here"));

test("cached() serves a credential whose expiry no calendar has", async () => {
  const warnings: string[] = [];
  const source = cached(async () => ({ token: "t", expiresAt: -1e20 }), {
    platform: { run },
    onWarning: (text) => warnings.push(text),
  });
  assert.equal((await source()).token, "t");
  assert.deepEqual(warnings, ["The credential was already expired on arrival (null): check the clock"]);
});

test("cached() lets no observer that throws end the login of others", async () => {
  // Caught where it is handed to the runtime, for the test runners take an uncaught exception for a failed test.
  const reports: (() => void)[] = [];
  const { queueMicrotask } = globalThis;
  globalThis.queueMicrotask = (report) => void reports.push(report);
  const fault = new Error("a faulty observer");
  const platform = { run };
  const login = async () => ({ token: "t" });
  const events: string[] = [];
  try {
    const onEvent = () => {
      throw fault;
    };
    const faulty = cached(login, { key: "shared", platform, onEvent });
    const other = cached(login, { key: "shared", platform, onEvent: ({ type }) => events.push(type) });
    assert.equal((await faulty()).token, "t");
    assert.equal((await other()).token, "t");
  } finally {
    globalThis.queueMicrotask = queueMicrotask;
  }
  assert.deepEqual(events, ["refresh"]);
  assert.equal(reports.length, 1);
  assert.throws(reports[0]!, fault);
});
