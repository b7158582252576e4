import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { detectRuntime } from "../../platform/detect.ts";
import { resolvePlatform } from "../../platform/mod.ts";
import type { Platform } from "../../platform/mod.ts";

describe("resolvePlatform()", () => {
  it("resolvePlatform() names the runtime and its path rules", () => {
    const runtime = "Deno" in globalThis ? "deno" : process.versions.bun ? "bun" : "node";
    assert.equal(resolvePlatform().name, runtime);
    assert.equal(resolvePlatform().os, process.platform === "win32" ? "windows" : "posix");
  });

  it("resolvePlatform() returns one frozen value for the life of the program", () => {
    assert.equal(resolvePlatform(), resolvePlatform());
    assert.equal(resolvePlatform().run, resolvePlatform({ now: () => 1 }).run);
    assert.equal(resolvePlatform().run, resolvePlatform({ env: () => undefined }).run);
    assert.ok(Object.isFrozen(resolvePlatform()) && Object.isFrozen(resolvePlatform({})));
  });

  it("resolvePlatform() puts what is given over the runtime's own, and leaves out what is undefined", () => {
    const merged = resolvePlatform({ now: () => 1, random: undefined, name: "edge" });
    assert.equal(merged.now(), 1);
    assert.equal(merged.random, resolvePlatform().random);
    assert.equal(merged.name, "edge");
  });

  it("resolvePlatform() takes members that are methods of a class", () => {
    class Fake implements Partial<Platform> {
      now(): number {
        return 2;
      }
    }
    assert.equal(resolvePlatform(new Fake()).now(), 2);
  });

  it("resolvePlatform() derives the home directory from an environment that is replaced", () => {
    const env = (name: string) => name === "HOME" ? "/home/fake" : undefined;
    assert.equal(resolvePlatform({ env }).home(), "/home/fake");
    assert.equal(resolvePlatform({ env, home: () => "/elsewhere" }).home(), "/elsewhere");
  });

  it("resolvePlatform() gives functions that need no this", async () => {
    const { env, environ, home, cwd, stat, now, random, sleep, terminal, run } = resolvePlatform();
    const isTerminal = terminal?.isTerminal;
    assert.equal(typeof isTerminal?.(), "boolean");
    for (const call of [() => env("HOME"), environ, home, cwd, now, random]) call();
    await Promise.all([stat("/"), sleep(0), run({ argv: ["true"] })]);
  });
});

describe("detectRuntime()", () => {
  const node = { versions: { node: "24.0.0" }, getBuiltinModule: () => ({}) };
  const rows: readonly [string, Record<string, unknown>, Platform["name"]][] = [
    ["deno", { Deno: { version: { deno: "2.9.0" } }, process: node }, "deno"],
    ["node", { process: node }, "node"],
    ["bun", { process: { ...node, versions: { node: "24.0.0", bun: "1.4.0" } } }, "bun"],
    ["edge where there is only fetch", {}, "edge"],
    ["edge where process is an imitation", { process: { env: {} } }, "edge"],
    ["edge on workerd with nodejs_compat", { process: node, navigator: { userAgent: "Cloudflare-Workers" } }, "edge"],
    ["edge where no process can be started", { process: { ...node, getBuiltinModule: () => undefined } }, "edge"],
    ["edge where built-in modules cannot be had", { process: { versions: node.versions } }, "edge"],
  ];
  for (const [name, globals, expected] of rows) {
    it(`detectRuntime() says ${name}`, () => {
      assert.equal(detectRuntime(globals), expected);
    });
  }
});
