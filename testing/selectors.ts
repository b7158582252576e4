import type { ApiObject } from "./api_types.ts";

/**
 * Whether an object's labels meet a selector: `a=b`, `a==b`, `a!=b`, `a`, `!a`, `a in (b,c)`, `a notin (b,c)`, joined by
 * commas.
 *
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 *
 * @param selector The selector; empty meets everything
 * @param object The object
 * @returns Undefined when the selector cannot be parsed
 */
export function matchesLabels(selector: string, object: ApiObject): boolean | undefined {
  const labels = object.metadata.labels ?? {};
  let result = true;
  for (const part of selector.split(/,(?![^(]*\))/).map((part) => part.trim())) {
    if (part === "") continue;
    const [, not, exists] = /^(!?)\s*([\w./-]+)$/.exec(part) ?? [];
    const [, key = "", operator = "", operand = ""] = /^([\w./-]+)\s*(!=|==?|\bin\b|\bnotin\b)\s*(.*)$/.exec(part) ??
      [];
    if (exists !== undefined) {
      result &&= Object.hasOwn(labels, exists) !== (not === "!");
      continue;
    }
    if (operator === "") return undefined;
    const list = /^\((.*)\)$/.exec(operand)?.[1];
    if (operator.endsWith("in") !== (list !== undefined)) return undefined;
    const wanted = (list ?? operand).split(",").map((value) => value.trim());
    const has = Object.hasOwn(labels, key) && wanted.includes(labels[key]!);
    result &&= has !== (operator === "!=" || operator === "notin");
  }
  return result;
}

/**
 * Whether an object meets a field selector. Fields are `metadata.name`, `metadata.namespace`, and any other path of
 * plain fields, which is more than a real server indexes.
 *
 * @param selector `field=value`, `field==value` and `field!=value`, joined by commas
 * @param object The object
 * @returns Undefined when the selector cannot be parsed
 */
export function matchesFields(selector: string, object: ApiObject): boolean | undefined {
  let result = true;
  for (const part of selector.split(",").filter((part) => part !== "")) {
    const [, path = "", operator = "", wanted = ""] = /^([\w.]+)(!=|==?)(.*)$/.exec(part) ?? [];
    if (operator === "") return undefined;
    let value: unknown = object;
    for (const key of path.split(".")) value = (value as Record<string, unknown> | undefined)?.[key];
    result &&= (String(value ?? "") === wanted) !== (operator === "!=");
  }
  return result;
}
