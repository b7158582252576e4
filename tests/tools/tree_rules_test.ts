import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { treeProblems } from "../../tools/tree_rules.ts";

describe("treeProblems()", () => {
  // The tilde, which is taken out, keeps the rows from being found in this file.
  const rows: readonly (readonly [path: string, line: string, found: boolean])[] = [
    ["README.md", "see /~root/project", true],
    ["README.md", "see ./~work/project", false],
    ["docs/a.md", "https://~registry.example.com/a", true],
    ["docs/a.md", "https://example.com/registry", false],
    ["auth/a.ts", 'import a from "~jsr:@a/b";', true],
    ["auth/a.ts", "// TO~DO later", true],
    ["auth/a.ts", "// @ts-~ignore wrong", true],
    ["tests/a_test.ts", "it.~skip('a', () => {});", true],
    ["tests/a_test.ts", "it('a', { skip: onWindows }, () => {});", false],
    ["auth/a.ts", "try { a(); } catch ~{}", true],
    ["auth/a.ts", "try { a(); } catch (error) { log(error); }", false],
  ];
  for (const [path, row, found] of rows) {
    const line = row.replace("~", "");
    it(`${found ? "finds" : "passes"} ${JSON.stringify(line)} in ${path}`, () => {
      assert.equal(treeProblems(path, `first\n${line}\n`).length, found ? 1 : 0);
    });
  }

  it("names the line", () => {
    assert.deepEqual(treeProblems("a.ts", `\n// FIX${"ME"}\n`), ["a.ts:2 has work left for later"]);
  });
});
