import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { moduleName, runProgram } from "./program.ts";
import { removeScratch } from "./scratch.ts";

after(removeScratch);

/** Each program does its work and then falls off its end; whoever still holds the runtime open keeps it from exiting. */
const programs: Readonly<Record<string, string>> = {
  "a plugin has run": `await run({ argv: ["/bin/echo"], deadline: 600_000, signal: new AbortController().signal });`,
  "a plugin was ended at its deadline": `await refuse(run({ argv: sh("sleep 600"), deadline: 50 }));`,
  "a plugin was ended at its deadline, whose grandchild holds stdout and stderr open":
    `await refuse(run({ argv: sh("setsid sleep 20 & sleep 600"), deadline: 300, stderr: "capture" }));`,
  "a prompt was ended at its deadline":
    `await refuse(run({ argv: sh("exec sleep 600"), deadline: 50, stdin: "inherit" }));`,
  "a plugin was ended that did not read its stdin":
    `await refuse(run({ argv: sh("sleep 600"), deadline: 50, stdin: new Uint8Array(1 << 20) }));`,
  "a plugin printed too much": `await refuse(run({ argv: ["yes"], deadline: 600_000 }));`,
  "a run was aborted": `await refuse(run({ argv: sh("sleep 600"), signal: AbortSignal.timeout(50) }));`,
  "a plugin was missing": `await refuse(run({ argv: ["/no/such/plugin"], deadline: 600_000 }));`,
  "a sleep was aborted": `await refuse(sleep(600_000, AbortSignal.timeout(50)));`,
  "the terminal was asked for": `terminal.isTerminal();`,
};

describe("a program exits by itself", () => {
  for (const [name, body] of Object.entries(programs)) {
    it(`after ${name}`, async () => {
      const exit = await runProgram(`${prelude}${body}\nconsole.log("done");\n`);
      assert.deepEqual(exit, { code: 0, signal: null, printed: "done\n" });
    });
  }
});

const prelude = `
import { resolvePlatform } from ${moduleName("platform/mod.ts")};
const { run, sleep, terminal } = resolvePlatform();
const sh = (text) => ["/bin/sh", "-c", text];
const refuse = (promise) => promise.then(() => { throw new Error("it succeeded") }, () => {});
`;
