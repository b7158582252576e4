/** How {@linkcode stringifyJson} writes. */
export interface StringifyJsonOptions {
  /** Write the keys of every object in the order of their UTF-8 bytes, as Go does with maps. @default {false} */
  readonly sortKeys?: boolean;
  /** Escape `<`, `>`, `&`, U+2028 and U+2029 inside strings, as Go does. @default {false} */
  readonly htmlSafe?: boolean;
}

const unsafe = /[<>&\u2028\u2029]/g;

/**
 * Writes compact JSON, integers above 2^53 (`bigint`) to the last digit. Undefined members are left out; `toJSON` and
 * accessors are not consulted, so a concealed object must be spelled out by its owner.
 *
 * @param value Plain data
 * @param options Key order and escaping
 * @returns The JSON text
 */
export function stringifyJson(value: unknown, options: StringifyJsonOptions = {}): string {
  const { sortKeys = false, htmlSafe = false } = options;
  return write(value);

  function write(item: unknown): string {
    if (item === null || item === undefined) return "null";
    if (typeof item === "string") return text(item);
    if (typeof item === "bigint") return item.toString();
    if (typeof item === "number") return Object.is(item, -0) ? "-0" : JSON.stringify(item);
    if (Array.isArray(item)) return `[${item.map(write).join(",")}]`;
    if (typeof item !== "object") return JSON.stringify(item);
    const members = Object.entries(item).filter(([, member]) => member !== undefined);
    if (sortKeys) members.sort(([a], [b]) => compareUtf8(a, b));
    return `{${members.map(([key, member]) => `${text(key)}:${write(member)}`).join(",")}}`;
  }

  function text(item: string): string {
    const json = JSON.stringify(item);
    return htmlSafe ? json.replace(unsafe, escapeUnit) : json;
  }
}

/**
 * Orders strings by their UTF-8 bytes, as Go sorts map keys. UTF-16 order differs only where a surrogate meets a code
 * unit above U+DFFF.
 *
 * @param a A string
 * @param b Another
 * @returns Below, at or above zero
 */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function escapeUnit(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
