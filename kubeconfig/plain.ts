import { conceal } from "../redact.ts";
import type { Fields } from "./fields.ts";

/**
 * The fields of an object, those that do not print among them, as a plain object of its own.
 *
 * @param fields A stanza
 * @returns A shallow copy that prints everything: for a computation, not to keep
 */
function reveal(fields: object): Fields {
  const plain: Fields = {};
  for (const [name, { value, get, enumerable }] of Object.entries(Object.getOwnPropertyDescriptors(fields))) {
    if (enumerable || get) plain[name] = get ? get.call(fields) : value;
  }
  return plain;
}

/** {@linkcode reveal} all the way down. */
export function revealDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealDeep);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(reveal(value)).map(([name, field]) => [name, revealDeep(field)]));
}

/**
 * A stanza with one field changed. What did not print before does not print after.
 *
 * @param stanza The stanza
 * @param field Name of the field; where it is absent nothing changes
 * @param change From the present value to the new one
 * @returns The same object when nothing changed, else a frozen copy
 */
export function changeField<T extends object, F extends keyof T & string>(
  stanza: T,
  field: F,
  change: (value: NonNullable<T[F]>) => T[F],
): T {
  const value = stanza[field];
  if (value === undefined || value === null) return stanza;
  const result = change(value);
  return result === value ? stanza : assign(stanza, { [field]: result } as unknown as Partial<T>);
}

/**
 * A stanza with fields put over it; one that is undefined takes the field away. What did not print before does not print
 * after.
 *
 * @param stanza The stanza
 * @param fields New values
 * @param secrets Names of fields that must not print in any case
 * @returns A frozen copy
 */
export function assign<T extends object>(stanza: T, fields: Partial<T>, secrets: readonly (keyof T)[] = []): T {
  const hidden = Object.entries(Object.getOwnPropertyDescriptors(stanza)).flatMap(([name, { get }]) =>
    get ? [name] : []
  );
  const plain = { ...reveal(stanza), ...fields } as T;
  const names = [...hidden as (keyof T)[], ...secrets].filter((name) => plain[name] !== undefined);
  if (names.length > 0) return conceal(plain, names);
  return Object.freeze(Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined))) as T;
}
