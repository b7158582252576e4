import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { baseName, cleanPath, isAbsolutePath, joinPath } from "../../encoding/lexical_path.ts";

describe("cleanPath()", () => {
  const posix: readonly (readonly [path: string, clean: string])[] = [
    ["", "."],
    [".", "."],
    ["./p", "p"],
    ["bin/p", "bin/p"],
    ["../p", "../p"],
    ["../../p", "../../p"],
    ["a/../..", ".."],
    ["a//b/./c/", "a/b/c"],
    ["/a/../../b", "/b"],
    ["/", "/"],
    ["//", "/"],
    ["a\\b", "a\\b"],
    ["~/p", "~/p"],
  ];
  for (const [path, clean] of posix) {
    it(`returns ${clean} when given ${path || "an empty path"}`, () => assert.equal(cleanPath(path, "posix"), clean));
  }

  const windows: readonly (readonly [path: string, clean: string])[] = [
    ["C:\\a\\..\\b", "C:\\b"],
    ["C:/a/./b", "C:\\a\\b"],
    ["C:\\..\\a", "C:\\a"],
    ["\\\\host\\share\\a\\..\\b", "\\\\host\\share\\b"],
    ["a/b", "a\\b"],
    ["", "."],
  ];
  for (const [path, clean] of windows) {
    it(`returns ${clean} when given ${path || "an empty path"} on Windows`, () =>
      assert.equal(cleanPath(path, "windows"), clean));
  }
});

describe("joinPath()", () => {
  it("puts a path below a directory, lexically", () => {
    assert.equal(joinPath("/etc/kube", "../bin/./p", "posix"), "/etc/bin/p");
    assert.equal(joinPath("", "p", "posix"), "p");
    assert.equal(joinPath("C:\\kube", "bin\\p", "windows"), "C:\\kube\\bin\\p");
  });
});

describe("baseName() and isAbsolutePath()", () => {
  it("follow the rules of the system", () => {
    assert.equal(baseName("/usr/bin/aws", "posix"), "aws");
    assert.equal(baseName("aws", "posix"), "aws");
    assert.equal(baseName("C:\\bin\\aws.exe", "windows"), "aws.exe");
    assert.ok(isAbsolutePath("/a", "posix") && !isAbsolutePath("a/b", "posix"));
    assert.ok(isAbsolutePath("C:\\a", "windows") && isAbsolutePath("\\\\h\\s", "windows"));
    assert.ok(!isAbsolutePath("C:a", "windows") && !isAbsolutePath("\\a", "windows"));
  });
});
