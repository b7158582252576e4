import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fresh, removeScratch } from "./scratch.ts";

after(removeScratch);

const program = (seen: string) => `
import { resolvePlatform } from ${JSON.stringify(new URL("../../platform/mod.ts", import.meta.url).href)};
const plugin = 'echo "open this page" >&2; until [ -e "$1" ]; do sleep 0.02; done; echo out';
const argv = ["/bin/sh", "-c", plugin, "sh", ${JSON.stringify(seen)}];
const { code, stderr } = await resolvePlatform().run({ argv, deadline: 10_000 });
console.log(code, stderr);
`;

describe("run()", () => {
  it("run() passes stderr through while the plugin runs, and keeps nothing of it", async () => {
    const path = fresh("program.mjs"), seen = fresh();
    writeFileSync(path, program(seen));
    const args = "Deno" in globalThis ? ["run", "--no-check", "--allow-all", path] : [path];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "", stderr = "";
    child.stdout.on("data", (chunk) => stdout += chunk);
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
      // The plugin ends only when its line has arrived here.
      if (stderr.includes("open this page\n")) writeFileSync(seen, "");
    });
    await new Promise((resolve) => child.once("close", resolve));
    assert.deepEqual([stdout, stderr], ["0 undefined\n", "open this page\n"]);
  });
});
