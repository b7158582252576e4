/** Anchors, aliases, tags and directives. A port of the scanners in go-yaml v2's `scannerc.go`. */
import {
  type Cursor,
  isBlank,
  isBlankOrEnd,
  isBreakOrEnd,
  look,
  skipBlanks,
  skipComment,
  take,
  takeBreak,
  YamlFault,
} from "./yaml_cursor.ts";

const name = /[0-9A-Za-z_-]*/y;
const uri = /(?:[0-9A-Za-z_;/?:@&=+$,.!~*'()[\]-]|%[0-9A-Fa-f]{2})*/y;
const version = /([0-9]{1,2})\.([0-9]{1,2})(?![0-9])/y;

/** A tag as it is written: `!!` and `str`, `!` and `foo`, or nothing and the whole tag. */
export interface WrittenTag {
  /** What a `%TAG` directive may stand for; empty when the suffix is all. */
  readonly handle: string;
  /** What follows it. */
  readonly suffix: string;
}

/** A directive; those that YAML does not know are refused. */
export type Directive = { readonly version: string } | WrittenTag;

/** Reads the name of an anchor or alias, the cursor being at `&` or `*`. */
export function scanAnchor(cursor: Cursor): string {
  cursor.index++;
  const anchor = take(cursor, name);
  if (anchor === "" || !(isBlankOrEnd(look(cursor)) || "?:,]}%@`".includes(cursor.source[cursor.index]!))) {
    throw new YamlFault("did not find expected alphabetic or numeric character", cursor.index);
  }
  return anchor;
}

/** Reads a tag, the cursor being at `!`. */
export function scanTag(cursor: Cursor): WrittenTag {
  const tag = scanWrittenTag(cursor);
  if (!isBlankOrEnd(look(cursor))) throw new YamlFault("did not find expected whitespace or line break", cursor.index);
  return tag;
}

/** Reads a directive, the cursor being at `%`. */
export function scanDirective(cursor: Cursor): Directive {
  cursor.index++;
  const directive = take(cursor, name);
  if (!isBlankOrEnd(look(cursor)) || (directive !== "YAML" && directive !== "TAG")) {
    throw new YamlFault("found unknown directive name", cursor.index);
  }
  skipBlanks(cursor);
  const result = directive === "YAML" ? scanVersion(cursor) : scanTagDirective(cursor);
  skipBlanks(cursor);
  skipComment(cursor);
  if (!isBreakOrEnd(look(cursor))) throw new YamlFault("did not find expected comment or line break", cursor.index);
  if (look(cursor) !== 0) takeBreak(cursor);
  return result;
}

function scanWrittenTag(cursor: Cursor): WrittenTag {
  if (look(cursor, 1) === 0x3c) {
    cursor.index += 2;
    const suffix = scanUri(cursor);
    if (look(cursor) !== 0x3e) throw new YamlFault("did not find the expected '>'", cursor.index);
    cursor.index++;
    return { handle: "", suffix };
  }
  const handle = scanHandle(cursor);
  if (handle.length > 1 && handle.endsWith("!")) return { handle, suffix: scanUri(cursor) };
  const suffix = handle.slice(1) + decodeUri(cursor);
  return suffix === "" ? { handle: "", suffix: "!" } : { handle: "!", suffix };
}

function scanHandle(cursor: Cursor): string {
  if (look(cursor) !== 0x21) throw new YamlFault("did not find expected '!'", cursor.index);
  cursor.index++;
  const handle = `!${take(cursor, name)}`;
  if (look(cursor) !== 0x21) return handle;
  cursor.index++;
  return `${handle}!`;
}

function scanUri(cursor: Cursor): string {
  const text = decodeUri(cursor);
  if (text === "") throw new YamlFault("did not find expected tag URI", cursor.index);
  return text;
}

function decodeUri(cursor: Cursor): string {
  const text = take(cursor, uri);
  if (look(cursor) === 0x25) throw new YamlFault("did not find URI escaped octet", cursor.index);
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new YamlFault("found an incorrect UTF-8 octet", cursor.index);
  }
}

function scanVersion(cursor: Cursor): Directive {
  const text = take(cursor, version);
  if (text === "") throw new YamlFault("did not find expected version number", cursor.index);
  return { version: text.split(".").map(Number).join(".") };
}

function scanTagDirective(cursor: Cursor): Directive {
  const handle = scanHandle(cursor);
  if (handle !== "!" && !handle.endsWith("!")) throw new YamlFault("did not find expected '!'", cursor.index);
  if (!isBlank(look(cursor))) throw new YamlFault("did not find expected whitespace", cursor.index);
  skipBlanks(cursor);
  const suffix = scanUri(cursor);
  if (!isBlankOrEnd(look(cursor))) throw new YamlFault("did not find expected whitespace or line break", cursor.index);
  return { handle, suffix };
}
