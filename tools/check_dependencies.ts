/**
 * Checks the layout: who may import whom, no cycles, one place for each package, runtime globals in `platform/` and
 * `testing/` only, and the length of files.
 *
 *     deno run --allow-read tools/check_dependencies.ts
 */
import { checkImports, checkText, findCycles, importsOf } from "./dependency_rules.ts";
import { shippedModules } from "./files.ts";

const paths = await shippedModules();
const modules = await Promise.all(paths.map(async (path) => ({ path, text: await Deno.readTextFile(path) })));
const imports = modules.flatMap(({ path, text }) => importsOf(path, text));
const problems = [
  ...checkImports(imports),
  ...findCycles(imports),
  ...modules.flatMap(({ path, text }) => checkText(path, text)),
];
for (const problem of problems) console.log(problem);
console.log(`${modules.length} modules, ${imports.length} imports, ${problems.length} problems`);
Deno.exitCode = problems.length > 0 || modules.length === 0 ? 1 : 0;
