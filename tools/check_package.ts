/**
 * Checks the npm package as a user gets it: every entry of `deno.json` is there, no file names the folder that it was made
 * in, and the machine's own Node runs the first example of the README with it.
 *
 *     deno run -A tools/check_package.ts
 */
import { startApiServer } from "../testing/mod.ts";
import { filesUnder } from "./files.ts";
import { packInto, run } from "./pack.ts";

const folder = await Deno.makeTempDir({ prefix: "kubecred-package-" });
const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web-of-the-check", namespace: "default" } };
const server = await startApiServer({ objects: [pod] });
try {
  const installed = await packInto(folder);
  const { exports } = JSON.parse(await Deno.readTextFile("deno.json"));
  const made = JSON.parse(await Deno.readTextFile(`${installed}/package.json`));
  expectEqual(Object.keys(made.exports).join(" "), Object.keys(exports).join(" "), "the entries of the package");

  const files = await filesUnder([installed], () => true);
  const texts = await Promise.all(files.map((path) => Deno.readTextFile(path)));
  expectEqual(
    files.filter((_, index) => texts[index]?.includes(Deno.cwd())).join(" "),
    "",
    "files that name this folder",
  );

  const entries = Object.keys(exports).map((entry) => `import ${JSON.stringify(made.name + entry.slice(1))};\n`);
  await Deno.writeTextFile(`${folder}/entries.mjs`, entries.join(""));
  expectEqual(await run("node", ["entries.mjs"], { cwd: folder }), "", "what importing every entry prints");

  const example = /```ts\n([\s\S]*?)```/.exec(await Deno.readTextFile("README.md"))?.[1] ?? "";
  await Deno.writeTextFile(`${folder}/example.mjs`, example);
  await Deno.writeTextFile(`${folder}/config`, server.kubeconfig());
  const printed = await run("node", ["example.mjs"], { cwd: folder, env: { KUBECONFIG: `${folder}/config` } });
  expectEqual(printed, "web-of-the-check\n", "what the first example prints");
  console.log(`${files.length} files, run by node ${(await run("node", ["--version"])).trim()}`);
} finally {
  await server.close();
  await Deno.remove(folder, { recursive: true });
}

function expectEqual(actual: string, expected: string, what: string): void {
  if (actual !== expected) {
    throw new Error(`Cannot accept the package: ${what}: ${actual || "none"}, not ${expected || "none"}`);
  }
}
