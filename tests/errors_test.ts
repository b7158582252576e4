import assert from "node:assert/strict";
import { test } from "node:test";
import { KubecredError, KubeStatusError } from "../errors.ts";

test("KubecredError can be made when Error.prototype is frozen", () => {
  const { name } = Object.getOwnPropertyDescriptors(Error.prototype);
  Object.defineProperty(Error.prototype, "name", { ...name, writable: false });
  try {
    assert.equal(new KubecredError("closed", "over").name, "KubecredError");
    const status = new KubeStatusError("none", { kind: "Status", apiVersion: "v1", code: 404 });
    assert.equal(status.name, "KubeStatusError");
    assert.match(String(status), /^KubeStatusError: none/);
  } finally {
    Object.defineProperty(Error.prototype, "name", name);
  }
});
