import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { stringifyJson } from "../../encoding/json.ts";
import { parseYaml, stringifyYaml, YamlError } from "../../encoding/yaml.ts";

/** What sigs.k8s.io/yaml makes of a document, as JSON with sorted keys. */
const documents: readonly (readonly [yaml: string, json: string])[] = [
  ["", "null"],
  ["# only a comment", "null"],
  ["~", "null"],
  ["a: y\nb: No\nc: ON\nd: 'yes'", '{"a":true,"b":false,"c":true,"d":"yes"}'],
  ["[010, 0o10, 0x1F, 0b11, -0b11, 08, 1_000, +1, 1_]", "[8,8,31,3,-3,8,1000,1,1]"],
  ["[1., .5, -.5, 1e3, 1e400, 12:30:45, ._5, .5_5]", '[1,0.5,-0.5,1000,"1e400","12:30:45","._5",0.55]'],
  [
    "[9007199254740993, 18446744073709551615, -9223372036854775808]",
    "[9007199254740993,18446744073709551615,-9223372036854775808]",
  ],
  ["18446744073709551616", "18446744073709552000"],
  ["[2020-01-01, 2020-01-01T00:00:00Z]", '["2020-01-01","2020-01-01T00:00:00Z"]'],
  [
    "{1: a, yes: b, 1.50: c, 1e6: d, 0x10: e, .inf: f}",
    '{".inf":"f","1":"a","1.5":"c","16":"e","1e+06":"d","true":"b"}',
  ],
  [
    "[!foo 5, ! 5, !!str 5, !!int '5', !!float 3, !!bool 'on', !!null '', !!binary aGk=]",
    '["5","5","5",5,3,true,null,"hi"]',
  ],
  ["!!set {a, b}", '{"a":null,"b":null}'],
  ["%TAG !e! tag:yaml.org,2002:\n---\n!e!int '5'", "5"],
  ["a: &x [1]\nb: *x\nc: &x 2\nd: *x", '{"a":[1],"b":[1],"c":2,"d":2}'],
  ["x: &x {a: 1, b: 1}\nz: {<<: *x, b: 2}", '{"x":{"a":1,"b":1},"z":{"a":1,"b":2}}'],
  ["x: &x {a: 1}\nz: {a: 2, <<: *x}", '{"x":{"a":1},"z":{"a":1}}'],
  ["x: &x {a: 1}\nz: {<<: [{a: 3, b: 3}, *x]}", '{"x":{"a":1},"z":{"a":3,"b":3}}'],
  ['{"<<": 1, __proto__: 2}', '{"<<":1,"__proto__":2}'],
  ["a: 1\n---\n[", '{"a":1}'],
  ["a: 1\n...\n{{{", '{"a":1}'],
  ["# head\n---\n---\na: 1", "null"],
  ["a: [\n  b\n]\nc: {\n  d: e\n}\nf: 'g\nh'", '{"a":["b"],"c":{"d":"e"},"f":"g h"}'],
  ["\uFEFFa: 1\r\nb: |\r\n  c\r\n  d\r\n", '{"a":1,"b":"c\\nd\\n"}'],
  ["a: 1\na: .nan\na: 2", '{"a":2}'],
  ["a: {~: 1}\na: 2", '{"a":2}'],
];

describe("parseYaml()", () => {
  for (const [yaml, json] of documents) {
    it(`reads ${JSON.stringify(yaml)}`, () => {
      assert.equal(stringifyJson(parseYaml(yaml).value, { sortKeys: true }), json);
    });
  }
});

const refused: readonly (readonly [yaml: string, reason: RegExp])[] = [
  ["a: .inf", /a number is not finite/],
  ["~: a", /unsupported map key/],
  ["9223372036854775808: a", /unsupported map key/],
  ["? [a]\n: b", /invalid map key/],
  ["a: *b", /unknown anchor/],
  ["a: &a [*a]", /contains itself/],
  ["<<: 5", /map merge requires/],
  ["!!int x", /not of its type !!int/],
  ["!!timestamp x", /not of its type !!timestamp/],
  ["!!binary '*'", /invalid base64/],
  ["%YAML 1.2\n---\na", /incompatible YAML document/],
  ["...\na: b", /node content/],
  ["a: b: c", /line 1, column/],
  ["\ta: b", /line 1, column/],
];

describe("parseYaml() refuses", () => {
  for (const [yaml, reason] of refused) {
    it(JSON.stringify(yaml), () => {
      assert.throws(() => parseYaml(yaml), (error) => error instanceof YamlError && reason.test(error.message));
    });
  }
});

test("parseYaml() warns of a key that is given twice, by its place alone", () => {
  assert.deepEqual(parseYaml("a: 1\nSECRET: 2\nSECRET: 3").warnings, [
    "line 3, column 1: the same key again; the last one counts",
  ]);
  assert.deepEqual(parseYaml("x: &x {a: 1}\nz: {<<: *x, a: 2}").warnings, []);
  assert.equal(parseYaml('{"a": 1, "a": 2, "a": 3}').warnings.length, 2);
});

test("parseYaml() counts the keys that are given twice when there are many", () => {
  const { warnings } = parseYaml("a: b\n".repeat(30_000));
  assert.equal(warnings.length, 11);
  assert.equal(warnings[10], "29989 more keys stand more than once; the last one of each counts");
});

test("parseYaml() quotes nothing of the text when it fails", () => {
  const secret = "SUPERSECRET";
  for (
    const end of [
      "\n  b: c",
      "\n\tx: y",
      ": x",
      "\n'",
      "\n[",
      '\n"\\q',
      "\n&",
      "\n*x",
      "\n!e!x y",
      "\n!<",
      "\n%",
      " #\n?\n- x\n:y",
    ]
  ) {
    try {
      parseYaml(`token: ${secret}${end}\nagain: ${secret}\n!${secret}! a`);
      assert.fail(`accepted ${end}`);
    } catch (error) {
      assert.ok(error instanceof YamlError, end);
      const everything = [error.message, error.reason, error.stack, JSON.stringify(error), String(error.cause)].join();
      assert.ok(!everything.includes(secret), end);
    }
  }
});

test("parseYaml() ends on aliases that expand without measure", () => {
  const levels = "abcdefghij".split("");
  const bomb = levels.map((name, index) => {
    const inner = index === 0 ? "x" : `*${levels[index - 1]}`;
    return `${name}: &${name} [${Array(10).fill(inner).join(",")}]`;
  });
  assert.throws(() => parseYaml(bomb.join("\n")), /document contains excessive aliasing/);
});

test("parseYaml() does not begin on text that is too long", () => {
  const length = 32 * 1024 * 1024;
  assert.equal(parseYaml(" ".repeat(length)).value, null);
  for (const garbage of [" ", "a: b\n", '"\\n', "\0"]) {
    const text = garbage.repeat(Math.ceil((length + 1) / garbage.length));
    assert.throws(() => parseYaml(text), /^YamlError: it is longer than 33554432 characters$/);
  }
});

test("parseYaml() ends on nesting, in the text and through aliases", () => {
  assert.throws(() => parseYaml("[".repeat(20_000)), YamlError);
  assert.throws(() => parseYaml("- ".repeat(20_000)), YamlError);
  assert.throws(() => parseYaml(`${"[".repeat(1_500)}${"]".repeat(1_500)}`), YamlError);
  const text = `${"[".repeat(900)}${"]".repeat(900)}`;
  assert.ok(Array.isArray(parseYaml(text).value));
  const chain = Array.from({ length: 200 }, (_, index) => {
    return `a${index}: &a${index} ${"[".repeat(400)}${index === 0 ? "" : `*a${index - 1}`}${"]".repeat(400)}`;
  });
  assert.throws(() => parseYaml(chain.join("\n")), YamlError);
});

const awkward = [
  "",
  " ",
  "a b",
  " a",
  "a ",
  "y",
  "No",
  "on",
  "~",
  "null",
  "NULL",
  "0",
  "007",
  "433e40",
  "0x1F",
  "0b1",
  "0o7",
  "1_000",
  "08",
  "+1",
  "-",
  "- a",
  "?",
  ": a",
  "a: b",
  "a #b",
  "#",
  "&a",
  "*a",
  "!a",
  "|",
  ">",
  "'",
  '"',
  "%",
  "@",
  "`",
  "[",
  "{",
  "a\nb",
  "a\n",
  "\na",
  "\ta",
  "a\tb",
  "é",
  "\u2028",
  "\u0085",
  "\uFEFF",
  "\u0000",
  "\x7f",
  "😀",
  "2020-01-01",
  "<<",
  "=",
  ".inf",
  ".5",
  "1e3",
  "12:30",
  "---",
  "...",
  "true",
  "\\",
  "a\\nb",
  "x: |\n y",
  "  \n  ",
  "18446744073709551616",
];

test("stringifyYaml() writes every string so that it reads back, as value and as key", () => {
  for (const text of awkward) {
    assert.deepEqual(
      parseYaml(stringifyYaml({ v: [text], [text]: 1 })).value,
      { v: [text], [text]: 1 },
      JSON.stringify(text),
    );
  }
});

test("stringifyYaml() writes integers to the last digit", () => {
  const value = { a: 18446744073709551615n, b: [9007199254740993n, -9223372036854775808n] };
  assert.deepEqual(parseYaml(stringifyYaml(value)).value, value);
});

test("parseYaml() takes keys that Object.prototype has, whatever was done to it", () => {
  const keys = ["__proto__", "constructor", "toString", "hasOwnProperty"];
  const { value } = parseYaml(keys.map((key) => `${key}: 1`).join("\n"));
  assert.deepEqual(Object.keys(value as object), keys);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
});
