/**
 * YAML as kubectl reads it. kubectl's parser is libyaml by way of go-yaml v2, which reads YAML 1.1 in its own way: a JavaScript
 * parser of YAML 1.2 refuses files that it takes, and takes files that it refuses. Hence a port.
 */
import { dump } from "js-yaml";
import { compose, type YamlValue } from "./yaml_compose.ts";
import { YamlFault } from "./yaml_cursor.ts";
import { parseEvents } from "./yaml_parser.ts";

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

const controls = new RegExp(String.raw`[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]`);

/** Limits of {@linkcode parseYaml}. */
export interface ParseYamlOptions {
  /** Most levels of nesting. @default {1000} */
  readonly maxDepth?: number;
}

/** What {@linkcode parseYaml} read. */
export interface ParsedYaml {
  /** Plain data; null when there is no document. Each alias is expanded to a copy of its own. */
  readonly value: YamlValue;
  /** One line for each key that its mapping already had. */
  readonly warnings: readonly string[];
}

/**
 * Reads the first document of YAML text, or JSON, the way kubectl does.
 *
 * @param text The text
 * @param options Limits
 * @returns The value, and what was odd but accepted
 * @throws {YamlError} When kubectl would refuse it, or it is nested too deeply
 */
export function parseYaml(text: string, options: ParseYamlOptions = {}): ParsedYaml {
  const { maxDepth = 1000 } = options;
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  try {
    const { events, end } = parseEvents(source, maxDepth);
    checkCharacters(source, end);
    const { value, duplicates } = compose(events, maxDepth);
    return { value, warnings: duplicates.map((index) => duplicateWarning(source, index)) };
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error;
    const { line, column } = place(source, error.index);
    throw new YamlError(error.message, line, column);
  }
}

/**
 * Writes plain data as YAML that kubectl reads back the same.
 *
 * @param value Plain data; keys are written in their own order
 * @returns YAML text
 */
export function stringifyYaml(value: unknown): string {
  return dump(value, { lineWidth: -1, noRefs: true, seqNoIndent: true });
}

// libyaml reads in blocks of 512 bytes, and takes no control character from those that it reads.
function checkCharacters(source: string, end: number): void {
  const index = source.slice(0, Math.ceil((end + 4) / 512) * 512).search(controls);
  if (index >= 0) throw new YamlFault("control characters are not allowed", index);
}

function duplicateWarning(source: string, index: number): string {
  const { line, column } = place(source, index);
  return `line ${line}, column ${column}: the same key again; the last one counts`;
}

function place(source: string, index: number): { readonly line: number; readonly column: number } {
  const lines = source.slice(0, index).split(/\r\n?|[\n\x85\u2028\u2029]/);
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}
