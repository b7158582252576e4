import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseJunit } from "../../tools/runner/junit.ts";

const file = "tests/a/x_test.ts";

// The same file as each runtime reports it: one suite with a pass, a failure and a skip, and one test beside it.
const reports = {
  deno: `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="4" failures="2" errors="0" time="0.222">
    <testsuite name="./tools/sanitize.ts" tests="5" disabled="1" errors="0" failures="2">
        <testcase name="group &quot;one&quot;" classname="./tools/sanitize.ts" time="0.018" line="3" col="1">
            <failure message="1 test step failed">1 test step failed.</failure>
        </testcase>
        <testcase name="top &lt;level&gt;" classname="./tools/sanitize.ts" time="0.000" line="12" col="1">
        </testcase>
        <testcase name="group &quot;one&quot; &gt; E01 works" classname="ext:deno_node/testing.ts" time="0.000">
        </testcase>
        <testcase name="group &quot;one&quot; &gt; E02 fails" classname="ext:deno_node/testing.ts" time="0.008">
            <failure message="Uncaught AssertionError">AssertionError: 1 !== 2
    at somewhere</failure>
        </testcase>
        <testcase name="group &quot;one&quot; &gt; E03 skips" classname="ext:deno_node/testing.ts" time="0.000">
            <skipped/>
        </testcase>
    </testsuite>
</testsuites>`,
  node: `<?xml version="1.0" encoding="utf-8"?>
<testsuites>
	<testsuite name="group &amp;quot;one&amp;quot;" time="0.01" disabled="0" errors="0" tests="3" failures="1" skipped="1">
		<testcase name="E01 works" time="0.000887" classname="test"/>
		<testcase name="E02 fails" time="0.009317" classname="test" failure="1 !== 2">
			<failure type="testCodeFailure" message="1 !== 2">
AssertionError: 1 !== 2
    at somewhere
			</failure>
		</testcase>
		<testcase name="E03 skips" time="0.000919" classname="test">
			<skipped type="skipped" message="true"/>
		</testcase>
	</testsuite>
	<testcase name="top &lt;level>" time="0.000145" classname="test"/>
	<!-- tests 4 -->
</testsuites>`,
  bun: `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="4" assertions="0" failures="1" skipped="1" time="0.079368848">
  <testsuite name="tests/a/x_test.ts" file="tests/a/x_test.ts" tests="4" assertions="0" failures="1" skipped="1">
    <testsuite name="group &quot;one&quot;" file="tests/a/x_test.ts" line="3" tests="3" failures="1" skipped="1">
      <testcase name="E01 works" classname="group" time="0.000054" file="tests/a/x_test.ts" line="4" assertions="0" />
      <testcase name="E02 fails" classname="group" time="0.007183" file="tests/a/x_test.ts" line="5" assertions="0">
        <failure type="AssertionError" message="1 !== 2">AssertionError: 1 !== 2&#10;    at somewhere</failure>
      </testcase>
      <testcase name="E03 skips" classname="group" time="0" file="tests/a/x_test.ts" line="6" assertions="0">
        <skipped />
      </testcase>
    </testsuite>
    <testcase name="top &lt;level&gt;" classname="" time="0.00002" file="tests/a/x_test.ts" line="12" assertions="0" />
  </testsuite>
</testsuites>`,
};

describe("parseJunit()", () => {
  for (const [runtime, xml] of Object.entries(reports)) {
    it(`reads the report of ${runtime}`, () => {
      const cases = parseJunit(xml, file);
      assert.deepEqual(cases.map((test) => `${test.outcome} ${test.name}`).sort(), [
        'failed group "one" > E02 fails',
        'passed group "one" > E01 works',
        "passed top <level>",
        'skipped group "one" > E03 skips',
      ]);
      const failed = cases.find((test) => test.outcome === "failed");
      assert.match(failed?.message ?? "", /^AssertionError: 1 !== 2\n {4}at somewhere$/);
    });
  }

  it("keeps a suite of Deno's that failed by itself, which is how a leak shows", () => {
    const xml = `<testsuites><testsuite name="./tools/sanitize.ts">
      <testcase name="group"><failure message="Leaks detected">Leaks detected: a file</failure></testcase>
      <testcase name="group &gt; works"></testcase>
    </testsuite></testsuites>`;
    const cases = parseJunit(xml, file);
    assert.deepEqual(cases.map((test) => [test.name, test.outcome]), [["group", "failed"], [
      "group > works",
      "passed",
    ]]);
  });

  it("finds nothing in an empty report", () => {
    assert.deepEqual(parseJunit("", file), []);
  });
});
