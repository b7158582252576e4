/**
 * Typed decoding, as Go's JSON decoder does it into client-go's structs: known fields must have their type, null is as
 * good as absent, unknown fields pass. Values are taken over, not copied, and frozen.
 *
 * Source: client-go tools/clientcmd/api/v1/types.go, sigs.k8s.io/json
 */
import { base64Fault, encodeBase64 } from "../encoding/base64.ts";
import { conceal } from "../redact.ts";

/** Checks a value and returns it in its final form; undefined drops the field. */
export type Reader = (value: unknown) => unknown;
/** Fields by name. */
export type Fields = Record<string, unknown>;

/** A value that does not fit. Its message says where and why, and quotes nothing. */
export class FieldError extends Error {
  readonly #reason: string;
  #path = "";

  /** @param reason Why it does not fit */
  constructor(reason: string) {
    super(reason);
    this.#reason = reason;
  }

  /** Adds the step that leads to the value. */
  within(step: string | number): this {
    const dot = this.#path === "" || this.#path.startsWith("[") ? "" : ".";
    this.#path = (typeof step === "number" ? `[${step}]` : step) + dot + this.#path;
    this.message = `${this.#path} ${this.#reason}`;
    return this;
  }
}

/** A string. */
export function text(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value === null) return undefined;
  const hint = typeof value === "object" ? "" : " (quote it)";
  throw new FieldError(`must be a string, got ${typeName(value)}${hint}`);
}

/** A boolean. */
export function flag(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === null) return undefined;
  throw new FieldError(`must be true or false, got ${typeName(value)}`);
}

/** Base64; Go takes a list of byte values as well. */
export function base64(value: unknown): string | undefined {
  if (Array.isArray(value)) return encodeBase64(Uint8Array.from(value, byte));
  const data = text(value);
  const fault = data === undefined ? -1 : base64Fault(data);
  if (fault >= 0) throw new FieldError(`must be base64: illegal base64 data at input byte ${fault}`);
  return data;
}

/** Plain data of any shape. */
export function anything(value: unknown): unknown {
  if (value !== null && typeof value === "object") {
    for (const item of Object.values(value)) anything(item);
    Object.freeze(value);
  }
  return value;
}

/** A list, each element of which is read alike. An element that is null reads as `empty`. */
export function list(read: Reader, empty: () => unknown): Reader {
  return function readList(value) {
    if (value === null) return undefined;
    if (!Array.isArray(value)) throw new FieldError(`must be a list, got ${typeName(value)}`);
    for (let index = 0; index < value.length; index++) {
      try {
        value[index] = read(value[index]) ?? empty();
      } catch (error) {
        throw error instanceof FieldError ? error.within(index) : error;
      }
    }
    return Object.freeze(value);
  };
}

/** A list of strings. */
export const texts: Reader = list(text, () => "");

/** A mapping whose values are read alike. A value that is null reads as `empty`. */
export function map(read: Reader, empty: () => unknown): Reader {
  return function readMap(value) {
    if (value === null) return undefined;
    const fields = mapping(value);
    for (const name of Object.keys(fields)) fields[name] = at(name, read, fields[name]) ?? empty();
    return Object.freeze(fields);
  };
}

/**
 * A mapping with known fields.
 *
 * @param known Readers by field name
 * @param options Which fields do not print, and what stands for fields that are absent
 * @returns The reader. Unknown fields do not print where any field does not
 */
export function struct(
  known: Readonly<Record<string, Reader>>,
  options: { readonly secrets?: readonly string[]; readonly defaults?: Fields } = {},
): Reader {
  const { secrets, defaults } = options;
  const readers = new Map(Object.entries(known));
  return function readStruct(value) {
    if (value === null) return undefined;
    const fields = mapping(value);
    const hidden: string[] = [];
    for (const name of Object.keys(fields)) {
      const read = readers.get(name);
      const result = read ? at(name, read, fields[name]) : anything(fields[name]);
      if (result === undefined) delete fields[name];
      else fields[name] = result;
      if (secrets && (!read || secrets.includes(name))) hidden.push(name);
    }
    for (const name in defaults) fields[name] ??= defaults[name];
    return hidden.length > 0 ? conceal(fields, hidden) : Object.freeze(fields);
  };
}

/** Reads a field, and puts its name before what is wrong with it. */
export function at<T>(name: string, read: (value: unknown) => T, value: unknown): T {
  try {
    return read(value);
  } catch (error) {
    throw error instanceof FieldError ? error.within(name) : error;
  }
}

/** The value, when it is a mapping. */
export function mapping(value: unknown): Fields {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as Fields;
  throw new FieldError(`must be a mapping, got ${typeName(value)}`);
}

function byte(value: unknown): number {
  if (value === null) return 0;
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255) return Number(value);
  throw new FieldError("must be base64 or a list of bytes");
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "bigint") return "a number";
  return typeof value === "object" ? "a mapping" : `a ${typeof value}`;
}
