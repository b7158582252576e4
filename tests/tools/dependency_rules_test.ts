import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkImports, checkText, findCycles, importsOf } from "../../tools/dependency_rules.ts";

describe("importsOf()", () => {
  it("reads imports, re-exports and dynamic imports, and nothing in comments", () => {
    const text = [
      'import { a } from "./a.ts";',
      'import type { B } from "../b.ts";',
      "import {\n  c,\n  d,\n} from '../c/d.ts';",
      'export type { E } from "./e.ts";',
      'export { f } from "./f.ts";',
      'import "./g.ts";',
      'const h = await import("./h.ts");',
      'import yaml from "js-yaml";',
      '/**\n * import { x } from "./comment.ts";\n */',
      '// import { y } from "./line.ts";',
      'const url = "https://host/"; // import "./z.ts"',
    ].join("\n");
    const found = importsOf("auth/source.ts", text).map(({ to, typeOnly }) => typeOnly ? `type ${to}` : to);
    assert.deepEqual(found, [
      "auth/a.ts",
      "type b.ts",
      "c/d.ts",
      "type auth/e.ts",
      "auth/f.ts",
      "auth/g.ts",
      "auth/h.ts",
      "js-yaml",
    ]);
  });
});

describe("checkImports()", () => {
  const rows: readonly (readonly [from: string, to: string, kind: "all" | "types" | "none"])[] = [
    ["errors.ts", "redact.ts", "none"],
    ["redact.ts", "errors.ts", "none"],
    ["encoding/yaml.ts", "errors.ts", "all"],
    ["encoding/yaml.ts", "platform/mod.ts", "none"],
    ["platform/mod.ts", "kubeconfig/types.ts", "none"],
    ["kubeconfig/load.ts", "platform/mod.ts", "all"],
    ["kubeconfig/load.ts", "auth/types.ts", "none"],
    ["kubeconfig/load.ts", "client/fetch.ts", "none"],
    ["auth/source.ts", "kubeconfig/types.ts", "types"],
    ["auth/source.ts", "client/fetch.ts", "none"],
    ["client/fetch.ts", "auth/types.ts", "types"],
    ["client/fetch.ts", "connect.ts", "none"],
    ["connect.ts", "client/fetch.ts", "all"],
    ["mod.ts", "connect.ts", "all"],
    ["auth/mod.ts", "auth/source.ts", "all"],
    ["platform/mod.ts", "testing/clock.ts", "none"],
    ["platform/node.ts", "node:fs", "types"],
    ["client/fetch.ts", "node:fs", "none"],
    ["encoding/yaml.ts", "js-yaml", "all"],
    ["kubeconfig/parse.ts", "js-yaml", "none"],
    ["encoding/yaml.ts", "left-pad", "none"],
    ["encoding/yaml.ts", "jsr:@std/yaml", "none"],
  ];
  for (const [from, to, allowed] of rows) {
    it(`lets ${from} import ${allowed} of ${to}`, () => {
      assert.equal(checkImports([{ from, to, typeOnly: false }]).length, allowed === "all" ? 0 : 1);
      assert.equal(checkImports([{ from, to, typeOnly: true }]).length, allowed === "none" ? 1 : 0);
    });
  }
});

describe("findCycles()", () => {
  const runtime = (from: string, to: string) => ({ from, to, typeOnly: false });

  it("finds nothing in a tree", () => {
    assert.deepEqual(findCycles([runtime("a.ts", "b.ts"), runtime("a.ts", "c.ts"), runtime("b.ts", "c.ts")]), []);
  });

  it("names the modules of a circle once", () => {
    const imports = [runtime("a.ts", "b.ts"), runtime("b.ts", "c.ts"), runtime("c.ts", "b.ts")];
    assert.deepEqual(findCycles(imports), ["modules import each other: b.ts -> c.ts -> b.ts"]);
  });

  it("passes a circle that types close", () => {
    assert.deepEqual(findCycles([runtime("a.ts", "b.ts"), { from: "b.ts", to: "a.ts", typeOnly: true }]), []);
  });
});

describe("checkText()", () => {
  const rows: readonly (readonly [what: string, path: string, text: string, problems: number])[] = [
    ["accepts plain code", "auth/source.ts", "export const a = 1;\n", 0],
    ["refuses export *", "auth/source.ts", 'export * from "./source.ts";\n', 1],
    ["accepts export * in a barrel", "auth/mod.ts", 'export * from "./source.ts";\n', 0],
    ["refuses Deno's globals in auth", "auth/source.ts", 'Deno.readTextFile("x");\n', 1],
    ["refuses Node's globals in auth", "auth/source.ts", "const e = process.env.HOME;\n", 1],
    ["accepts them in platform", "platform/deno.ts", 'Deno.readTextFile("x");\n', 0],
    ["accepts them in a string", "redact.ts", 'Symbol.for("Deno.customInspect");\n', 0],
    ["accepts a module of that name", "auth/a.ts", 'import { run } from "./process.ts";\n', 0],
    ["accepts a field that is called process", "auth/source.ts", "options.process.kill();\n", 0],
    ["accepts 400 lines", "auth/source.ts", "let a;\n".repeat(400), 0],
    ["refuses 401 lines", "auth/source.ts", "let a;\n".repeat(401), 1],
  ];
  for (const [what, path, text, problems] of rows) {
    it(what, () => assert.equal(checkText(path, text).length, problems));
  }
});
