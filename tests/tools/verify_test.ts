import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { leftOut, requiredIds } from "../conformance/ids.ts";
import { fileProblems, idProblems } from "../../tools/runner/verify.ts";

function passed(...names: string[]) {
  return names.map((name) => ({ name, outcome: "passed" as const, message: "" }));
}

describe("idProblems()", () => {
  it("finds nothing when the IDs that ran are those that have to", () => {
    const cases = passed("E01 works", "E01 works again", "suite > L02 works", "C03 suite > works", "no ID, though E99");
    assert.deepEqual(idProblems(cases, ["E01", "L02", "C03"]), []);
  });

  it("names an ID that did not run", () => {
    assert.deepEqual(idProblems(passed("E01 works"), ["E01", "E02"]), ["no test ran for E02"]);
  });

  it("does not count a skipped test", () => {
    const cases = [{ name: "E01 works", outcome: "skipped" as const, message: "" }];
    assert.deepEqual(idProblems(cases, ["E01"]), ["no test ran for E01"]);
  });

  it("names an ID that is not in the list", () => {
    assert.deepEqual(idProblems(passed("E99 works"), []), ["tests ran for IDs that are not in the list: E99"]);
  });
});

describe("fileProblems()", () => {
  const run = (runtime: string, ...names: string[]) => ({
    runtime,
    file: "x_test.ts",
    cases: passed(...names),
    duration: 0,
  });

  it("finds nothing when all runtimes ran the same tests, in any order", () => {
    assert.deepEqual(fileProblems([run("deno", "a", "b"), run("node", "b", "a"), run("bun", "a", "b")]), []);
  });

  it("names the tests that one runtime did not run", () => {
    assert.deepEqual(fileProblems([run("deno", "a", "b", "b"), run("node", "a", "b")]), [
      "deno ran what node did not: b",
    ]);
  });

  it("names the tests that one runtime ran alone", () => {
    assert.deepEqual(fileProblems([run("deno", "a"), run("bun", "a", "c")]), ["bun ran what deno did not: c"]);
  });
});

describe("requiredIds", () => {
  it("holds each ID once, and none that is left out", () => {
    assert.equal(new Set(requiredIds).size, requiredIds.length);
    assert.deepEqual(requiredIds.filter((id) => id in leftOut), []);
  });

  it("makes up the whole table together with those left out", () => {
    const count = (letter: string) =>
      [...requiredIds, ...Object.keys(leftOut)].filter((id) => id.startsWith(letter)).length;
    assert.deepEqual(["E", "I", "P", "L", "C", "T"].map(count), [37, 17, 13, 34, 39, 22]);
  });
});
