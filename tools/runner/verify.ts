import type { FileRun } from "./job.ts";
import type { TestCase } from "./junit.ts";

/** An ID at the start of a test's name, or of the name of a suite around it. */
const idPattern = /(?:^| > )([A-Z]\d{2})\b/g;

/**
 * Compares the conformance IDs that ran on one runtime with those that have to. A skipped test did not run.
 *
 * @param cases Every test of one runtime
 * @param required The IDs that have to run
 * @returns One line for each kind of difference
 */
export function idProblems(cases: readonly TestCase[], required: readonly string[]): string[] {
  const ran = new Set<string>();
  for (const test of cases) {
    if (test.outcome === "skipped") continue;
    for (const match of test.name.matchAll(idPattern)) ran.add(match[1] as string);
  }
  const missing = required.filter((id) => !ran.has(id));
  const unknown = [...ran].filter((id) => !required.includes(id)).sort();
  const problems = [];
  if (missing.length > 0) problems.push(`no test ran for ${missing.join(", ")}`);
  if (unknown.length > 0) problems.push(`tests ran for IDs that are not in the list: ${unknown.join(", ")}`);
  return problems;
}

/**
 * Compares what each runtime ran of one file: the same tests, by name.
 *
 * @param runs The runs of one file, one for each runtime
 * @returns One line for each runtime that ran other tests than the first
 */
export function fileProblems(runs: readonly FileRun[]): string[] {
  const [first, ...others] = runs;
  if (!first) return [];
  const problems: string[] = [];
  for (const other of others) {
    const only = difference(names(first), names(other));
    const extra = difference(names(other), names(first));
    if (only.length > 0) problems.push(`${first.runtime} ran what ${other.runtime} did not: ${only.join("; ")}`);
    if (extra.length > 0) problems.push(`${other.runtime} ran what ${first.runtime} did not: ${extra.join("; ")}`);
  }
  return problems;
}

function names(run: FileRun): string[] {
  return run.cases.map((test) => test.name);
}

/** Those of `left` that are not in `right`, counting repetitions. */
function difference(left: readonly string[], right: readonly string[]): string[] {
  const rest = [...right];
  return left.filter((name) => {
    const at = rest.indexOf(name);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}
