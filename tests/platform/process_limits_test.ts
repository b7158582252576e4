import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { after, describe, it } from "node:test";
import { resolvePlatform } from "../../platform/mod.ts";
import { bytes, eventually, fresh, isRunning, removeScratch, shell, text } from "./scratch.ts";

const { run } = resolvePlatform();
after(removeScratch);

describe("run() past a limit", () => {
  it("rejects with plugin_timeout and ends a plugin that hangs", async () => {
    const pids = fresh();
    await assert.rejects(run({ argv: shell("echo $$ >$1; exec sleep 60", pids), deadline: 300 }), {
      code: "plugin_timeout",
      message: "Cannot run /bin/sh: it did not end within 300 ms",
    });
    assert.deepEqual(readPids(pids).map(isRunning), [false]);
  });

  it("ends a plugin that ignores SIGTERM", async () => {
    const pids = fresh();
    const argv = shell("trap '' TERM INT HUP; echo $$ >$1; while :; do sleep 1; done", pids);
    await assert.rejects(run({ argv, deadline: 300 }), { code: "plugin_timeout" });
    assert.deepEqual(readPids(pids).map(isRunning), [false]);
  });

  it("ends the whole process group of a plugin that has no terminal", async () => {
    const pids = fresh();
    const argv = shell("sleep 60 & echo $! >>$1; (sleep 60 & echo $! >>$1; wait) & echo $$ >>$1; wait", pids);
    await assert.rejects(run({ argv, deadline: 400 }), { code: "plugin_timeout" });
    assert.equal(readPids(pids).length, 3);
    assert.ok(await eventually(() => !readPids(pids).some(isRunning)));
  });

  it("ends what a plugin left behind when that holds stdout open until the deadline", async () => {
    const pids = fresh();
    const argv = shell("sleep 60 & echo $! >>$1; exit 0", pids);
    await assert.rejects(run({ argv, deadline: 300 }), { code: "plugin_timeout" });
    assert.ok(await eventually(() => !readPids(pids).some(isRunning)));
  });

  it("abandons stdout that a grandchild outside the group holds open", async () => {
    const pids = fresh();
    const argv = shell("setsid sh -c 'echo $$ >$1; exec sleep 5' sh $1 & sleep 60", pids);
    await assert.rejects(run({ argv, deadline: 400 }), { code: "plugin_timeout" });
    const [pid] = readPids(pids);
    assert.ok(isRunning(pid!), "the grandchild outlived the group, so its stdout was not awaited");
    process.kill(pid!, "SIGKILL");
  });

  it("ends a prompt alone, and leaves its grandchild, which is in the terminal's group with us", async () => {
    const pids = fresh();
    const argv = shell("sleep 5 & echo $! $$ >$1; wait", pids);
    await assert.rejects(run({ argv, stdin: "inherit", deadline: 300 }), { code: "plugin_timeout" });
    const [grandchild, prompt] = readFileSync(pids, "utf8").split(" ").map(Number);
    assert.ok(!isRunning(prompt!));
    assert.ok(isRunning(grandchild!));
    process.kill(grandchild!, "SIGKILL");
  });

  it("asks a prompt to end, so that it can give the terminal back", async () => {
    const restored = fresh();
    const argv = shell("trap 'echo restored >$1; exit' TERM; while :; do sleep 0.05; done", restored);
    await assert.rejects(run({ argv, stdin: "inherit", deadline: 300 }), { code: "plugin_timeout" });
    assert.equal(readFileSync(restored, "utf8"), "restored\n");
  });

  it("ends a prompt that will not end when asked", async () => {
    const pids = fresh();
    const argv = shell("trap '' TERM; echo $$ >$1; while :; do sleep 0.1; done", pids);
    await assert.rejects(run({ argv, stdin: "inherit", deadline: 300 }), { code: "plugin_timeout" });
    assert.deepEqual(readPids(pids).map(isRunning), [false]);
  });

  it("rejects with plugin_output and ends a plugin that prints without end", async () => {
    await assert.rejects(run({ argv: ["yes"], deadline: 30_000 }), {
      code: "plugin_output",
      message: "Cannot run yes: it printed more than 1048576 bytes on stdout, the most that is accepted",
    });
  });

  it("rejects with plugin_output one byte past the limit, on either output", async () => {
    await assert.rejects(run({ argv: shell("printf 123456"), outputLimit: 5 }), { code: "plugin_output" });
    await assert.rejects(run({ argv: shell("printf 123456 >&2"), outputLimit: 5, stderr: "capture" }), {
      code: "plugin_output",
      message: "Cannot run /bin/sh: it printed more than 5 bytes on stderr, the most that is accepted",
    });
  });

  it("holds no more than the limit of a plugin that prints 2 GB", async () => {
    const pids = fresh();
    const before = process.memoryUsage().rss;
    const argv = shell("echo $$ >$1; exec head -c 2147483648 /dev/zero", pids);
    await assert.rejects(run({ argv, deadline: 30_000 }), { code: "plugin_output" });
    assert.deepEqual(readPids(pids).map(isRunning), [false]);
    assert.ok(process.memoryUsage().rss - before < 256 << 20);
  });

  it("never shows what was printed or passed", async () => {
    const argv = shell("printf planted-output; echo planted-output >&2", "planted-argument");
    const command = {
      argv,
      env: { A: "planted-env" },
      stdin: bytes("planted-stdin"),
      stderr: "capture",
      outputLimit: 3,
    };
    const error = await run({ ...command, stderr: "capture" }).then(
      () => assert.fail("it ran"),
      (error: Error) => error,
    );
    assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)} ${error.cause}`, /planted/);
  });
});

describe("run() with a signal", () => {
  it("rejects with the signal's reason and ends the plugin when the signal aborts", async () => {
    const pids = fresh();
    const controller = new AbortController();
    const running = run({ argv: shell("echo $$ >$1; exec sleep 60", pids), signal: controller.signal });
    const outcome = assert.rejects(running, (error) => error === controller.signal.reason);
    assert.ok(await eventually(() => existsSync(pids) && readPids(pids).length === 1));
    controller.abort(new Error("enough"));
    await outcome;
    assert.deepEqual(readPids(pids).map(isRunning), [false]);
  });

  it("starts nothing when the signal has aborted", async () => {
    const made = fresh();
    const reason = new Error("enough");
    const running = run({ argv: shell("touch $1", made), signal: AbortSignal.abort(reason) });
    await assert.rejects(running, (error) => error === reason);
    assert.ok(!existsSync(made));
  });

  it("leaves no listener on a signal that outlives the run", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    let listeners = 0;
    const count = (change: number, method: (...args: never[]) => unknown) => (...args: never[]) => {
      listeners += change;
      return method.apply(signal, args);
    };
    Object.assign(signal, {
      addEventListener: count(1, signal.addEventListener),
      removeEventListener: count(-1, signal.removeEventListener),
    });
    await run({ argv: ["/bin/true"], signal });
    await assert.rejects(run({ argv: ["/bin/sleep", "9"], signal, deadline: 20 }));
    assert.equal(listeners, 0);
  });

  it("returns the output when the signal aborts afterwards", async () => {
    const controller = new AbortController();
    const output = await run({ argv: ["/bin/echo", "out"], signal: controller.signal });
    controller.abort();
    assert.equal(text(output.stdout), "out\n");
  });
});

function readPids(path: string): number[] {
  return readFileSync(path, "utf8").split("\n").filter((line) => line !== "").map(Number);
}
