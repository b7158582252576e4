import assert from "node:assert/strict";
import { test } from "node:test";
import { lazyTransport } from "../../platform/lazy_transport.ts";
import { resolvePlatform } from "../../platform/mod.ts";

test("lazyTransport() tells its requests what is unsound about it, and closes all the same", async () => {
  const transport = lazyTransport({ tls: { certificate: "no PEM", key: "no PEM" } }, resolvePlatform());
  await assert.rejects(transport.fetch("https://127.0.0.1:1/"), { code: "credential_invalid" });
  await transport.close();
  await transport.close(new Error("over"));
});

test("lazyTransport() refuses requests once it is closed, though it was never opened", async () => {
  const transport = lazyTransport({}, resolvePlatform());
  await transport.close();
  await assert.rejects(transport.fetch("http://127.0.0.1:1/"), { code: "closed" });
});
