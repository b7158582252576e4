import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseRfc3339 } from "../../encoding/rfc3339.ts";

const accepted: readonly (readonly [text: string, iso: string])[] = [
  ["2035-01-02T03:04:05Z", "2035-01-02T03:04:05.000Z"],
  ["2035-01-02T03:04:05+02:00", "2035-01-02T01:04:05.000Z"],
  ["2035-01-02T03:04:05-00:00", "2035-01-02T03:04:05.000Z"],
  ["2035-01-02T03:04:05-03:30", "2035-01-02T06:34:05.000Z"],
  ["2035-01-02T3:04:05Z", "2035-01-02T03:04:05.000Z"],
  ["2035-01-02T03:04:05.1Z", "2035-01-02T03:04:05.100Z"],
  ["2035-01-02T03:04:05,5Z", "2035-01-02T03:04:05.500Z"],
  ["2035-01-02T03:04:05.123456789Z", "2035-01-02T03:04:05.123Z"],
  ["2035-01-02T03:04:59.9999999999999Z", "2035-01-02T03:04:59.999Z"],
  ["2035-01-02T03:04:05+24:00", "2035-01-01T03:04:05.000Z"],
  ["2035-01-02T03:04:05+02:60", "2035-01-02T00:04:05.000Z"],
  ["2036-02-29T23:59:59Z", "2036-02-29T23:59:59.000Z"],
  ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"],
  ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
  ["0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"],
];

const layout = '" as "2006-01-02T15:04:05Z07:00": ';

/** What kubectl 1.35.4 prints after `parsing time "<text>`. */
const refused: readonly (readonly [text: string, problem: string])[] = [
  ["2035-01-02T03:04:05z", `${layout}cannot parse "z" as "Z07:00"`],
  ["2035-01-02t03:04:05Z", `${layout}cannot parse "t03:04:05Z" as "T"`],
  ["2035-01-02 03:04:05Z", `${layout}cannot parse " 03:04:05Z" as "T"`],
  ["2035-01-02T03:04:05", `${layout}cannot parse "" as "Z07:00"`],
  ["2035-01-02", `${layout}cannot parse "" as "T"`],
  ["", `${layout}cannot parse "" as "2006"`],
  ["2035-01-02T03:04:05+0000", `${layout}cannot parse "+0000" as "Z07:00"`],
  ["2035-01-02T03:04:05.Z", `${layout}cannot parse ".Z" as "Z07:00"`],
  [" 2035-01-02T03:04:05Z", `${layout}cannot parse " 2035-01-02T03:04:05Z" as "2006"`],
  ["2035-1-02T03:04:05Z", `${layout}cannot parse "1-02T03:04:05Z" as "01"`],
  ["2035-01-2T03:04:05Z", `${layout}cannot parse "2T03:04:05Z" as "02"`],
  ["2035-01-02T03:4:05Z", `${layout}cannot parse "4:05Z" as "04"`],
  ["2035-01-02T03:04:5Z", `${layout}cannot parse "5Z" as "05"`],
  ["35-01-02T03:04:05Z", `${layout}cannot parse "35-01-02T03:04:05Z" as "2006"`],
  ["12035-01-02T03:04:05Z", `${layout}cannot parse "5-01-02T03:04:05Z" as "-"`],
  ["2035-01-02T003:04:05Z", `${layout}cannot parse "3:04:05Z" as ":"`],
  ["2035-01-02T3", `${layout}cannot parse "" as ":"`],
  ["2035-01-02T03:04:05+2:00", `${layout}cannot parse "+2:00" as "Z07:00"`],
  ["2035-01-02T03:04:05Z ", '": extra text: " "'],
  ["2035-01-02T03:04:05Z07:00", '": extra text: "07:00"'],
  ["2035-02-30T03:04:05Z", '": day out of range'],
  ["2035-02-29T00:00:00Z", '": day out of range'],
  ["2035-01-00T03:04:05Z", '": day out of range'],
  ["2035-01-32T03:04:05Z", '": day out of range'],
  ["2035-13-01T03:04:05Z", '": month out of range'],
  ["2035-00-01T03:04:05Z", '": month out of range'],
  ["2035-01-02T24:04:05Z", '": hour out of range'],
  ["2035-01-02T03:60:05Z", '": minute out of range'],
  ["2035-01-02T03:04:60Z", '": second out of range'],
  ["2035-01-02T03:04:05+25:00", '": time zone offset hour out of range'],
];

describe("parseRfc3339()", () => {
  for (const [text, iso] of accepted) {
    it(`returns the time when given ${text}`, () => {
      const result = parseRfc3339(text);
      assert.ok("time" in result, JSON.stringify(result));
      assert.equal(new Date(result.time).toISOString(), iso);
    });
  }

  for (const [text, problem] of refused) {
    it(`returns Go's words when given ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseRfc3339(text), { problem: `parsing time "${text}${problem}` });
    });
  }

  it("returns a problem without the text when that could be a secret", () => {
    for (const text of ["s3cr3t", "2035-01-02T03:04:05Zs3cr3t", "1".repeat(65)]) {
      const result = parseRfc3339(text);
      assert.ok("problem" in result);
      assert.match(result.problem, /^parsing time/);
      assert.doesNotMatch(result.problem, /s3cr3t|1111/);
    }
  });
});
