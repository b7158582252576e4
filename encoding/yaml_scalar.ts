/**
 * What a YAML scalar means to kubectl: the rules of `resolve.go` in go-yaml v2 (sigs.k8s.io/yaml), which is YAML 1.1
 * without sexagesimal numbers, and with timestamps left as text.
 */
import { decodeBase64Text } from "./base64.ts";
import { hasCode } from "../errors.ts";

const prefix = "tag:yaml.org,2002:";
const floatPattern = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const dottedPattern = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/;
const integerPattern = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(0|[1-9][0-9]*))$/;
const timestampPattern =
  /^\d{4}-(\d\d?)-(\d\d?)(?:[Tt](\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?(?:Z|[-+]\d\d:\d\d)| (\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?)?$/;
const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const maxUint64 = 2n ** 64n - 1n;

const longestWord = 5;
const words = new Map<string, null | boolean | number>();
add(true, "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
add(false, "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
add(null, "", "~", "null", "Null", "NULL");
add(NaN, ".nan", ".NaN", ".NAN");
add(Infinity, ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF");
add(-Infinity, "-.inf", "-.Inf", "-.INF");

/** A scalar's value. A `bigint` is an integer that a `number` cannot hold exactly. */
export type ScalarValue = null | boolean | number | bigint | string;

/** Why a scalar cannot be read; holds nothing of the scalar. */
export class ScalarError extends Error {}

/**
 * Reads a plain, untagged scalar.
 *
 * @param text Its text
 * @returns Its value
 */
export function resolvePlain(text: string): ScalarValue {
  switch (text.charCodeAt(0)) {
    case 0x2b: // +
    case 0x2d: // -
    case 0x30:
    case 0x31:
    case 0x32:
    case 0x33:
    case 0x34:
    case 0x35:
    case 0x36:
    case 0x37:
    case 0x38:
    case 0x39:
      return resolveNumber(text) ?? words.get(text) ?? text;
    case 0x2e: // .
      return words.get(text) ?? resolveDotted(text) ?? text;
    case 0x59: // Y y N n T t F f O o ~
    case 0x79:
    case 0x4e:
    case 0x6e:
    case 0x54:
    case 0x74:
    case 0x46:
    case 0x66:
    case 0x4f:
    case 0x6f:
    case 0x7e: {
      const word = text.length > longestWord ? undefined : words.get(text);
      return word === undefined ? text : word;
    }
    default:
      return text === "" ? null : text;
  }
}

/**
 * Reads a tagged scalar, plain or quoted. Tags outside YAML's own are ignored and leave text.
 *
 * @param tag Full tag, such as `tag:yaml.org,2002:int`
 * @param text Its text
 * @returns Its value
 * @throws {ScalarError} When the text is not of the tag's type
 */
export function resolveTagged(tag: string, text: string): ScalarValue {
  const type = tag.startsWith(prefix) ? tag.slice(prefix.length) : "";
  switch (type) {
    case "binary":
      try {
        return decodeBase64Text(text);
      } catch (error) {
        if (!hasCode(error, "invalid_argument")) throw error;
        throw new ScalarError("!!binary value contains invalid base64 data");
      }
    case "timestamp":
      if (isTimestamp(text)) return text;
      break;
    case "null":
      if (words.get(text) === null) return null;
      break;
    case "bool": {
      const value = resolvePlain(text);
      if (typeof value === "boolean") return value;
      break;
    }
    case "int": {
      const number = /^[-+0-9]/.test(text) ? resolveInteger(text.replaceAll("_", "")) : undefined;
      if (number !== undefined) return number;
      break;
    }
    case "float": {
      const value = resolvePlain(text);
      if (typeof value === "number") return value;
      if (typeof value === "bigint" && value <= int64.max) return Number(value);
      break;
    }
    default:
      return text;
  }
  throw new ScalarError(`a value is not of its type !!${type}`);
}

/**
 * Writes a scalar that stands as a mapping key.
 *
 * @param value Its value
 * @param text Its text, which tells an integer from a float
 * @returns The key; undefined when kubectl refuses such a key
 */
export function keyText(value: ScalarValue, text: string): string | undefined {
  if (value === null) return undefined;
  if (typeof value === "bigint" && value > int64.max) return undefined;
  if (typeof value !== "number") return String(value);
  const isInteger = Number.isSafeInteger(value) && integerPattern.test(text.replaceAll("_", ""));
  return isInteger ? String(value) : formatFloatKey(value);
}

// Go writes a float key with the digits of 32 bits, and so does kubectl.
function formatFloatKey(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  if (Object.is(value, -0)) return "-0";
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? ".inf" : "-.inf";
  let digits = 1;
  while (digits < 9 && Math.fround(Number(single.toExponential(digits - 1))) !== single) digits++;
  const [mantissa, exponent] = single.toExponential(digits - 1).split("e") as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(Number(`${mantissa}e${power}`));
  return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

function resolveNumber(text: string): number | bigint | undefined {
  if (!/^[-+._0-9]+(?:[xXoObBeE.]|$)/.test(text)) return undefined;
  const plain = text.replaceAll("_", "");
  return resolveInteger(plain) ?? resolveFloat(plain);
}

function resolveInteger(plain: string): number | bigint | undefined {
  const match = integerPattern.exec(plain);
  if (!match) return undefined;
  const [, sign, hex, octal, binary, decimal] = match;
  const digits = hex !== undefined
    ? `0x${hex}`
    : octal !== undefined
    ? `0o${octal}`
    : binary
    ? `0b${binary}`
    : decimal!;
  if (digits.length <= 15) return sign === "-" && Number(digits) !== 0 ? -Number(digits) : Number(digits);
  const value = sign === "-" ? -BigInt(digits) : BigInt(digits);
  if (value < int64.min || value > (sign === "" ? maxUint64 : int64.max)) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function resolveFloat(plain: string): number | undefined {
  if (!floatPattern.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

function resolveDotted(text: string): number | undefined {
  return dottedPattern.test(text) ? resolveFloat(text.replaceAll("_", "")) : undefined;
}

function isTimestamp(text: string): boolean {
  const match = timestampPattern.exec(text);
  if (!match) return false;
  const [, month, day, ...clock] = match.map(Number);
  const year = Number(text.slice(0, 4));
  const [hour = 0, minute = 0, second = 0] = clock.filter((part) => !Number.isNaN(part));
  return month! >= 1 && month! <= 12 && day! >= 1 &&
    day! <= new Date(Date.UTC(2000 + year % 400, month!, 0)).getUTCDate() &&
    hour < 24 && minute < 60 && second < 60;
}

function add(value: null | boolean | number, ...names: readonly string[]): void {
  for (const name of names) words.set(name, value);
}
