/** A place in YAML text, and the classes of characters that libyaml tells apart. */

/** Why YAML cannot be read. Holds nothing of the text. */
export class YamlFault extends Error {
  /** Offset into the text. */
  readonly index: number;

  /**
   * @param reason What is wrong
   * @param index Offset into the text
   */
  constructor(reason: string, index: number) {
    super(reason);
    this.index = index;
  }
}

/** A place in text that ends in NUL and has no other. */
export interface Cursor {
  /** The text. */
  readonly source: string;
  /** Offset of the next character. */
  index: number;
  /** Offset at which its line starts. */
  lineStart: number;
}

/** The next character, or one further on. */
export function look(cursor: Cursor, ahead = 0): number {
  return cursor.source.charCodeAt(cursor.index + ahead);
}

/** Distance from the start of the line. */
export function columnOf(cursor: Cursor): number {
  return cursor.index - cursor.lineStart;
}

/** LF, CR, and the breaks of YAML 1.1: NEL, LS and PS. */
export function isBreak(char: number): boolean {
  return char === 0x0a || char === 0x0d || char === 0x85 || char === 0x2028 || char === 0x2029;
}

/** Space or tab. */
export function isBlank(char: number): boolean {
  return char === 0x20 || char === 0x09;
}

/** A break, or the end. */
export function isBreakOrEnd(char: number): boolean {
  return char === 0 || isBreak(char);
}

/** A blank, a break, or the end. */
export function isBlankOrEnd(char: number): boolean {
  return isBlank(char) || isBreakOrEnd(char);
}

/** Whether `---` or `...` stands at the cursor, alone in its line's first columns. */
export function atDocumentMarker(cursor: Cursor): boolean {
  if (cursor.index !== cursor.lineStart) return false;
  const char = look(cursor);
  return (char === 0x2d || char === 0x2e) && look(cursor, 1) === char && look(cursor, 2) === char &&
    isBlankOrEnd(look(cursor, 3));
}

/** Moves over a line break, and returns what it is worth in a scalar. */
export function takeBreak(cursor: Cursor): string {
  const char = look(cursor);
  cursor.index += char === 0x0d && look(cursor, 1) === 0x0a ? 2 : 1;
  cursor.lineStart = cursor.index;
  return char >= 0x2028 ? String.fromCharCode(char) : "\n";
}

/** Moves over blanks. */
export function skipBlanks(cursor: Cursor): void {
  while (isBlank(look(cursor))) cursor.index++;
}

/** Moves over a comment, if there is one, to the end of its line. */
export function skipComment(cursor: Cursor): void {
  if (look(cursor) === 0x23) { while (!isBreakOrEnd(look(cursor))) cursor.index++; }
}

/** Moves over what a sticky pattern matches, and returns it. */
export function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.index;
  const text = pattern.exec(cursor.source)?.[0] ?? "";
  cursor.index += text.length;
  return text;
}
