import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deviationProblems, errorTableProblems, symbolProblems } from "../../tools/doc_rules.ts";

describe("symbolProblems()", () => {
  const exported = (kind: string, doc?: string, ...tags: string[]) => ({
    module_doc: { doc: "A module." },
    symbols: [{
      name: "a",
      declarations: [{
        kind,
        declarationKind: "export",
        jsDoc: { ...(doc === undefined ? {} : { doc }), tags: tags.map((tag) => ({ kind: tag })) },
      }],
    }],
  });

  it("accepts a function with a summary and an example", () => {
    assert.deepEqual(symbolProblems("mod.ts", exported("function", "Adds.", "example")), []);
  });

  it("names a function without an example", () => {
    assert.deepEqual(symbolProblems("mod.ts", exported("function", "Adds.", "param")), ["mod.ts: a() has no example"]);
  });

  it("asks no example of a type, but a summary", () => {
    assert.deepEqual(symbolProblems("mod.ts", exported("interface", "Options.")), []);
    assert.deepEqual(symbolProblems("mod.ts", exported("interface")), ["mod.ts: a has no summary"]);
  });

  it("asks documentation of the module", () => {
    assert.deepEqual(symbolProblems("mod.ts", { symbols: [] }), ["mod.ts has no module documentation"]);
  });
});

describe("errorTableProblems()", () => {
  const source = 'export type ErrorCode =\n  | "timeout"\n  | "closed";\n';

  it("accepts a table with every code, in order", () => {
    assert.deepEqual(errorTableProblems("| `timeout` | a | b |\n| `closed` | a | b |\n", source), []);
  });

  for (
    const [what, table] of [["misses one", "| `timeout` |\n"], ["has another order", "| `closed` |\n| `timeout` |\n"]]
  ) {
    it(`refuses a table that ${what}`, () => {
      assert.equal(errorTableProblems(table as string, source).length, 1);
    });
  }

  it("refuses a table when no code is found", () => {
    assert.equal(errorTableProblems("", "").length, 1);
  });
});

describe("deviationProblems()", () => {
  const table = (tests: string) => `| Where | Here | Tests |\n| --- | --- | --- |\n| 401 | replayed | ${tests} |\n`;

  it("accepts rows whose tests exist", () => {
    assert.deepEqual(deviationProblems(table("`replays once`, `I01`"), 'it("replays once")\nit("I01 token")'), []);
  });

  it("names a test that does not exist", () => {
    assert.deepEqual(deviationProblems(table("`replays twice`"), 'it("replays once")'), [
      'docs/deviations.md: no test is named "replays twice"',
    ]);
  });

  it("refuses a row without a test, and a table without a row", () => {
    assert.deepEqual(deviationProblems(table("none"), ""), ['docs/deviations.md names no test for "401"']);
    assert.equal(deviationProblems("", "").length, 1);
  });
});
