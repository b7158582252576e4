/**
 * Looks through every tracked file for what has no place in one: paths of one machine, registry hosts, silenced checks.
 *
 *     deno run --allow-read --allow-run=git tools/check_tree.ts
 */
import { treeProblems } from "./tree_rules.ts";

const { success, stdout } = await new Deno.Command("git", { args: ["ls-files", "-z"], stdin: "null" }).output();
if (!success) throw new Error("Cannot list the tracked files: git failed");
const paths = new TextDecoder().decode(stdout).split("\0").filter((path) => path !== "");
const problems = (await Promise.all(paths.map(async (path) => treeProblems(path, await Deno.readTextFile(path)))))
  .flat();
for (const problem of problems) console.log(problem);
console.log(`${paths.length} files, ${problems.length} problems`);
Deno.exitCode = problems.length > 0 || paths.length === 0 ? 1 : 0;
