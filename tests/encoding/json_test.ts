import assert from "node:assert/strict";
import { test } from "node:test";
import { compareUtf8, stringifyJson } from "../../encoding/json.ts";

test("stringifyJson() writes integers to the last digit", () => {
  assert.equal(
    stringifyJson({ n: 18446744073709551615n, m: [-9223372036854775808n] }),
    '{"n":18446744073709551615,"m":[-9223372036854775808]}',
  );
  assert.equal(stringifyJson([1e21, 1e-7, -0, 0.1]), "[1e+21,1e-7,-0,0.1]");
});

test("stringifyJson() leaves out what is undefined, and keeps null and empty values", () => {
  assert.equal(
    stringifyJson({ a: undefined, b: null, c: "", d: [], e: {}, f: false }),
    '{"b":null,"c":"","d":[],"e":{},"f":false}',
  );
});

test("stringifyJson() sorts keys at every level by their UTF-8 bytes, when asked to", () => {
  const value = { b: { z: 1, a: 2 }, a: 1, "\uffff": 1, "\u{1f600}": 2, "10": 3, "9": 4 };
  assert.equal(
    stringifyJson(value, { sortKeys: true }),
    '{"10":3,"9":4,"a":1,"b":{"a":2,"z":1},"\uffff":1,"\u{1f600}":2}',
  );
});

test("stringifyJson() escapes what Go escapes for HTML, when asked to", () => {
  assert.equal(
    stringifyJson({ "<k>": "a&b\u2028\u2029é" }, { htmlSafe: true }),
    '{"\\u003ck\\u003e":"a\\u0026b\\u2028\\u2029é"}',
  );
  assert.equal(stringifyJson("<&>"), '"<&>"');
});

test("compareUtf8() orders strings as their bytes", () => {
  const encoder = new TextEncoder();
  const hex = (text: string) => [...encoder.encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const samples = ["", "a", "ab", "b", "é", "\uff5e", "\uffff", "\u{10000}", "\u{10ffff}", "a\u{1f600}", "a\uffff"];
  for (const a of samples) {
    for (const b of samples) {
      const bytes = hex(a) < hex(b) ? -1 : hex(a) > hex(b) ? 1 : 0;
      assert.equal(Math.sign(compareUtf8(a, b)), bytes, `${a} ${b}`);
    }
  }
});
