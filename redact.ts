/**
 * Values that do not print. A concealed field can be read by name and by nothing else: it is not enumerable, so spread,
 * `console.table` and `JSON.stringify` pass it by, and inspection on every runtime shows a placeholder in its place.
 * `structuredClone` copies enumerable fields only, so a clone has lost the secrets.
 */

const placeholder = "<redacted>";

// Shared by all concealed objects, of which a kubeconfig can have thousands.
const printing: PropertyDescriptorMap = {
  toJSON: { value: shown },
  [Symbol.for("nodejs.util.inspect.custom")]: { value: inspected },
  [Symbol.for("Deno.customInspect")]: { value: inspected },
};

type Inspect = (value: unknown, options: unknown) => string;

/**
 * Freezes a plain object whose secret fields do not print.
 *
 * @param fields The object's fields; those that are undefined are left out
 * @param secrets Names of the fields to conceal
 * @returns A frozen object with the same fields
 */
export function conceal<T extends object>(fields: T, secrets: readonly (keyof T)[]): Readonly<T> {
  const sealed: Record<string, unknown> = {};
  for (const name of Object.keys(fields) as (keyof T & string)[]) {
    const value = fields[name];
    if (value === undefined) continue;
    if (secrets.includes(name)) define(sealed, name, { get: () => value });
    else if (name in Object.prototype) define(sealed, name, { value, enumerable: true });
    else sealed[name] = value;
  }
  return Object.freeze(Object.defineProperties(sealed, printing)) as Readonly<T>;
}

function shown(this: object): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, { value, get, enumerable }] of Object.entries(Object.getOwnPropertyDescriptors(this))) {
    if (enumerable || get) define(fields, name, { value: get ? placeholder : value, enumerable: true });
  }
  return fields;
}

// Node calls (depth, options, inspect), Deno calls (inspect, options).
function inspected(this: object, first: unknown, options: unknown, third?: unknown): unknown {
  const inspect = (typeof first === "function" ? first : third) as Inspect | undefined;
  const fields = shown.call(this);
  return inspect ? inspect(fields, options) : fields;
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
