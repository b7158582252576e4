/** Trees to text to bytes, in every style that kubectl reads. */
import type { Random } from "./random.ts";

/** A scalar as it stands in YAML, a list, or a mapping that may have a key twice. */
export type Node = string | { readonly items: readonly Node[] } | {
  readonly fields: readonly (readonly [string, Node])[];
};

/** Writes a tree in block style, with comments and indentation as it comes. */
export function block(node: Node, indent: string, random: Random): string {
  if (typeof node === "string") return ` ${node.replaceAll("\n", `\n${indent}`)}\n`;
  if ("items" in node) {
    if (node.items.length === 0) return " []\n";
    return "\n" + node.items.map((item) => {
      const inner = block(item, `${indent}  `, random);
      return `${indent}-${inner.startsWith("\n") && random.chance(0.9) ? ` ${inner.slice(indent.length + 3)}` : inner}`;
    }).join("");
  }
  if (node.fields.length === 0) return " {}\n";
  const step = !random.odd(2) ? random.pick(["  ", "  ", " ", "    "]) : "\t";
  const lines = node.fields.map(([key, item]) => {
    if (random.chance(0.02)) return `${indent}${key}: ${flow(item, random)}\n`;
    const nested = typeof item !== "string" && "items" in item && random.chance(0.5) ? indent : indent + step;
    const comment = random.odd() ? random.pick(["# c\n", "  # c\n", "\n", "   \n", "\t\n", " \t\n", "\t# c\n"]) : "";
    return `${comment}${indent}${key}${!random.odd() ? ":" : " :"}${block(item, nested, random)}`;
  }).join("");
  return indent === "" ? lines : `\n${lines}`;
}

/** Writes a tree in flow style. */
export function flow(node: Node, random: Random): string {
  if (typeof node === "string") return /^[|>]/.test(node) && !random.odd(5) ? "text" : node;
  const gap = random.pick([" ", "", "\n ", "  "]);
  if ("items" in node) return `[${node.items.map((item) => flow(item, random)).join(`,${gap}`)}]`;
  return `{${gap}${
    node.fields.map(([key, item]) => `${key}:${!random.odd() ? " " : ""}${flow(item, random)}`).join(`,${gap}`)
  }${gap}}`;
}

/** Writes a tree as JSON. */
export function json(node: Node, random: Random): string {
  if (typeof node === "string") {
    return /^(?:true|false|null|-?\d+|\[\]|\{\}|".*")$/.test(node) ? node : JSON.stringify(node);
  }
  if ("items" in node) return `[${node.items.map((item) => json(item, random)).join(",")}]`;
  const space = random.pick(["", " ", "\n\t"]);
  return `{${space}${
    node.fields.map(([key, item]) => `${JSON.stringify(key)}:${json(item, random)}`).join(`,${space}`)
  }}`;
}

/** Changes one character. */
export function mutate(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const char = random.pick([..." \n\t:-?,[]{}#&*!|>'\"%@`~0ax\r\\", "\u0000", "\u0085", "\u2028", "é", "\uFEFF"]);
  return text.slice(0, at) + random.pick(["", char]) + text.slice(at + random.below(2));
}

/** Turns text into bytes: UTF-8, with or without a byte order mark, UTF-16, or neither. */
export function encode(random: Random, text: string): Uint8Array {
  const utf8 = new TextEncoder().encode(text);
  const style = random.next();
  if (style < 0.02) return Uint8Array.of(0xef, 0xbb, 0xbf, ...utf8);
  if (style < 0.025) return Uint8Array.of(...utf8.slice(0, utf8.length >> 1), 0xff, ...utf8.slice(utf8.length >> 1));
  if (style > 0.045) return utf8;
  const little = random.chance(0.5);
  const units = new DataView(new ArrayBuffer(text.length * 2 + 2));
  units.setUint16(0, 0xfeff, little);
  for (let index = 0; index < text.length; index++) units.setUint16(index * 2 + 2, text.charCodeAt(index), little);
  return new Uint8Array(units.buffer);
}
