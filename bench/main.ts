/**
 * Measures the library against the fastest bare way that each runtime has, both sides in one run, and prints one table.
 *
 *     deno task bench [row ...] [--json FILE] [--smoke]
 */
import { bun, deno, node } from "../tools/runner/runtimes.ts";
import { type Finding, startServer } from "./harness.ts";
import { rows } from "./rows.ts";

const args = [...Deno.args];
const smoke = take("--smoke", 1) !== undefined;
const json = take("--json", 2)?.[1];
const chosen = rows.filter((row) => args.length === 0 || args.includes(row.name));
const unknown = args.filter((name) => !rows.some((row) => row.name === name));
if (unknown.length > 0) {
  throw new Error(`Cannot measure ${unknown.join(", ")}: the rows are ${rows.map((row) => row.name).join(", ")}`);
}

const runtimes = [deno(), await node(), await bun()];
const environment = {
  date: new Date().toISOString(),
  system: `${Deno.build.os} ${Deno.osRelease()} ${Deno.build.arch}`,
  processor: await processor(),
  cores: navigator.hardwareConcurrency,
  memory: `${Math.round(Deno.systemMemoryInfo().total / 2 ** 30)} GiB`,
  runtimes: runtimes.map(({ name, version }) => `${name} ${version}`).join(", "),
};
for (const [name, value] of Object.entries(environment)) console.log(`${name}: ${value}`);
if (smoke) console.log("smoke: each row runs once, the figures mean nothing");

const results: { row: string; target: string; findings: Record<string, Finding> }[] = [];
const server = await startServer();
console.log(`list: ${(server.bytes / 1e6).toFixed(1)} MB\n`);
console.log(line("row", "target", runtimes.map(({ name }) => name)));
try {
  for (const row of chosen) {
    const findings: Record<string, Finding> = {};
    for (const runtime of runtimes) {
      const finding = await row.measure(runtime, { server, smoke });
      if (finding) findings[runtime.name] = finding;
    }
    const cells = runtimes.map(({ name }) => cell(findings[name]));
    console.log(line(`${row.name}: ${row.title}`, row.target, cells));
    results.push({ row: row.name, target: row.target, findings });
  }
} finally {
  await server.stop();
}
if (json !== undefined) await Deno.writeTextFile(json, `${JSON.stringify({ environment, results }, null, 2)}\n`);

function take(name: string, count: number): string[] | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args.splice(at, count);
}

function cell(finding: Finding | undefined): string {
  if (!finding) return "-";
  return smoke || finding.met ? finding.text : `${finding.text} MISSED`;
}

function line(title: string, target: string, cells: readonly string[]): string {
  return [title.padEnd(84), target.padEnd(30), ...cells.map((text) => text.padEnd(14))].join(" ").trimEnd();
}

async function processor(): Promise<string> {
  if (Deno.build.os !== "linux") return "unknown";
  return /model name\s*: (.*)/.exec(await Deno.readTextFile("/proc/cpuinfo"))?.[1] ?? "unknown";
}
