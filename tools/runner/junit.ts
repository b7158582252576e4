/** One test as a runtime reported it. */
export interface TestCase {
  /** Names of its suites and its own, joined by " > ". */
  readonly name: string;
  /** How it ended. */
  readonly outcome: "passed" | "failed" | "skipped";
  /** Why it failed, or what it skipped for. */
  readonly message: string;
}

const tags = /<(\/?)([a-z]+)((?:\s+[\w-]+="[^"]*")*)\s*(\/?)>/g;
const summaryOfSteps = /^\d+ test steps? failed/;

/**
 * Reads the JUnit report of Deno, Node or Bun. Node and Bun nest suites; Deno writes joined names, and a suite as a case
 * of its own, which counts only where it failed by itself (a leak, a hook).
 *
 * @param xml The report
 * @param file The test file, whose name Deno and Bun put around its tests
 * @returns One case for each test
 */
export function parseJunit(xml: string, file: string): TestCase[] {
  const cases: TestCase[] = [];
  const suites: string[] = [];
  let open: { name: string; outcome: TestCase["outcome"]; message: string } | undefined;
  let textFrom = -1;
  for (const match of xml.matchAll(tags)) {
    const [whole, slash, tag, attributes = "", selfClosed] = match;
    const closing = slash === "/";
    if (tag === "testsuite") {
      if (closing) suites.pop();
      else if (!selfClosed) suites.push(attribute(attributes, "name"));
    } else if (tag === "testcase") {
      if (!closing) {
        const path = suites.filter((suite) => !isFile(suite, file));
        open = { name: [...path, attribute(attributes, "name")].join(" > "), outcome: "passed", message: "" };
      }
      if ((closing || selfClosed) && open) {
        cases.push(open);
        open = undefined;
      }
    } else if (open && (tag === "failure" || tag === "error")) {
      open.outcome = "failed";
      if (!closing) textFrom = match.index + whole.length;
      if (selfClosed) open.message = attribute(attributes, "message");
      else if (closing) open.message = decode(xml.slice(textFrom, match.index)).trim();
    } else if (open && tag === "skipped" && !closing) {
      open.outcome = "skipped";
      open.message = attribute(attributes, "message");
    }
  }
  return cases.filter((test) => !isSuite(test, cases));
}

function isFile(suite: string, file: string): boolean {
  return suite === file || suite.startsWith("./") || suite.startsWith("ext:") || suite.endsWith("sanitize.ts");
}

function isSuite(test: TestCase, all: readonly TestCase[]): boolean {
  if (!all.some((other) => other.name.startsWith(`${test.name} > `))) return false;
  return test.outcome !== "failed" || summaryOfSteps.test(test.message);
}

function attribute(attributes: string, name: string): string {
  return decode(new RegExp(`\\s${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
}

/** Node escapes the ampersand of an escaped quote once more, so the ampersand comes first. */
function decode(text: string): string {
  return text.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&apos;", "'").replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">").replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}
