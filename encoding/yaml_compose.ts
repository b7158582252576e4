/**
 * Parser events to plain values, by the rules of go-yaml v2's `decode.go` and of sigs.k8s.io/yaml's conversion to JSON:
 * the last of two equal keys wins, merge keys act where they stand, an alias is expanded afresh each time, and tags on
 * collections are ignored.
 */
import { EVENT_ID, getScalarValue, type parseEvents, SCALAR_STYLE } from "js-yaml";
import { keyText, resolvePlain, resolveTagged, ScalarError, type ScalarValue } from "./yaml_scalar.ts";

/** What the parser reports. */
export type Event = ReturnType<typeof parseEvents>[number];
type Scalar = Extract<Event, { type: typeof EVENT_ID.SCALAR }>;
/** Plain data. */
export type YamlValue = ScalarValue | YamlValue[] | { [key: string]: YamlValue };
type Fields = { [key: string]: YamlValue };

const { DOCUMENT, SEQUENCE, MAPPING, SCALAR, ALIAS, POP } = EVENT_ID;
const aliasRatio = { low: 400_000, high: 4_000_000 };
const anchorName = /^[0-9A-Za-z_-]+$/;

/** What a fault is about, and where. Holds nothing of the text. */
export class ComposeError extends Error {
  /** Offset into the text; -1 when unknown. */
  readonly position: number;

  /**
   * @param reason What is wrong
   * @param position Offset into the text
   */
  constructor(reason: string, position: number) {
    super(reason);
    this.position = position;
  }
}

/** A composed document. */
export interface Composed {
  /** Its value; null when it is empty. */
  readonly value: YamlValue;
  /** Offsets of keys that their mapping already had. */
  readonly duplicates: readonly number[];
}

/**
 * Builds the value of the first document.
 *
 * @param source The text that the events refer to
 * @param events What the parser found
 * @param maxDepth Most levels of nesting, aliases expanded
 * @returns The value, and where keys are given twice
 * @throws {ComposeError} On what kubectl refuses, too
 */
export function compose(source: string, events: readonly Event[], maxDepth: number): Composed {
  const duplicates: number[] = [];
  const first = events[0];
  if (first?.type !== DOCUMENT) return { value: null, duplicates };
  const handles = tagHandles(first);
  const targets = aliasTargets(source, events);
  const expanding = new Set<number>();
  // What JSON cannot hold is refused in the end, for a later key of the same name may replace it.
  const refused = new Map<object, ComposeError>();
  let notFinite: ComposeError | undefined;
  let at = 1;
  let decoded = 0;
  let aliased = 0;
  let depth = 0;
  const value = node();
  if (refused.size > 0 || notFinite) checkJson(value);
  return { value, duplicates };

  function node(): YamlValue {
    const event = events[at]!;
    count(event);
    if (event.type === SCALAR) {
      at++;
      return scalar(event);
    }
    // Aliases can nest deeper than the text does.
    if (++depth > maxDepth) throw new ComposeError(`nesting exceeds ${maxDepth} levels`, positionOf(event));
    const value = event.type === ALIAS ? expand(event, node) : event.type === SEQUENCE ? sequence() : mapping({});
    depth--;
    return value;
  }

  function sequence(): YamlValue[] {
    const items: YamlValue[] = [];
    at++;
    while (events[at]!.type !== POP) items.push(node());
    at++;
    return items;
  }

  // `inherited` holds the keys that came from a merge: a key of the mapping's own replaces those in silence.
  function mapping(fields: Fields, inherited?: Set<string>, merging = false): Fields {
    at++;
    for (let event = events[at]!; event.type !== POP; event = events[at]!) {
      if (isMerge(event)) {
        at++;
        merge(fields, inherited ??= new Set());
        continue;
      }
      const key = keyOf(event);
      const value = node();
      if (key === undefined) {
        refused.set(fields, new ComposeError("unsupported map key", positionOf(event)));
        continue;
      }
      if (merging) inherited!.add(key);
      else if (Object.hasOwn(fields, key) && !inherited?.delete(key)) duplicates.push(positionOf(event));
      if (key in Object.prototype) define(fields, key, value);
      else fields[key] = value;
    }
    at++;
    return fields;
  }

  function merge(fields: Fields, inherited: Set<string>): void {
    if (events[at]!.type !== SEQUENCE) return mergeOne(fields, inherited);
    const starts: number[] = [];
    for (at++; events[at]!.type !== POP; at = after(at)) starts.push(at);
    const end = at + 1;
    // Earlier sources win, so they are written last.
    for (const start of starts.reverse()) {
      at = start;
      mergeOne(fields, inherited);
    }
    at = end;
  }

  function mergeOne(fields: Fields, inherited: Set<string>): void {
    const event = events[at]!;
    const target = event.type === ALIAS ? events[targets.get(at)!] : event;
    if (target?.type !== MAPPING) {
      throw new ComposeError("map merge requires map or sequence of maps as the value", positionOf(event));
    }
    count(event);
    if (event.type !== ALIAS) mapping(fields, inherited, true);
    else {
      expand(event, () => {
        count(target);
        mapping(fields, inherited, true);
      });
    }
  }

  function expand<T>(event: Event, read: () => T): T {
    const own = at;
    if (expanding.has(own)) throw new ComposeError("an anchor's value contains itself", positionOf(event));
    expanding.add(own);
    at = targets.get(own)!;
    const value = read();
    expanding.delete(own);
    at = own + 1;
    return value;
  }

  function scalar(event: Scalar): YamlValue {
    const text = event.fast ? source.slice(event.valueStart, event.valueEnd) : getScalarValue(source, event);
    const value = resolve(event, text);
    if (typeof value === "number" && !Number.isFinite(value)) {
      notFinite ??= new ComposeError("a number is not finite", positionOf(event));
    }
    return value;
  }

  function keyOf(event: Event): string | undefined {
    const target = event.type === ALIAS ? events[targets.get(at)!]! : event;
    if (target.type !== SCALAR) throw new ComposeError("invalid map key", positionOf(event));
    count(event);
    if (target !== event) expand(event, () => count(target));
    else at++;
    const text = getScalarValue(source, target);
    return keyText(resolve(target, text), text);
  }

  function resolve(event: Scalar, text: string): ScalarValue {
    if (event.tagStart < 0) return event.style === SCALAR_STYLE.PLAIN ? resolvePlain(text) : text;
    try {
      return resolveTagged(tagOf(event), text);
    } catch (error) {
      throw error instanceof ScalarError ? new ComposeError(error.message, positionOf(event)) : error;
    }
  }

  function checkJson(value: YamlValue): void {
    if (typeof value === "number" && !Number.isFinite(value)) throw notFinite;
    if (value === null || typeof value !== "object") return;
    if (refused.has(value)) throw refused.get(value);
    Object.values(value).forEach(checkJson);
  }

  function isMerge(event: Event): boolean {
    if (event.type !== SCALAR || event.valueEnd - event.valueStart !== 2) return false;
    if (source.charCodeAt(event.valueStart) !== 0x3c || source.charCodeAt(event.valueStart + 1) !== 0x3c) return false;
    if (event.tagStart < 0) return event.style === SCALAR_STYLE.PLAIN;
    const tag = tagOf(event);
    return tag === "!" || tag === "tag:yaml.org,2002:merge";
  }

  function tagOf(event: Scalar): string {
    const raw = source.slice(event.tagStart, event.tagEnd);
    if (raw.startsWith("!<")) return raw.slice(2, -1);
    const end = raw.indexOf("!", 1) + 1;
    return end === 0 ? handles.get("!") + raw.slice(1) : handles.get(raw.slice(0, end)) + raw.slice(end);
  }

  function after(index: number): number {
    let depth = 0;
    do {
      const { type } = events[index++]!;
      if (type === SEQUENCE || type === MAPPING) depth++;
      else if (type === POP) depth--;
    } while (depth > 0);
    return index;
  }

  // go-yaml's guard against documents that are mostly the expansion of aliases.
  function count(event: Event): void {
    decoded++;
    if (expanding.size === 0) return;
    aliased++;
    if (aliased > 100 && decoded > 1000 && aliased / decoded > allowedAliasRatio(decoded)) {
      throw new ComposeError("document contains excessive aliasing", positionOf(event));
    }
  }
}

function allowedAliasRatio(decoded: number): number {
  const share = (decoded - aliasRatio.low) / (aliasRatio.high - aliasRatio.low);
  return 0.99 - 0.89 * Math.min(1, Math.max(0, share));
}

function aliasTargets(source: string, events: readonly Event[]): Map<number, number> {
  const anchors = new Map<string, number>();
  const targets = new Map<number, number>();
  for (let index = 1; index < events.length; index++) {
    const event = events[index]!;
    if (event.type === POP || event.type === DOCUMENT || event.anchorStart < 0) continue;
    const name = source.slice(event.anchorStart, event.anchorEnd);
    if (!anchorName.test(name)) {
      throw new ComposeError("did not find expected alphabetic or numeric character", event.anchorStart);
    }
    if (event.type !== ALIAS) anchors.set(name, index);
    else if (anchors.has(name)) targets.set(index, anchors.get(name)!);
    else throw new ComposeError("unknown anchor referenced", event.anchorStart);
  }
  return targets;
}

function tagHandles(document: Extract<Event, { type: typeof DOCUMENT }>): Map<string, string> {
  const handles = new Map([["!", "!"], ["!!", "tag:yaml.org,2002:"]]);
  for (const directive of document.directives) {
    if (directive.kind === "tag") handles.set(directive.handle, directive.prefix);
    else if (directive.version !== "1.1") throw new ComposeError("found incompatible YAML document", 0);
  }
  return handles;
}

function positionOf(event: Event): number {
  switch (event.type) {
    case SCALAR:
      return event.valueStart;
    case SEQUENCE:
    case MAPPING:
      return event.start;
    case ALIAS:
      return event.anchorStart;
  }
  return -1;
}

// By definition, as an assignment reaches what Object.prototype has of that name.
function define(fields: Fields, key: string, value: YamlValue): void {
  const descriptor = { __proto__: null, value, enumerable: true, writable: true, configurable: true };
  Object.defineProperty(fields, key, descriptor as PropertyDescriptor);
}
