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

const linted = (await doc(["--lint", ...entries], "inherit")).success;
const problems = (await Promise.all(entries.map(problemsOf))).flat();
const [errorTable, errors, deviations, ...tests] = await Promise.all(
  ["docs/errors.md", "errors.ts", "docs/deviations.md", ...await filesUnder(["tests"], (name) => name.endsWith(".ts"))]
    .map((path) => Deno.readTextFile(path)),
);
problems.push(...errorTableProblems(errorTable ?? "", errors ?? ""));
problems.push(...deviationProblems(deviations ?? "", tests.join("\n")));
for (const problem of problems) console.log(problem);
console.log(`${entries.length} public modules, ${problems.length} problems`);
Deno.exitCode = linted && problems.length === 0 ? 0 : 1;

async function problemsOf(path: string): Promise<string[]> {
  const { stdout } = await doc(["--json", path], "piped");
  const { nodes }: { nodes: Record<string, ModuleDoc> } = JSON.parse(new TextDecoder().decode(stdout));
  return Object.values(nodes).flatMap((module) => symbolProblems(path, module));
}

async function doc(args: string[], output: "inherit" | "piped"): Promise<{ success: boolean; stdout?: Uint8Array }> {
  const command = new Deno.Command(Deno.execPath(), { args: ["doc", ...args], stdout: output, stdin: "null" });
  const { success, ...rest } = await command.output();
  return output === "piped" ? { success, stdout: rest.stdout } : { success };
}
