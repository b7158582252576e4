import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jsonProblem } from "../../encoding/json_syntax.ts";

/** Text, and what Go's encoding/json says of it (observed with kubectl 1.35.4). */
const rows: readonly (readonly [text: string, problem: string])[] = [
  ["{}x", "invalid character 'x' after top-level value"],
  ["{}{}", "invalid character '{' after top-level value"],
  ["{}'", "invalid character '\\'' after top-level value"],
  ['{}"', "invalid character '\"' after top-level value"],
  ["{}\u0001", "invalid character '\\x01' after top-level value"],
  ['{"a":"b', "unexpected end of JSON input"],
  ["{", "unexpected end of JSON input"],
  ['{"a"', "unexpected end of JSON input"],
  ["", "unexpected end of JSON input"],
  ["[1,", "unexpected end of JSON input"],
  ["-", "unexpected end of JSON input"],
  ["tru", "unexpected end of JSON input"],
  ["{a:1}", "invalid character 'a' looking for beginning of object key string"],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ['{"a":tru}', "invalid character '}' in literal true (expecting 'e')"],
  ['{"a":nulx}', "invalid character 'x' in literal null (expecting 'l')"],
  ['{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":[1 2]}', "invalid character '2' after array element"],
  ['{"a":"x\ny"}', "invalid character '\\n' in string literal"],
  ['{"a":"\\x"}', "invalid character 'x' in string escape code"],
  ['{"a":"\\u12g4"}', "invalid character 'g' in \\u hexadecimal character escape"],
  ['{"a":01}', "invalid character '1' after object key:value pair"],
  ['{"a":-}', "invalid character '}' in numeric literal"],
  ['{"a":1.}', "invalid character '}' after decimal point in numeric literal"],
  ['{"a":1e}', "invalid character '}' in exponent of numeric literal"],
  ['{"a":+1}', "invalid character '+' looking for beginning of value"],
  ['{"a":}', "invalid character '}' looking for beginning of value"],
  ["[1,]", "invalid character ']' looking for beginning of value"],
  ["\ufeff{}", "invalid character '\ufeff' looking for beginning of value"],
  ["[".repeat(1_001), "invalid character '[' exceeded max depth"],
];

describe("jsonProblem()", () => {
  for (const [text, problem] of rows) {
    it(`returns Go's words when given ${JSON.stringify(text.slice(0, 20))}`, () => {
      assert.equal(jsonProblem(text), problem);
    });
  }

  it("agrees with JSON.parse() on what is JSON", () => {
    const texts = [
      ...rows.map(([text]) => text).filter((text) => text.length < 1_000),
      ...[
        "{}",
        " [ ] ",
        '{"a":{"b":[1,-0,0.5,1e9,-1.5E-3,true,false,null,"\\u00e9\\n\\/"]}}',
        '"é\u2028"',
        "0",
        "-",
        "00",
      ],
      ...[
        "1.0",
        ".5",
        "1e+",
        '{"":""}',
        '{"a":1,"a":2}',
        "nullx",
        "\u00a0{}",
        "{}\u00a0",
        '"\\ud800"',
        '"\u007f"',
        "[,]",
      ],
    ];
    for (const text of texts) {
      const parses = (() => {
        try {
          JSON.parse(text);
          return true;
        } catch {
          return false;
        }
      })();
      assert.equal(jsonProblem(text) === undefined, parses, text);
    }
  });

  it("accepts 1,000 levels", () => {
    assert.equal(jsonProblem("[".repeat(1_000) + "]".repeat(1_000)), undefined);
  });

  it("takes time in proportion to the text", () => {
    assert.equal(jsonProblem(`{"a":"${"\\\\x".repeat(300_000)}"}`), undefined);
    assert.equal(jsonProblem(" ".repeat(1_000_000)), "unexpected end of JSON input");
  });
});
