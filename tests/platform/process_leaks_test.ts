import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import process from "node:process";
import { after, describe, it } from "node:test";
import { resolvePlatform } from "../../platform/mod.ts";
import type { Command, CommandOutput } from "../../platform/mod.ts";
import { bytes, children, descriptors, eventually, fresh, hasProc, removeScratch, shell, text } from "./scratch.ts";

const { run } = resolvePlatform();

/** Has left its group, and holds stdin and stdout of the plugin open for longer than the test takes. */
const survivor = "exec 3<&0; setsid sh -c 'echo $$ >>$1; exec sleep 30' sh $1 & sleep 60";
const survivors = fresh();
after(() => {
  for (const pid of readFileSync(survivors, "utf8").split("\n").filter(Boolean)) process.kill(Number(pid), "SIGKILL");
  removeScratch();
});

const succeeding: readonly Command[] = [
  { argv: ["/bin/echo", "out"] },
  { argv: ["/bin/cat"], stdin: bytes("out\n") },
  { argv: shell("echo out; echo err >&2"), stderr: "capture" },
  { argv: shell("echo out"), stdin: new Uint8Array(1 << 17), deadline: 60_000 },
];

const failing: readonly Command[] = [
  { argv: ["/no/such/plugin"] },
  { argv: ["/bin/false"] },
  { argv: shell("kill -9 $$"), stderr: "capture" },
  { argv: shell("echo out; exec sleep 60"), outputLimit: 1, stderr: "capture" },
  { argv: ["/bin/sleep", "60"], deadline: 5 },
  { argv: shell("sleep 60 & echo; sleep 60"), stdin: new Uint8Array(1 << 17), deadline: 5 },
  { argv: ["/bin/sleep", "60"], stdin: "inherit", deadline: 5 },
  { argv: shell(survivor, survivors), stdin: new Uint8Array(1 << 16), stderr: "capture", deadline: 50 },
  { argv: ["/bin/true", "a\0b"] },
  { argv: [new URL(import.meta.url).pathname] },
];

describe("run() a thousand times, half of them failing", () => {
  it("leaves no descriptor and no child, alive or zombie", { skip: !hasProc && "needs /proc" }, async () => {
    await Promise.allSettled([...succeeding, ...failing].map(run)); // what the runtime opens once and keeps
    const before = { descriptors: descriptors().length, children: children() };
    let succeeded = 0, failed = 0;
    const turns = Array.from({ length: 1_000 }, (_, turn) => turn).values();
    await Promise.all(Array.from({ length: 8 }, async () => {
      for (const turn of turns) await (turn % 2 === 0 ? succeed(turn / 2) : fail((turn - 1) / 2));
    }));
    assert.deepEqual([succeeded, failed], [500, 500]);
    assert.ok(await eventually(() => descriptors().length <= before.descriptors), descriptors().join(" "));
    assert.deepEqual(children(), before.children);

    async function succeed(turn: number): Promise<void> {
      const { code, stdout } = await run(succeeding[turn % succeeding.length]!);
      if (code === 0 && text(stdout) === "out\n") succeeded++;
    }

    async function fail(turn: number): Promise<void> {
      const outcome = await run(failing[turn % failing.length]!).catch((error: Error): Error => error);
      if (outcome instanceof Error ? outcome.name === "KubecredError" : isFailure(outcome)) failed++;
    }
  });
});

function isFailure({ code }: CommandOutput): boolean {
  return code !== 0;
}
