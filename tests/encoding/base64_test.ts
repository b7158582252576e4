import assert from "node:assert/strict";
import { test } from "node:test";
import { base64Fault, decodeBase64, decodeBase64Text, encodeBase64 } from "../../encoding/base64.ts";
import { hasCode } from "../../errors.ts";

// The index is the one in Go's "illegal base64 data at input byte <n>".
const faults: readonly (readonly [text: string, fault: number])[] = [
  ["", -1],
  ["aGk=", -1],
  ["YQ==", -1],
  ["YR==", -1],
  ["aGVs\nbG8=", -1],
  ["aGVs\r\nbG8=\r\n", -1],
  ["\n", -1],
  ["aGVsbG8", 4],
  ["YQ=", 3],
  ["YQ", 0],
  ["YQ==YQ==", 4],
  ["aGVs bG8=", 4],
  ["aGVs\tbG8=", 4],
  ["    ", 0],
  ["a-_b", 1],
  ["****", 0],
  ["=", 0],
  ["A===", 1],
  ["YQ=x", 2],
];

for (const [text, fault] of faults) {
  test(`base64Fault() is ${fault} for ${JSON.stringify(text)}`, () => {
    assert.equal(base64Fault(text), fault);
    if (fault >= 0) {
      assert.throws(() => decodeBase64(text), (error) => {
        return hasCode(error, "invalid_argument") && error.message.endsWith(`at input byte ${fault}`);
      });
    } else decodeBase64(text);
  });
}

test("encodeBase64() and decodeBase64() are inverse for every byte and length", () => {
  for (let length = 0; length <= 300; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 7 + length) & 0xff);
    assert.deepEqual([...decodeBase64(encodeBase64(bytes))], [...bytes]);
  }
  const large = new Uint8Array(100_000).fill(0xfe);
  assert.deepEqual(decodeBase64(encodeBase64(large)), large);
});

test("decodeBase64Text() reads UTF-8, keeps a byte order mark and replaces what is not text", () => {
  assert.equal(decodeBase64Text("w6k="), "é");
  assert.equal(decodeBase64Text("77u/YQ=="), "\uFEFFa");
  assert.equal(decodeBase64Text("/w=="), "\uFFFD");
});
