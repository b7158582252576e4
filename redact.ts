/**
 * Values that do not print. A concealed field can be read by name and by nothing else: it is not enumerable, so spread,
 * `console.table` and `JSON.stringify` pass it by, and inspection on every runtime shows a placeholder in its place.
 * `structuredClone` copies enumerable fields only, so a clone has lost the secrets.
 */

const placeholder = "<redacted>";
const inspectors = [Symbol.for("nodejs.util.inspect.custom"), Symbol.for("Deno.customInspect")];

type Inspect = (value: unknown, options: unknown) => string;

/**
 * Freezes a plain object whose secret fields do not print.
 *
 * @param fields The object's fields; those that are undefined are left out
 * @param secrets Names of the fields to conceal
 * @returns A frozen object with the same fields
 */
export function conceal<T extends object>(fields: T, secrets: readonly (keyof T)[]): Readonly<T> {
  const sealed: Record<PropertyKey, unknown> = {};
  const shown: Record<PropertyKey, unknown> = {};
  for (const name of Object.keys(fields) as (keyof T & string)[]) {
    const value = fields[name];
    if (value === undefined) continue;
    const secret = secrets.includes(name);
    shown[name] = secret ? placeholder : value;
    if (secret) define(sealed, name, { get: () => value });
    else define(sealed, name, { value, enumerable: true });
  }
  define(sealed, "toJSON", { value: () => ({ ...shown }) });
  for (const symbol of inspectors) define(sealed, symbol, { value: inspected });
  return Object.freeze(sealed) as Readonly<T>;

  // Node calls (depth, options, inspect), Deno calls (inspect, options).
  function inspected(first: unknown, options: unknown, third?: unknown): unknown {
    const inspect = (typeof first === "function" ? first : third) as Inspect | undefined;
    return inspect ? inspect({ ...shown }, options) : { ...shown };
  }
}

function define(target: object, name: PropertyKey, descriptor: PropertyDescriptor): void {
  Object.defineProperty(target, name, { __proto__: null, ...descriptor } as PropertyDescriptor);
}

/**
 * An `Authorization` header as it may be logged: its scheme, when it is one of the usual ones, and nothing after it.
 *
 * @example For a logger of requests
 * ```ts
 * import { maskAuthorization } from "@kubecred/kubecred/client";
 * import assert from "node:assert/strict";
 *
 * assert.equal(maskAuthorization("Bearer abc.def"), "Bearer <masked>");
 * ```
 *
 * @param value The header's value
 * @returns The value to log
 * @see client-go transport/round_trippers.go maskValue
 */
export function maskAuthorization(value: string): string {
  if (value === "") return "";
  const scheme = value.split(" ", 1)[0]!;
  if (!/^(basic|bearer|negotiate)$/i.test(scheme)) return "<masked>";
  return value.length > scheme.length + 1 ? `${scheme} <masked>` : scheme;
}
