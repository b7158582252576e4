import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileError, spawnError } from "../../platform/error_mapping.ts";

const system = (code: string) => Object.assign(new Error(`${code}: what the runtime says`), { code });

describe("fileError()", () => {
  const rows = [
    ["ENOENT", "file_not_found", "Cannot read /a: no such file or directory"],
    ["ENOTDIR", "file_not_found", "Cannot read /a: not a directory"],
    ["EACCES", "file_denied", "Cannot read /a: permission denied"],
    ["EPERM", "file_denied", "Cannot read /a: operation not permitted"],
    ["EISDIR", "file_denied", "Cannot read /a: is a directory"],
    ["EMFILE", "file_denied", "Cannot read /a: too many open files"],
    ["EWHAT", "file_denied", "Cannot read /a: EWHAT"],
  ] as const;
  for (const [errno, code, message] of rows) {
    it(`fileError() is ${code} for ${errno}`, () => {
      const cause = system(errno);
      const error = fileError(cause, "read", "/a");
      assert.deepEqual([error.code, error.message, error.cause], [code, message, cause]);
    });
  }

  it("fileError() gives the runtime's words for what has no error name", () => {
    assert.equal(fileError(new Error("odd"), "write", "/a").message, "Cannot write /a: odd");
    assert.equal(fileError("odd", "write", "/a").message, "Cannot write /a: odd");
  });
});

describe("spawnError()", () => {
  const rows = [
    ["ENOENT", "plugin_not_found", "no such file or directory"],
    ["EACCES", "plugin_not_found", "permission denied"],
    ["ENOEXEC", "plugin_failed", "exec format error"],
    ["EAGAIN", "plugin_failed", "resource temporarily unavailable"],
    ["EMFILE", "plugin_failed", "too many open files"],
    ["ENOMEM", "plugin_failed", "cannot allocate memory"],
    ["ETXTBSY", "plugin_failed", "text file busy"],
  ] as const;
  for (const [errno, code, reason] of rows) {
    it(`spawnError() is ${code} for ${errno}`, () => {
      const error = spawnError(system(errno), { argv: ["/a", "planted"], env: { A: "planted" } });
      assert.deepEqual([error.code, error.message], [code, `Cannot run /a: fork/exec /a: ${reason}`]);
    });
  }
});

describe("Node's permission model", () => {
  const denied = (permission: string, resource: string) =>
    Object.assign(system("ERR_ACCESS_DENIED"), { permission, resource });

  it("fileError() is permission_missing with the flag to add", () => {
    const read = fileError(denied("FileSystemRead", "/b/a"), "read", "/a");
    assert.equal(read.code, "permission_missing");
    assert.equal(read.message, "Cannot read /a: this program may not. Add --allow-fs-read=/b/a");
    const write = fileError(denied("FileSystemWrite", "/b/a.tmp"), "write", "/a");
    assert.equal(write.message, "Cannot write /a: this program may not. Add --allow-fs-write=/b");
  });

  it("spawnError() is permission_missing with the flag to add", () => {
    const { code, message } = spawnError(denied("ChildProcess", "/a"), { argv: ["/a"] });
    assert.equal(code, "permission_missing");
    assert.equal(message, "Cannot run /a: this program may not. Add --allow-child-process");
  });
});
