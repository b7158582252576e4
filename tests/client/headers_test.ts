import assert from "node:assert/strict";
import { test } from "node:test";
import { impersonationHeaders } from "../../client/impersonation.ts";
import { maskAuthorization } from "../../client/mod.ts";

test("T05 impersonationHeaders() escapes extra keys byte by byte", () => {
  const extra = {
    "test.example.com/thing.thing%20another.thing": ["a"],
    "ünïcode": ["b", "c"],
    "safe-!#$&'*+.^_`|~": ["d"],
    empty: [],
  };
  assert.deepEqual(impersonationHeaders({ user: "jane", extra }), [
    ["Impersonate-User", "jane"],
    ["Impersonate-Extra-test.example.com%2fthing.thing%2520another.thing", "a"],
    ["Impersonate-Extra-%c3%bcn%c3%afcode", "b"],
    ["Impersonate-Extra-%c3%bcn%c3%afcode", "c"],
    ["Impersonate-Extra-safe-!#$&'*+.^_`|~", "d"],
  ]);
});

test("impersonationHeaders() gives each group a line of its own", () => {
  assert.deepEqual(impersonationHeaders({ user: "jane", uid: "42", groups: ["dev", "ops"] }), [
    ["Impersonate-User", "jane"],
    ["Impersonate-Uid", "42"],
    ["Impersonate-Group", "dev"],
    ["Impersonate-Group", "ops"],
  ]);
});

test("T06 maskAuthorization() keeps the scheme and nothing else", () => {
  const rows: [string, string][] = [
    ["Bearer x", "Bearer <masked>"],
    ["bearer x y", "bearer <masked>"],
    ["Basic dTpw", "Basic <masked>"],
    ["Negotiate x", "Negotiate <masked>"],
    ["bearer ", "bearer"],
    ["bearer", "bearer"],
    ["abc x", "<masked>"],
    ["x", "<masked>"],
    ["", ""],
  ];
  for (const [value, masked] of rows) assert.equal(maskAuthorization(value), masked, JSON.stringify(value));
});
