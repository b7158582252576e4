import assert from "node:assert/strict";
import { test } from "node:test";
import { cached } from "../../auth/source.ts";
import { makeCredential } from "../../auth/credential.ts";
import type { Credential } from "../../auth/types.ts";

test("cached() logs in when the store kept all but the secrets, as structuredClone does", async () => {
  const kept = structuredClone(makeCredential({ token: "old", expiresAt: Date.now() + 60_000 }));
  const set: Credential[] = [];
  const warnings: string[] = [];
  const source = cached(async () => makeCredential({ token: "new" }), {
    key: "a store that loses secrets",
    store: {
      get: () => Promise.resolve(kept),
      set: (_key, credential) => Promise.resolve(void set.push(credential)),
    },
    onWarning: (text) => warnings.push(text),
  });
  assert.equal((await source()).token, "new");
  assert.equal(set[0]?.token, "new");
  assert.equal(warnings.length, 1);
  await source.close?.();
});

test("cached() uses what the store kept until it expires", async () => {
  const kept = { token: "old", expiresAt: Date.now() + 3_600_000 };
  const source = cached(() => Promise.reject(new Error("no login is needed")), {
    key: "a store that keeps all",
    store: { get: () => Promise.resolve(kept), set: () => Promise.reject(new Error("nothing is new")) },
  });
  assert.equal((await source()).token, "old");
  await source.close?.();
});
