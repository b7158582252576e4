/** Tokens to events: a port of go-yaml v2's `parserc.go`, for the first document. */
import { YamlFault } from "./yaml_cursor.ts";
import type { Directive, WrittenTag } from "./yaml_properties.ts";
import { type Kind, kinds, makeScanner, type Token } from "./yaml_scanner.ts";

/** A step of the first document. */
export interface Event {
  /** What it is. */
  readonly type: "scalar" | "sequence" | "mapping" | "alias" | "end";
  /** Offset into the text. */
  readonly start: number;
  /** Text of a scalar; name of the anchor that an alias means. */
  readonly text?: string;
  /** Whether a scalar is plain and has no tag. */
  readonly plain?: boolean;
  /** Full tag of a scalar. */
  readonly tag?: string;
  /** Name by which aliases mean it. */
  readonly anchor?: string;
}

const {
  streamEnd,
  directive,
  documentStart,
  documentEnd,
  blockSequenceStart,
  blockMappingStart,
  blockEnd,
  flowSequenceStart,
  flowSequenceEnd,
  flowMappingStart,
  flowMappingEnd,
  blockEntry,
  flowEntry,
  key,
  value,
  alias,
  anchor,
  tag,
  scalar,
} = kinds;
const noProperties: { readonly anchor?: string; readonly tag?: string } = {};
const noContent: readonly Kind[] = [directive, documentStart, documentEnd, streamEnd];

/**
 * Reads the events of the first document.
 *
 * @param text The text
 * @param maxDepth Most levels of nesting
 * @returns The events; none when there is no document. And how far the text was looked at
 * @throws {YamlFault} When go-yaml would refuse it, or it is nested too deeply
 */
export function parseEvents(
  text: string,
  maxDepth: number,
): { readonly events: readonly Event[]; readonly end: number } {
  const scanner = makeScanner(text);
  const events: Event[] = [];
  const handles = new Map<string, string>();
  let depth = 0;
  let token = scanner.peek();
  document();
  return { events, end: scanner.position() };

  function next(): Token {
    return token = scanner.next();
  }

  function is(kind: Kind): boolean {
    return token.kind === kind;
  }

  function document(): void {
    if (is(streamEnd)) return;
    if (is(directive) || is(documentStart)) {
      directives();
      if (!is(documentStart)) throw new YamlFault("did not find expected <document start>", token.start);
      next();
      if (noContent.includes(token.kind)) return empty();
    }
    if (!handles.has("!")) handles.set("!", "!");
    if (!handles.has("!!")) handles.set("!!", "tag:yaml.org,2002:");
    node(true, false);
  }

  function directives(): void {
    let versions = 0;
    for (; is(directive); next()) {
      const found = token.directive as Directive;
      if ("version" in found) {
        if (versions++ > 0) throw new YamlFault("found duplicate %YAML directive", token.start);
        if (found.version !== "1.1") throw new YamlFault("found incompatible YAML document", token.start);
      } else if (handles.has(found.handle)) throw new YamlFault("found duplicate %TAG directive", token.start);
      else handles.set(found.handle, found.suffix);
    }
  }

  function node(block: boolean, indentless: boolean): void {
    const { start } = token;
    if (is(alias)) {
      events.push({ type: "alias", start, text: token.text });
      next();
      return;
    }
    const properties = is(anchor) || is(tag) ? nodeProperties() : noProperties;
    if (++depth > maxDepth) throw new YamlFault(`nesting exceeds ${maxDepth} levels`, start);
    switch (token.kind) {
      case scalar:
        scalarNode(properties);
        break;
      case flowSequenceStart:
        collection("sequence", properties, flowSequence);
        break;
      case flowMappingStart:
        collection("mapping", properties, flowMapping);
        break;
      default:
        if (indentless && is(blockEntry)) collection("sequence", properties, indentlessSequence);
        else if (block && is(blockSequenceStart)) collection("sequence", properties, blockSequence);
        else if (block && is(blockMappingStart)) collection("mapping", properties, blockMapping);
        else if (properties.anchor !== undefined || properties.tag !== undefined) {
          events.push({ type: "scalar", start, text: "", plain: properties.tag === undefined, ...properties });
        } else throw new YamlFault("did not find expected node content", token.start);
    }
    depth--;
  }

  function nodeProperties(): { readonly anchor?: string; readonly tag?: string } {
    let name: string | undefined;
    let written: WrittenTag | undefined;
    const { start } = token;
    if (is(anchor)) {
      name = token.text;
      next();
    }
    if (is(tag)) {
      written = token.tag;
      next();
    }
    if (name === undefined && written && is(anchor)) {
      name = token.text;
      next();
    }
    return { anchor: name, tag: written && fullTag(written, start) };
  }

  function fullTag({ handle, suffix }: WrittenTag, start: number): string {
    if (handle === "") return suffix;
    const found = handles.get(handle);
    if (found === undefined) throw new YamlFault("found undefined tag handle", start);
    return found + suffix;
  }

  function scalarNode(properties: { readonly anchor?: string; readonly tag?: string }): void {
    const plain = token.plain === true && properties.tag === undefined;
    events.push({
      type: "scalar",
      start: token.start,
      text: token.text,
      plain,
      tag: properties.tag,
      anchor: properties.anchor,
    });
    next();
  }

  function collection(type: "sequence" | "mapping", properties: { readonly anchor?: string }, read: () => void): void {
    events.push({ type, start: token.start, anchor: properties.anchor });
    read();
    events.push({ type: "end", start: token.start });
  }

  function blockSequence(): void {
    next();
    for (; is(blockEntry);) {
      next();
      if (is(blockEntry) || is(blockEnd)) empty();
      else node(true, false);
    }
    if (!is(blockEnd)) throw new YamlFault("did not find expected '-' indicator", token.start);
    next();
  }

  function indentlessSequence(): void {
    for (; is(blockEntry);) {
      next();
      if (is(blockEntry) || is(key) || is(value) || is(blockEnd)) empty();
      else node(true, false);
    }
  }

  function blockMapping(): void {
    next();
    for (; is(key);) {
      next();
      blockPart();
      if (!is(value)) empty();
      else {
        next();
        blockPart();
      }
    }
    if (!is(blockEnd)) throw new YamlFault("did not find expected key", token.start);
    next();
  }

  function blockPart(): void {
    if (is(key) || is(value) || is(blockEnd)) empty();
    else node(true, true);
  }

  function flowSequence(): void {
    next();
    for (let first = true; !is(flowSequenceEnd); first = false) {
      if (!first) separator("did not find expected ',' or ']'");
      if (is(key)) pair();
      else if (!is(flowSequenceEnd)) node(false, false);
      else break;
    }
    next();
  }

  function pair(): void {
    events.push({ type: "mapping", start: token.start });
    next();
    if (is(value) || is(flowEntry) || is(flowSequenceEnd)) {
      // go-yaml moves on here, and so `[? : a]` is refused.
      next();
      empty();
    } else node(false, false);
    flowValue(flowSequenceEnd);
    events.push({ type: "end", start: token.start });
  }

  function flowMapping(): void {
    next();
    for (let first = true; !is(flowMappingEnd); first = false) {
      if (!first) separator("did not find expected ',' or '}'");
      if (is(key)) {
        next();
        if (is(value) || is(flowEntry) || is(flowMappingEnd)) empty();
        else node(false, false);
        flowValue(flowMappingEnd);
      } else if (!is(flowMappingEnd)) {
        node(false, false);
        empty();
      } else break;
    }
    next();
  }

  function flowValue(end: Kind): void {
    if (!is(value)) return empty();
    next();
    if (is(flowEntry) || is(end)) empty();
    else node(false, false);
  }

  function separator(fault: string): void {
    if (!is(flowEntry)) throw new YamlFault(fault, token.start);
    next();
  }

  function empty(): void {
    events.push({ type: "scalar", start: token.start, text: "", plain: true, tag: undefined, anchor: undefined });
  }
}
