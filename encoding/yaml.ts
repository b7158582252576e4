/** YAML as kubectl reads it. The parser is js-yaml's; what the parsed text means is go-yaml v2's. */
import { dump, DUMP_SCHEMA, intYaml11Tag, NOT_RESOLVED, parseEvents, YAMLException } from "js-yaml";
import { compose, ComposeError, type YamlValue } from "./yaml_compose.ts";
import { resolvePlain } from "./yaml_scalar.ts";

/** Why YAML cannot be read, and where. Holds nothing of the text. */
export class YamlError extends Error {
  /** What is wrong. */
  readonly reason: string;
  /** Line, from 1; 0 when unknown. */
  readonly line: number;
  /** Column, from 1; 0 when unknown. */
  readonly column: number;

  /**
   * @param reason What is wrong
   * @param line Line, from 1
   * @param column Column, from 1
   */
  constructor(reason: string, line: number, column: number) {
    super(line > 0 ? `line ${line}, column ${column}: ${reason}` : reason);
    this.name = "YamlError";
    this.reason = reason;
    this.line = line;
    this.column = column;
  }
}

// js-yaml knows no bigint, and quotes only what it would itself take for something else than text.
const schema = DUMP_SCHEMA.withTags({
  ...intYaml11Tag,
  implicitFirstChars: null,
  resolve: (text) => typeof resolvePlain(text) === "string" ? NOT_RESOLVED : 0,
  identify: (value) => typeof value === "bigint" || intYaml11Tag.identify(value),
});

type Events = ReturnType<typeof parseEvents>;

const markers = ["\n---", "\n...", "\r---", "\r..."];

/** Limits of {@linkcode parseYaml}. */
export interface ParseYamlOptions {
  /** Most levels of nesting. @default {1000} */
  readonly maxDepth?: number;
  /** Most characters: the parser takes many times its text in memory. @default {33554432} */
  readonly maxLength?: number;
}

/** What {@linkcode parseYaml} read. */
export interface ParsedYaml {
  /** Plain data; null when there is no document. Each alias is expanded to a copy of its own. */
  readonly value: YamlValue;
  /** A line for each key that its mapping already had; of many, the first ten and a line that counts the others. */
  readonly warnings: readonly string[];
}

/**
 * Reads the first document of YAML text, or JSON, the way kubectl does.
 *
 * @param yaml The text
 * @param options Limits
 * @returns The value, and what was odd but accepted
 * @throws {YamlError} When kubectl would refuse it, it is nested too deeply or too long
 */
export function parseYaml(yaml: string, options: ParseYamlOptions = {}): ParsedYaml {
  const { maxDepth = 1000, maxLength = 32 * 1024 * 1024 } = options;
  if (yaml.length > maxLength) throw new YamlError(`it is longer than ${maxLength} characters`, 0, 0);
  const source = firstDocument(yaml);
  try {
    const { text, events } = parseIndented(source, maxDepth);
    const { value, duplicates } = compose(text, events, maxDepth);
    return { value, warnings: duplicateWarnings(text, duplicates) };
  } catch (error) {
    if (error instanceof ComposeError) {
      const { line, column } = place(source, error.position);
      throw new YamlError(error.message, line, column);
    }
    if (!(error instanceof YAMLException)) throw error;
    // The exception carries the text, and some reasons end in a quotation of it.
    const reason = error.reason.replace(/(?:: | ").*$/s, "");
    throw new YamlError(reason, (error.mark?.line ?? -1) + 1, (error.mark?.column ?? -1) + 1);
  }
}

/**
 * Writes plain data as YAML that kubectl reads back the same.
 *
 * @param value Plain data; keys are written in their own order
 * @returns YAML text
 */
export function stringifyYaml(value: unknown): string {
  return dump(value, { lineWidth: -1, noRefs: true, seqNoIndent: true, schema });
}

// kubectl reads no further than the first document, and so does not see what is wrong behind it.
function firstDocument(text: string): string {
  if (!/^\uFEFF?(?:---|\.\.\.)/.test(text) && !markers.some((marker) => text.includes(marker))) return text;
  let started = false;
  for (const match of text.matchAll(/^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm)) {
    const before = text.slice(0, match.index);
    if (started || !/^\uFEFF?(?:[ \t]*(?:#.*)?(?:\r\n?|\n)|%.*(?:\r\n?|\n))*$/.test(before)) return before;
    if (match[0] === "...") throw new YamlError("did not find expected node content", before.split("\n").length, 1);
    started = true;
  }
  return text;
}

// Inside brackets and quotes YAML 1.2 wants lines to be indented, and kubectl does not care: a `}` at the margin is common.
// White space means nothing there, so a line that the parser finds too far left is moved to the right.
function parseIndented(text: string, maxDepth: number): { readonly text: string; readonly events: Events } {
  for (let budget = 16 * 1024 * 1024;; budget -= text.length) {
    try {
      return { text, events: parseEvents(text, { maxDepth }) };
    } catch (error) {
      const mark = error instanceof YAMLException && error.reason === "deficient indentation" ? error.mark : undefined;
      if (!mark || budget < text.length) throw error;
      const start = mark.position - mark.column;
      text = text.slice(0, start) + " ".repeat(64) + text.slice(start);
    }
  }
}

function duplicateWarnings(source: string, positions: readonly number[]): string[] {
  const warnings = positions.slice(0, 10).map((position) => {
    const { line, column } = place(source, position);
    return `line ${line}, column ${column}: the same key again; the last one counts`;
  });
  const more = positions.length - warnings.length;
  return more > 0 ? [...warnings, `${more} more keys stand more than once; the last one of each counts`] : warnings;
}

function place(source: string, position: number): { line: number; column: number } {
  if (position < 0) return { line: 0, column: 0 };
  const before = source.slice(0, position);
  return { line: before.split("\n").length, column: position - before.lastIndexOf("\n") };
}
