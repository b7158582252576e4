/**
 * YAML text to tokens, as libyaml does it: a port of go-yaml v2's `scannerc.go`, whose rules for tabs, simple keys and
 * indentation are the ones that kubectl applies. Tokens are made as they are asked for, so text behind the first
 * document is not looked at.
 */
import {
  atDocumentMarker,
  columnOf,
  type Cursor,
  isBlank,
  isBlankOrEnd,
  isBreak,
  look,
  skipComment,
  takeBreak,
  YamlFault,
} from "./yaml_cursor.ts";
import { type Directive, scanAnchor, scanDirective, scanTag, type WrittenTag } from "./yaml_properties.ts";
import { scanBlock, scanPlain, scanQuoted } from "./yaml_scalars.ts";

/** Kinds of tokens. */
export const kinds = {
  streamEnd: 0,
  directive: 1,
  documentStart: 2,
  documentEnd: 3,
  blockSequenceStart: 4,
  blockMappingStart: 5,
  blockEnd: 6,
  flowSequenceStart: 7,
  flowSequenceEnd: 8,
  flowMappingStart: 9,
  flowMappingEnd: 10,
  blockEntry: 11,
  flowEntry: 12,
  key: 13,
  value: 14,
  alias: 15,
  anchor: 16,
  tag: 17,
  scalar: 18,
} as const;

/** What a token is. */
export type Kind = typeof kinds[keyof typeof kinds];

/** A piece of YAML. */
export interface Token {
  /** What it is. */
  readonly kind: Kind;
  /** Offset of its first character. */
  readonly start: number;
  /** Text of a scalar; name of an anchor or alias. */
  readonly text?: string;
  /** Whether a scalar is plain. */
  readonly plain?: boolean;
  /** The tag. */
  readonly tag?: WrittenTag;
  /** The directive. */
  readonly directive?: Directive;
}

/** Gives tokens one at a time. */
export interface Scanner {
  /** The next token. */
  peek(): Token;
  /** Moves behind the next token, and returns the one after it. */
  next(): Token;
  /** Offset up to which the text has been looked at. */
  position(): number;
}

/** A token that turns out to be a key when `:` follows on its line. */
interface SimpleKey {
  /** Whether it may still turn out so. */
  possible: boolean;
  /** Whether the token must wait until it is known if it is a key. */
  awaited: boolean;
  /** Whether it must, because of where it stands. */
  required: boolean;
  /** Number of the token, counted from the first. */
  token: number;
  /** Where the token starts. */
  index: number;
  /** Where its line starts. */
  lineStart: number;
}

const indicators = new Set([..."-?:,[]{}#&*!|>'\"%@`"].map((char) => char.charCodeAt(0)));
const longestKey = 1024;

/** Makes a scanner of text that has no NUL. */
export function makeScanner(text: string): Scanner {
  const cursor: Cursor = { source: `${text}\0`, index: 0, lineStart: 0 };
  const queue: Token[] = [];
  let head = 0;
  let taken = 0;
  let indent = -1;
  const indents: number[] = [];
  let keyAllowed = true;
  let flowLevel = 0;
  const keys: SimpleKey[] = [makeKey()];

  return { peek, next: () => (take(), peek()), position: () => cursor.index };

  function peek(): Token {
    while (head === queue.length || headMayBeKey()) fetch();
    return queue[head]!;
  }

  function take(): void {
    peek();
    head++;
    taken++;
    if (head < queue.length) return;
    queue.length = 0;
    head = 0;
  }

  function headMayBeKey(): boolean {
    for (const key of keys) if (key.possible && key.awaited && key.token === taken) return isValid(key);
    return false;
  }

  function fetch(): void {
    skipToToken();
    unroll(columnOf(cursor));
    const char = look(cursor);
    const atMargin = cursor.index === cursor.lineStart;
    if (char === 0) return fetchStreamEnd();
    if (atMargin && char === 0x25) {
      return fetchAtMargin(() => push(kinds.directive, { directive: scanDirective(cursor) }));
    }
    if (atMargin && atDocumentMarker(cursor)) {
      return fetchAtMargin(() => {
        push(char === 0x2d ? kinds.documentStart : kinds.documentEnd);
        cursor.index += 3;
      });
    }
    const flow = flowLevel > 0;
    switch (char) {
      case 0x5b: // [
        return fetchFlowStart(kinds.flowSequenceStart);
      case 0x7b: // {
        return fetchFlowStart(kinds.flowMappingStart);
      case 0x5d: // ]
        return fetchFlowEnd(kinds.flowSequenceEnd);
      case 0x7d: // }
        return fetchFlowEnd(kinds.flowMappingEnd);
      case 0x2c: // ,
        removeKey();
        keyAllowed = true;
        return pushIndicator(kinds.flowEntry);
      case 0x2d: // -
        if (isBlankOrEnd(look(cursor, 1))) return fetchBlockEntry();
        break;
      case 0x3f: // ?
        if (flow || isBlankOrEnd(look(cursor, 1))) return fetchKey();
        break;
      case 0x3a: // :
        if (flow || isBlankOrEnd(look(cursor, 1))) return fetchValue();
        break;
      case 0x2a: // *
      case 0x26: // &
        return fetchKeyable(() =>
          push(char === 0x2a ? kinds.alias : kinds.anchor, { start: cursor.index, text: scanAnchor(cursor) })
        );
      case 0x21: // !
        return fetchKeyable(() => push(kinds.tag, { start: cursor.index, tag: scanTag(cursor) }));
      case 0x7c: // |
      case 0x3e: // >
        if (flow) break;
        removeKey();
        keyAllowed = true;
        return push(kinds.scalar, { start: cursor.index, text: scanBlock(cursor, indent), plain: false });
      case 0x27: // '
      case 0x22: // "
        return fetchKeyable(() => push(kinds.scalar, { start: cursor.index, text: scanQuoted(cursor), plain: false }));
    }
    if (!startsPlain(char)) throw new YamlFault("found character that cannot start any token", cursor.index);
    saveKey();
    const start = cursor.index;
    const { text, broken } = scanPlain(cursor, { indent: indent + 1, flow });
    keyAllowed = broken;
    queue.push({ kind: kinds.scalar, start, text, plain: true });
  }

  // Tabs do not separate where a key may start, for there they could be taken for indentation.
  function skipToToken(): void {
    for (;;) {
      if (cursor.index === 0 && look(cursor) === 0xfeff) cursor.lineStart = ++cursor.index;
      while (look(cursor) === 0x20 || (look(cursor) === 0x09 && (flowLevel > 0 || !keyAllowed))) cursor.index++;
      skipComment(cursor);
      if (!isBreak(look(cursor))) return;
      takeBreak(cursor);
      if (flowLevel === 0) keyAllowed = true;
    }
  }

  function startsPlain(char: number): boolean {
    if (isBlank(char)) return false;
    if (!indicators.has(char)) return true;
    if (char === 0x2d) return !isBlank(look(cursor, 1));
    return flowLevel === 0 && (char === 0x3f || char === 0x3a) && !isBlankOrEnd(look(cursor, 1));
  }

  function fetchStreamEnd(): void {
    // What is on the last line is behind us: no ':' can follow it any more.
    cursor.lineStart = cursor.index;
    unroll(-1);
    removeKey();
    keyAllowed = false;
    push(kinds.streamEnd);
  }

  function fetchAtMargin(scan: () => void): void {
    unroll(-1);
    removeKey();
    keyAllowed = false;
    scan();
  }

  function fetchKeyable(scan: () => void): void {
    saveKey();
    keyAllowed = false;
    scan();
  }

  function fetchFlowStart(kind: Kind): void {
    saveKey();
    keys.push(makeKey());
    flowLevel++;
    keyAllowed = true;
    pushIndicator(kind);
  }

  function fetchFlowEnd(kind: Kind): void {
    removeKey();
    if (flowLevel > 0) {
      flowLevel--;
      const { token } = keys.pop()!;
      // go-yaml forgets the key that `[]` or `{}` might be, and reads `[]: a` as `[]` and more.
      for (const key of keys) if (key.token === token) key.awaited = false;
    }
    keyAllowed = false;
    pushIndicator(kind);
  }

  function fetchBlockEntry(): void {
    if (flowLevel === 0) {
      if (!keyAllowed) throw new YamlFault("block sequence entries are not allowed in this context", cursor.index);
      roll(columnOf(cursor), kinds.blockSequenceStart);
    }
    removeKey();
    keyAllowed = true;
    pushIndicator(kinds.blockEntry);
  }

  function fetchKey(): void {
    if (flowLevel === 0) {
      if (!keyAllowed) throw new YamlFault("mapping keys are not allowed in this context", cursor.index);
      roll(columnOf(cursor), kinds.blockMappingStart);
    }
    removeKey();
    keyAllowed = flowLevel === 0;
    pushIndicator(kinds.key);
  }

  function fetchValue(): void {
    const key = keys.at(-1)!;
    if (isValid(key)) {
      const at = key.token < taken ? queue.length : head + key.token - taken;
      insert(at, { kind: kinds.key, start: key.index });
      roll(key.index - key.lineStart, kinds.blockMappingStart, { at, start: key.index });
      key.possible = false;
      keyAllowed = false;
    } else {
      if (flowLevel === 0) {
        if (!keyAllowed) throw new YamlFault("mapping values are not allowed in this context", cursor.index);
        roll(columnOf(cursor), kinds.blockMappingStart);
      }
      keyAllowed = flowLevel === 0;
    }
    pushIndicator(kinds.value);
  }

  function isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    if (key.lineStart === cursor.lineStart && key.index + longestKey >= cursor.index) return true;
    if (key.required) throw new YamlFault("could not find expected ':'", key.index);
    key.possible = false;
    return false;
  }

  function saveKey(): void {
    if (!keyAllowed) return;
    removeKey();
    const key = keys.at(-1)!;
    key.possible = key.awaited = true;
    key.required = flowLevel === 0 && indent === columnOf(cursor);
    key.token = taken + queue.length - head;
    key.index = cursor.index;
    key.lineStart = cursor.lineStart;
  }

  function makeKey(): SimpleKey {
    const token = taken + queue.length - head;
    return { possible: false, awaited: true, required: false, token, index: cursor.index, lineStart: 0 };
  }

  function removeKey(): void {
    const key = keys.at(-1)!;
    if (!key.possible) return;
    if (key.required) throw new YamlFault("could not find expected ':'", key.index);
    key.possible = false;
  }

  function roll(column: number, kind: Kind, place?: { readonly at: number; readonly start: number }): void {
    if (flowLevel > 0 || indent >= column) return;
    indents.push(indent);
    indent = column;
    insert(place?.at ?? queue.length, { kind, start: place?.start ?? cursor.index });
  }

  function unroll(column: number): void {
    if (flowLevel > 0) return;
    for (; indent > column; indent = indents.pop()!) push(kinds.blockEnd);
  }

  function insert(at: number, token: Token): void {
    queue.push(token);
    for (let index = queue.length - 1; index > at; index--) queue[index] = queue[index - 1]!;
    queue[at] = token;
  }

  function pushIndicator(kind: Kind): void {
    queue.push({ kind, start: cursor.index++ });
  }

  function push(kind: Kind, fields: Omit<Token, "kind" | "start"> & { readonly start?: number } = {}): void {
    queue.push({ start: cursor.index, ...fields, kind });
  }
}
