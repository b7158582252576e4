/**
 * Checks the documentation: `deno doc --lint` on every public module, a summary on each export and an example on each
 * function, the table of error codes, and the tests that the table of deviations names.
 *
 *     deno run -A tools/check_docs.ts
 */
import { deviationProblems, errorTableProblems, type ModuleDoc, symbolProblems } from "./doc_rules.ts";
import { filesUnder } from "./files.ts";

const manifest: { exports: Record<string, string> } = JSON.parse(await Deno.readTextFile("deno.json"));
const entries = Object.values(manifest.exports).map((path) => path.replace("./", ""));

const lint = await doc(["--lint", ...entries]);
if (!lint.success) console.log(lint.text);
const problems = (await Promise.all(entries.map(problemsOf))).flat();
const [errorTable, errors, deviations, ...tests] = await Promise.all(
  [
    "docs/errors.md",
    "errors.ts",
    "docs/deviations.md",
    ...await filesUnder(["tests", "tools/conformance_kubectl.ts"], (name) => name.endsWith(".ts")),
  ]
    .map((path) => Deno.readTextFile(path)),
);
problems.push(...errorTableProblems(errorTable ?? "", errors ?? ""));
problems.push(...deviationProblems(deviations ?? "", tests.join("\n")));
for (const problem of problems) console.log(problem);
console.log(`${entries.length} public modules, ${problems.length} problems`);
Deno.exitCode = lint.success && problems.length === 0 ? 0 : 1;

async function problemsOf(path: string): Promise<string[]> {
  const { success, text } = await doc(["--json", path]);
  if (!success) return [`${path} cannot be read: ${text}`];
  const { nodes }: { nodes: Record<string, ModuleDoc> } = JSON.parse(text);
  return Object.values(nodes).flatMap((module) => symbolProblems(path, module));
}

async function doc(args: string[]): Promise<{ success: boolean; text: string }> {
  const command = new Deno.Command(Deno.execPath(), { args: ["doc", ...args], stdin: "null", env: { NO_COLOR: "1" } });
  const { success, stdout, stderr } = await command.output();
  return { success, text: new TextDecoder().decode(success ? stdout : stderr) };
}
