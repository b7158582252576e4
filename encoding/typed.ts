import { base64Fault } from "./base64.ts";
import { parseRfc3339 } from "./rfc3339.ts";

/** What a field holds: a string, a boolean, base64 of bytes, an RFC 3339 time, anything, or an object of its own. */
export type Shape = "string" | "bool" | "bytes" | "time" | "any" | ObjectShape;

/** The known fields of an object. Others are passed over. */
export interface ObjectShape {
  /** Name of the Go type, which its error messages carry. */
  readonly name: string;
  /** Shapes by field name. */
  readonly fields: Readonly<Record<string, Shape>>;
}

const goTypes = { string: "string", bool: "bool", bytes: "[]uint8", time: "string" } as const;

/** Options of {@linkcode typeProblem}. */
export interface TypeProblemOptions {
  /** Package of the Go types, `v1` in `v1.ExecCredentialStatus`. */
  readonly package: string;
}

/**
 * Finds the first known field whose value has another type than it must have, and says so in the words of Go's
 * `encoding/json`. Absent and null fields fit. The problem names the field and both types, never the value.
 *
 * @param value An object
 * @param shape What it must be
 * @param options Names in the message
 * @returns The problem; undefined when all fits
 */
export function typeProblem(
  value: Readonly<Record<string, unknown>>,
  shape: ObjectShape,
  options: TypeProblemOptions,
): string | undefined {
  return objectProblem(value, shape, "");

  function objectProblem(object: Readonly<Record<string, unknown>>, { name, fields }: ObjectShape, path: string) {
    for (const [key, value] of Object.entries(object)) {
      if (!Object.hasOwn(fields, key) || value === null) continue;
      const problem = fieldProblem(value, fields[key]!, { owner: name, path: `${path}${key}` });
      if (problem !== undefined) return problem;
    }
  }

  function fieldProblem(value: unknown, shape: Shape, at: { owner: string; path: string }): string | undefined {
    const found = jsonType(value);
    const mismatch = (wanted: string) =>
      `json: cannot unmarshal ${found} into Go struct field ${at.owner}.${at.path} of type ${wanted}`;
    if (typeof shape === "object") {
      if (found !== "object") return mismatch(`${options.package}.${shape.name}`);
      return objectProblem(value as Readonly<Record<string, unknown>>, shape, `${at.path}.`);
    }
    if (shape === "any") return undefined;
    if (found !== (shape === "bool" ? "bool" : "string")) return mismatch(goTypes[shape]);
    if (shape === "time") {
      const result = parseRfc3339(value as string);
      return "problem" in result ? result.problem : undefined;
    }
    const fault = shape === "bytes" ? base64Fault(value as string) : -1;
    return fault < 0 ? undefined : `illegal base64 data at input byte ${fault}`;
  }
}

/** The JSON type of a value, as Go names it. */
export function jsonType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "bigint") return "number";
  return typeof value === "boolean" ? "bool" : typeof value;
}
