/** A time, or why a text is none. */
export type Rfc3339Result = { readonly time: number } | { readonly problem: string };

const layout = "2006-01-02T15:04:05Z07:00";

/** The layout's elements as Go names them, what each accepts, and the range of its number. */
const elements: readonly (readonly [name: string, pattern: RegExp, unit?: string, least?: number, most?: number])[] = [
  ["2006", /^\d{4}/],
  ["-", /^-/],
  ["01", /^\d\d/, "month", 1, 12],
  ["-", /^-/],
  ["02", /^\d\d/],
  ["T", /^T/],
  ["15", /^\d\d?/, "hour", 0, 23],
  [":", /^:/],
  ["04", /^\d\d/, "minute", 0, 59],
  [":", /^:/],
  ["05", /^\d\d(?:[.,]\d+)?/, "second", 0, 59],
  ["Z07:00", /^(?:Z|[+-]\d\d:\d\d)/],
];

/**
 * Parses an RFC 3339 timestamp as strictly, and as loosely, as Go does: a one-digit hour, a comma before the fraction
 * and an offset of 24:60 are accepted; lower case, a space for the `T`, a missing zone and impossible dates are not.
 *
 * The problem has the words of Go's `time.Parse`. It quotes the text only when that cannot be anything but a time, so
 * that a secret in the wrong field stays secret.
 *
 * @param text The timestamp
 * @returns Epoch milliseconds, a finer fraction cut off; or the problem
 */
export function parseRfc3339(text: string): Rfc3339Result {
  const quote = /^[-+0-9TtZz:., ]{0,64}$/.test(text) ? (part: string) => ` "${part}"` : () => "";
  const parts: string[] = [];
  let rest = text;
  for (const [name, pattern, unit, least = 0, most = Infinity] of elements) {
    const part = pattern.exec(rest)?.[0];
    if (part === undefined) {
      return { problem: `parsing time${quote(text)} as "${layout}": cannot parse${quote(rest)} as "${name}"` };
    }
    const number = parseInt(part, 10);
    if (unit !== undefined && (number < least || number > most)) return outOfRange(unit);
    parts.push(part);
    rest = rest.slice(part.length);
  }
  const zone = zoneMinutes(parts[11]!);
  if (typeof zone === "string") return outOfRange(zone);
  if (rest !== "") return { problem: `parsing time${quote(text)}: extra text${quote(rest) && `:${quote(rest)}`}` };

  const [year, month, day] = [Number(parts[0]), Number(parts[2]), Number(parts[4])];
  const time = new Date(0);
  // Date.UTC() takes the years 0 to 99 for 1900 to 1999.
  time.setUTCFullYear(year, month - 1, day);
  if (time.getUTCDate() !== day) return outOfRange("day");
  const [seconds, fraction = ""] = parts[10]!.split(/[.,]/);
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, "0"));
  time.setUTCHours(Number(parts[6]), Number(parts[8]) - zone, Number(seconds), milliseconds);
  return { time: time.getTime() };

  function outOfRange(unit: string): Rfc3339Result {
    return { problem: `parsing time${quote(text)}: ${unit} out of range` };
  }
}

/** Minutes east of UTC, or what is out of range. */
function zoneMinutes(zone: string): number | string {
  if (zone === "Z") return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4))];
  if (hours > 24) return "time zone offset hour";
  if (minutes > 60) return "time zone offset minute";
  return (hours * 60 + minutes) * (zone.startsWith("-") ? -1 : 1);
}
