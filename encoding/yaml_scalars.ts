/** The three kinds of scalars: plain, quoted, and block. A port of the scanners in go-yaml v2's `scannerc.go`. */
import {
  atDocumentMarker,
  columnOf,
  type Cursor,
  isBlank,
  isBlankOrEnd,
  isBreak,
  isBreakOrEnd,
  look,
  skipBlanks,
  skipComment,
  take,
  takeBreak,
  YamlFault,
} from "./yaml_cursor.ts";

const blockWord = /[^ \t\r\n\x85\u2028\u2029\0:]+/y;
const flowWord = /[^ \t\r\n\x85\u2028\u2029\0:,?[\]{}]+/y;
const singleRun = /[^ \t\r\n\x85\u2028\u2029\0']+/y;
const doubleRun = /[^ \t\r\n\x85\u2028\u2029\0"\\]+/y;
const restOfLine = /[^\r\n\x85\u2028\u2029\0]*/y;
const blockHeader = /(?:[-+][0-9]?|[0-9][-+]?)?/y;
const escapes = new Map(Object.entries({
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "'": "'",
  "\\": "\\",
  N: "\x85",
  _: "\xa0",
  L: "\u2028",
  P: "\u2029",
}));
const escapeLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * Reads a plain scalar.
 *
 * @param cursor At its first character; moved behind it and the white space that follows
 * @param options Column that continuation lines must reach, and whether it stands in `[]` or `{}`
 * @returns Its text, and whether a line break followed
 */
export function scanPlain(
  cursor: Cursor,
  { indent, flow }: { readonly indent: number; readonly flow: boolean },
): { readonly text: string; readonly broken: boolean } {
  const word = flow ? flowWord : blockWord;
  let text = "";
  let space = "";
  let broken = false;
  while (!atDocumentMarker(cursor) && look(cursor) !== 0x23) {
    const start = cursor.index;
    for (;;) {
      take(cursor, word);
      if (look(cursor) !== 0x3a || isBlankOrEnd(look(cursor, 1))) break;
      cursor.index++;
    }
    if (cursor.index > start) {
      text += space + cursor.source.slice(start, cursor.index);
      space = "";
      broken = false;
    }
    if (!isBlank(look(cursor)) && !isBreak(look(cursor))) break;
    ({ space, broken } = scanSpace(cursor, { indent }));
    if (!flow && columnOf(cursor) < indent) break;
  }
  return { text, broken };
}

/**
 * Reads a quoted scalar.
 *
 * @param cursor At the opening quote; moved behind the closing one
 * @returns Its text
 */
export function scanQuoted(cursor: Cursor): string {
  const single = look(cursor) === 0x27;
  const quote = look(cursor);
  const run = single ? singleRun : doubleRun;
  let text = "";
  cursor.index++;
  for (;;) {
    if (atDocumentMarker(cursor)) throw new YamlFault("found unexpected document indicator", cursor.index);
    if (look(cursor) === 0) throw new YamlFault("found unexpected end of stream", cursor.index);
    let broken = false;
    while (!isBlankOrEnd(look(cursor))) {
      text += take(cursor, run);
      const char = look(cursor);
      if (char === quote) {
        if (!single || look(cursor, 1) !== quote) break;
        text += "'";
        cursor.index += 2;
      } else if (char === 0x5c && !single) {
        if (isBreak(look(cursor, 1))) {
          cursor.index++;
          takeBreak(cursor);
          broken = true;
          break;
        }
        text += scanEscape(cursor);
      }
    }
    if (look(cursor) === quote) break;
    text += scanSpace(cursor, { broken }).space;
  }
  cursor.index++;
  return text;
}

/**
 * Reads a literal or folded scalar.
 *
 * @param cursor At `|` or `>`; moved to the line behind it
 * @param parentIndent Indentation of the collection that it stands in; -1 for none
 * @returns Its text
 */
export function scanBlock(cursor: Cursor, parentIndent: number): string {
  const literal = look(cursor) === 0x7c;
  cursor.index++;
  const header = take(cursor, blockHeader);
  const digit = /[0-9]/.exec(header)?.[0];
  if (digit === "0") throw new YamlFault("found an indentation indicator equal to 0", cursor.index);
  skipBlanks(cursor);
  skipComment(cursor);
  if (!isBreakOrEnd(look(cursor))) throw new YamlFault("did not find expected comment or line break", cursor.index);
  if (look(cursor) !== 0) takeBreak(cursor);

  let indent = digit === undefined ? 0 : Math.max(parentIndent, 0) + Number(digit);
  let breaks = scanBreaks();
  let text = "";
  let lineBreak = "";
  let wasIndented = false;
  while (columnOf(cursor) === indent && look(cursor) !== 0) {
    const indented = isBlank(look(cursor));
    if (literal || lineBreak !== "\n" || wasIndented || indented) text += lineBreak;
    else if (breaks === "") text += " ";
    text += breaks + take(cursor, restOfLine);
    lineBreak = look(cursor) === 0 ? "" : takeBreak(cursor);
    wasIndented = indented;
    breaks = scanBreaks();
  }
  if (header.includes("-")) return text;
  return text + lineBreak + (header.includes("+") ? breaks : "");

  // Empty lines; the first line that is not decides the indentation, unless the header did.
  function scanBreaks(): string {
    let found = "";
    let deepest = 0;
    for (;;) {
      while ((indent === 0 || columnOf(cursor) < indent) && look(cursor) === 0x20) cursor.index++;
      deepest = Math.max(deepest, columnOf(cursor));
      if ((indent === 0 || columnOf(cursor) < indent) && look(cursor) === 0x09) {
        throw new YamlFault("found a tab character where an indentation space is expected", cursor.index);
      }
      if (!isBreak(look(cursor))) break;
      found += takeBreak(cursor);
    }
    if (indent === 0) indent = Math.max(deepest, parentIndent + 1, 1);
    return found;
  }
}

// White space inside a plain or quoted scalar, and what folding leaves of it.
function scanSpace(
  cursor: Cursor,
  { indent = 0, broken = false }: { readonly indent?: number; readonly broken?: boolean },
): { readonly space: string; readonly broken: boolean } {
  const escaped = broken;
  let blanks = "";
  let first = "";
  let more = "";
  for (;;) {
    const char = look(cursor);
    if (isBlank(char)) {
      if (broken && char === 0x09 && columnOf(cursor) < indent) {
        throw new YamlFault("found a tab character that violates indentation", cursor.index);
      }
      if (!broken) blanks += cursor.source[cursor.index];
      cursor.index++;
    } else if (!isBreak(char)) break;
    else if (broken) more += takeBreak(cursor);
    else {
      first = takeBreak(cursor);
      broken = true;
    }
  }
  if (!broken) return { space: blanks, broken };
  if (escaped) return { space: more, broken };
  return { space: first === "\n" ? more || " " : first + more, broken };
}

function scanEscape(cursor: Cursor): string {
  const letter = cursor.source[cursor.index + 1]!;
  const length = escapeLengths[letter];
  const plain = escapes.get(letter);
  if (length === undefined) {
    if (plain === undefined) throw new YamlFault("found unknown escape character", cursor.index);
    cursor.index += 2;
    return plain;
  }
  const start = cursor.index + 2;
  const digits = cursor.source.slice(start, start + length);
  if (digits.length < length || /[^0-9A-Fa-f]/.test(digits)) {
    throw new YamlFault("did not find expected hexdecimal number", cursor.index);
  }
  const code = parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    throw new YamlFault("found invalid Unicode character escape code", cursor.index);
  }
  cursor.index = start + length;
  return String.fromCodePoint(code);
}
