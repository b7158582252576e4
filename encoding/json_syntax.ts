/** Deeper documents are refused, so that nothing that walks one can run out of stack. */
const maxDepth = 1_000;

const literals: Readonly<Record<string, string>> = { t: "true", f: "false", n: "null" };

/**
 * Says what is wrong with a JSON text, in the words of Go's `encoding/json`. `JSON.parse` accepts the same texts, but
 * each runtime words its errors differently, and some quote the text, secrets included; this quotes one character.
 *
 * @param text The text
 * @returns The problem; undefined when the text is JSON
 */
export function jsonProblem(text: string): string | undefined {
  let at = 0;
  return value(0) ?? (peek() === undefined ? undefined : unexpected("after top-level value"));

  function value(depth: number): string | undefined {
    const first = peek();
    if (first === "{" || first === "[") {
      if (depth === maxDepth) return unexpected("exceeded max depth");
      at++;
      return first === "{" ? members(depth + 1) : elements(depth + 1);
    }
    if (first === '"') return string();
    if (first !== undefined && "-0123456789".includes(first)) return number();
    const literal = first !== undefined && literals[first];
    return literal ? word(literal) : unexpected("looking for beginning of value");
  }

  function members(depth: number): string | undefined {
    if (take("}")) return undefined;
    for (;;) {
      if (peek() !== '"') return unexpected("looking for beginning of object key string");
      const problem = string() ?? (take(":") ? value(depth) : unexpected("after object key"));
      if (problem !== undefined || take("}")) return problem;
      if (!take(",")) return unexpected("after object key:value pair");
    }
  }

  function elements(depth: number): string | undefined {
    if (take("]")) return undefined;
    for (;;) {
      const problem = value(depth);
      if (problem !== undefined || take("]")) return problem;
      if (!take(",")) return unexpected("after array element");
    }
  }

  function string(): string | undefined {
    at++;
    for (;;) {
      // All but the quotation mark, the backslash and the control characters.
      skip(/[ !#-[\]-\uffff]*/y);
      if (text[at] === '"') return void at++;
      if (text[at] !== "\\") return unexpected("in string literal");
      at++;
      if (skip(/["\\/bfnrt]/y)) continue;
      if (text[at] !== "u") return unexpected("in string escape code");
      at++;
      for (let digit = 0; digit < 4; digit++) {
        if (!skip(/[0-9A-Fa-f]/y)) return unexpected("in \\u hexadecimal character escape");
      }
    }
  }

  function number(): string | undefined {
    skip(/-/y);
    if (!skip(/0|[1-9][0-9]*/y)) return unexpected("in numeric literal");
    if (skip(/\./y) && !skip(/[0-9]+/y)) return unexpected("after decimal point in numeric literal");
    if (skip(/[eE][+-]?/y) && !skip(/[0-9]+/y)) return unexpected("in exponent of numeric literal");
  }

  function word(literal: string): string | undefined {
    for (const letter of literal) {
      if (text[at] !== letter) return unexpected(`in literal ${literal} (expecting '${letter}')`);
      at++;
    }
  }

  /** The next character that is not white space. */
  function peek(): string | undefined {
    skip(/[\t\n\r ]+/y);
    return text[at];
  }

  function take(character: string): boolean {
    if (peek() !== character) return false;
    at++;
    return true;
  }

  function skip(pattern: RegExp): boolean {
    pattern.lastIndex = at;
    const found = pattern.test(text);
    if (found) at = pattern.lastIndex;
    return found;
  }

  function unexpected(context: string): string {
    const code = text.codePointAt(at);
    return code === undefined ? "unexpected end of JSON input" : `invalid character ${quoted(code)} ${context}`;
  }
}

function quoted(code: number): string {
  const character = String.fromCodePoint(code);
  if (character === '"') return `'"'`;
  if (character === "'") return `'\\''`;
  if (code < 0x20 && !"\b\f\n\r\t".includes(character)) return `'\\x${code.toString(16).padStart(2, "0")}'`;
  return `'${JSON.stringify(character).slice(1, -1)}'`;
}
