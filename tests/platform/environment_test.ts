import assert from "node:assert/strict";
import { realpathSync } from "node:fs";
import process from "node:process";
import { describe, it } from "node:test";
import { sleep } from "../../platform/clock.ts";
import { homeFrom } from "../../platform/home.ts";
import { resolvePlatform } from "../../platform/mod.ts";

const platform = resolvePlatform();

describe("env()", () => {
  it("env() returns the value of one variable, empty ones as empty", () => {
    assert.equal(platform.env("PATH"), process.env.PATH);
    process.env.KUBECRED_TEST_EMPTY = "";
    assert.equal(platform.env("KUBECRED_TEST_EMPTY"), "");
    delete process.env.KUBECRED_TEST_EMPTY;
    assert.equal(platform.env("KUBECRED_TEST_EMPTY"), undefined);
  });

  it("environ() returns a copy of all of them", () => {
    const environ = platform.environ();
    assert.deepEqual({ ...environ }, { ...process.env });
    (environ as Record<string, string>).KUBECRED_TEST_COPY = "1";
    assert.equal(platform.env("KUBECRED_TEST_COPY"), undefined);
  });

  it("cwd() returns the working directory", () => {
    assert.equal(realpathSync(platform.cwd()), realpathSync(process.cwd()));
  });
});

describe("home()", () => {
  const rows: readonly [string, "posix" | "windows", Record<string, string>, string | undefined][] = [
    ["HOME", "posix", { HOME: "/home/a", USERPROFILE: "C:\\a" }, "/home/a"],
    ["nothing when HOME is empty", "posix", { HOME: "", USERPROFILE: "C:\\a" }, undefined],
    ["nothing when HOME is unset", "posix", {}, undefined],
    ["HOME on Windows too", "windows", { HOME: "D:\\h", USERPROFILE: "C:\\a" }, "D:\\h"],
    ["USERPROFILE on Windows", "windows", { USERPROFILE: "C:\\a", HOMEDRIVE: "H:", HOMEPATH: "\\b" }, "C:\\a"],
    ["HOMEDRIVE with HOMEPATH on Windows", "windows", { HOMEDRIVE: "H:", HOMEPATH: "\\b" }, "H:\\b"],
    ["nothing when only HOMEDRIVE is set on Windows", "windows", { HOMEDRIVE: "H:" }, undefined],
  ];
  for (const [does, os, variables, expected] of rows) {
    it(`home() returns ${does}`, () => {
      assert.equal(homeFrom({ os, env: (name) => variables[name] }), expected);
    });
  }
});

describe("sleep()", () => {
  it("sleep() resolves when the time is over", async () => {
    await sleep(1);
  });

  it("sleep() rejects with the signal's reason, before it starts and while it waits", async () => {
    const reason = new Error("enough");
    const isReason = (error: unknown) => error === reason;
    await assert.rejects(sleep(60_000, AbortSignal.abort(reason)), isReason);
    const controller = new AbortController();
    const sleeping = assert.rejects(sleep(60_000, controller.signal), isReason);
    controller.abort(reason);
    await sleeping;
  });

  it("sleep() does not end at once when asked for longer than a timer of the runtime", async () => {
    const controller = new AbortController();
    let over = false;
    const sleeping = sleep(2 ** 40, controller.signal).then(() => over = true, () => {});
    await sleep(20);
    assert.equal(over, false);
    controller.abort();
    await sleeping;
  });

  it("now() and random() are the runtime's", () => {
    const before = Date.now();
    const now = platform.now();
    assert.ok(before <= now && now <= Date.now());
    const drawn = Array.from({ length: 100 }, () => platform.random());
    assert.ok(drawn.every((n) => 0 <= n && n < 1) && new Set(drawn).size > 1);
  });
});
