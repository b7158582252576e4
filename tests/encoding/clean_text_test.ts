import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cleanText } from "../../encoding/clean_text.ts";

describe("cleanText()", () => {
  it("writes out escape codes and other controls", () => {
    assert.equal(cleanText("\u001b[31mred\u001b[0m\u0007\u009b\u0000"), "U+001B[31mredU+001B[0mU+0007U+009BU+0000");
    assert.equal(cleanText("a\u202eb\u200b\ufeff\ud800c\u{e0001}"), "aU+202EbU+200BU+FEFFU+D800cU+E0001");
  });

  it("keeps what a person reads", () => {
    const text = "Install: https://x/y\n\tgrün é 漢字 ½ € ©\u2003😀\u2029\v\f\r";
    assert.equal(cleanText(text), text);
  });

  it("changes nothing the second time", () => {
    assert.equal(cleanText(cleanText("\u001b")), "U+001B");
  });
});
