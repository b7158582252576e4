import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fresh, removeScratch } from "./scratch.ts";

after(removeScratch);

/** Everything that a module could reach for as it is imported, each of which says so. */
const program = `
const touch = (what) => () => { console.log("touched " + what); };
const { Deno } = globalThis;
Date.now = touch("the clock");
Math.random = touch("random numbers");
globalThis.fetch = touch("fetch");
globalThis.setTimeout = touch("a timer");
if (Deno) {
  Object.defineProperty(Deno, "env", { get: touch("the environment") });
  Object.defineProperty(Deno, "build", { get: touch("the system") });
  for (const name of ["readFile", "stat", "cwd", "Command", "open"]) Deno[name] = touch("Deno." + name);
}
Object.defineProperty(globalThis, "process", { get: touch("process") });
const before = Object.getOwnPropertyNames(globalThis).length;
const { resolvePlatform } = await import(${JSON.stringify(new URL("../../platform/mod.ts", import.meta.url).href)});
if (Object.getOwnPropertyNames(globalThis).length !== before) console.log("touched the global scope");
console.log(typeof resolvePlatform);
`;

describe("platform/mod.ts", () => {
  it("touches nothing as it is imported", () => {
    const path = fresh("program.mjs");
    writeFileSync(path, program);
    const args = "Deno" in globalThis ? ["run", "--no-check", "--allow-all", path] : [path];
    assert.equal(execFileSync(process.execPath, args, { encoding: "utf8" }), "function\n");
  });
});
