/**
 * Parser events to plain values, by the rules of go-yaml v2's `decode.go` and of sigs.k8s.io/yaml's conversion to JSON:
 * the last of two equal keys wins, merge keys act where they stand, an alias is expanded afresh each time, and tags on
 * collections are ignored.
 */
import { YamlFault } from "./yaml_cursor.ts";
import type { Event } from "./yaml_parser.ts";
import { keyText, resolvePlain, resolveTagged, ScalarError, type ScalarValue } from "./yaml_scalar.ts";

/** Plain data. */
export type YamlValue = ScalarValue | YamlValue[] | { [key: string]: YamlValue };
type Fields = { [key: string]: YamlValue };

const aliasRatio = { low: 400_000, high: 4_000_000 };

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
 * @param events What the parser found
 * @param maxDepth Most levels of nesting, aliases expanded
 * @returns The value, and where keys are given twice
 * @throws {YamlFault} When kubectl would refuse it, or it is nested too deeply
 */
export function compose(events: readonly Event[], maxDepth: number): Composed {
  const duplicates: number[] = [];
  const targets = aliasTargets(events);
  const expanding = new Set<number>();
  // What JSON cannot hold is refused in the end, for a later key of the same name may replace it.
  const refused = new Map<object, YamlFault>();
  let notFinite: YamlFault | undefined;
  let at = 0;
  let depth = 0;
  let decoded = 0;
  let aliased = 0;
  const value = events.length === 0 ? null : node();
  if (refused.size > 0 || notFinite) checkJson(value);
  return { value, duplicates };

  function node(): YamlValue {
    const event = events[at]!;
    count(event);
    if (event.type === "scalar") {
      at++;
      return scalar(event);
    }
    // Aliases can nest deeper than the text does.
    if (++depth > maxDepth) throw new YamlFault(`nesting exceeds ${maxDepth} levels`, event.start);
    const value = event.type === "alias" ? expand(event, node) : event.type === "sequence" ? sequence() : mapping({});
    depth--;
    return value;
  }

  function sequence(): YamlValue[] {
    const items: YamlValue[] = [];
    at++;
    while (events[at]!.type !== "end") items.push(node());
    at++;
    return items;
  }

  // `inherited` holds the keys that came from a merge: a key of the mapping's own replaces those in silence.
  function mapping(fields: Fields, inherited?: Set<string>, merging = false): Fields {
    at++;
    for (let event = events[at]!; event.type !== "end"; event = events[at]!) {
      if (isMerge(event)) {
        at++;
        merge(fields, inherited ??= new Set());
        continue;
      }
      const key = keyOf(event);
      const value = node();
      if (key === undefined) {
        refused.set(fields, new YamlFault("unsupported map key", event.start));
        continue;
      }
      if (merging) inherited!.add(key);
      else if (Object.hasOwn(fields, key) && !inherited?.delete(key)) duplicates.push(event.start);
      if (key === "__proto__") {
        Object.defineProperty(fields, key, { value, enumerable: true, writable: true, configurable: true });
      } else fields[key] = value;
    }
    at++;
    return fields;
  }

  function merge(fields: Fields, inherited: Set<string>): void {
    if (events[at]!.type !== "sequence") return mergeOne(fields, inherited);
    const starts: number[] = [];
    for (at++; events[at]!.type !== "end"; at = after(at)) starts.push(at);
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
    const target = event.type === "alias" ? events[targets.get(at)!] : event;
    if (target?.type !== "mapping") {
      throw new YamlFault("map merge requires map or sequence of maps as the value", event.start);
    }
    count(event);
    if (event.type !== "alias") mapping(fields, inherited, true);
    else {
      expand(event, () => {
        count(target);
        mapping(fields, inherited, true);
      });
    }
  }

  function expand<T>(event: Event, read: () => T): T {
    const own = at;
    if (expanding.has(own)) throw new YamlFault("an anchor's value contains itself", event.start);
    expanding.add(own);
    at = targets.get(own)!;
    const value = read();
    expanding.delete(own);
    at = own + 1;
    return value;
  }

  function scalar({ text = "", plain, tag, start }: Event): ScalarValue {
    if (plain) return finite(resolvePlain(text), start);
    if (tag === undefined) return text;
    try {
      return finite(resolveTagged(tag, text), start);
    } catch (error) {
      throw error instanceof ScalarError ? new YamlFault(error.message, start) : error;
    }
  }

  function keyOf(event: Event): string | undefined {
    const target = event.type === "alias" ? events[targets.get(at)!]! : event;
    if (target.type !== "scalar") throw new YamlFault("invalid map key", event.start);
    count(event);
    if (target !== event) expand(event, () => count(target));
    else at++;
    const { text = "", plain, tag } = target;
    if (!plain && tag === undefined) return text;
    return keyText(plain ? resolvePlain(text) : scalar(target), text);
  }

  function isMerge({ text, plain, tag }: Event): boolean {
    return text === "<<" && (plain === true || tag === "!" || tag === "tag:yaml.org,2002:merge");
  }

  function finite(value: ScalarValue, start: number): ScalarValue {
    if (typeof value === "number" && !Number.isFinite(value)) {
      notFinite ??= new YamlFault("a number is not finite", start);
    }
    return value;
  }

  function checkJson(value: YamlValue): void {
    if (typeof value === "number" && !Number.isFinite(value)) throw notFinite;
    if (value === null || typeof value !== "object") return;
    if (refused.has(value)) throw refused.get(value);
    Object.values(value).forEach(checkJson);
  }

  function after(index: number): number {
    let open = 0;
    do {
      const { type } = events[index++]!;
      if (type === "sequence" || type === "mapping") open++;
      else if (type === "end") open--;
    } while (open > 0);
    return index;
  }

  // go-yaml's guard against documents that are mostly the expansion of aliases.
  function count(event: Event): void {
    decoded++;
    if (expanding.size === 0) return;
    aliased++;
    if (aliased > 100 && decoded > 1000 && aliased / decoded > allowedAliasRatio(decoded)) {
      throw new YamlFault("document contains excessive aliasing", event.start);
    }
  }
}

function allowedAliasRatio(decoded: number): number {
  const share = (decoded - aliasRatio.low) / (aliasRatio.high - aliasRatio.low);
  return 0.99 - 0.89 * Math.min(1, Math.max(0, share));
}

// An alias means the last anchor of its name before it, which may be that of a node around it.
function aliasTargets(events: readonly Event[]): Map<number, number> {
  const anchors = new Map<string, number>();
  const targets = new Map<number, number>();
  for (let index = 0; index < events.length; index++) {
    const { type, anchor, text, start } = events[index]!;
    if (anchor !== undefined) anchors.set(anchor, index);
    if (type !== "alias") continue;
    const target = anchors.get(text!);
    if (target === undefined) throw new YamlFault("unknown anchor referenced", start);
    targets.set(index, target);
  }
  return targets;
}
