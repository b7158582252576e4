import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, describe, it } from "node:test";
import { resolvePlatform } from "../../platform/mod.ts";
import type { Command } from "../../platform/mod.ts";
import { bytes, fresh, removeScratch, script, shell, text } from "./scratch.ts";

const { run } = resolvePlatform();
after(removeScratch);

interface Row {
  readonly does: string;
  readonly command: Command;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
  readonly signal?: string;
}

const ended: readonly Row[] = [
  { does: "returns stdout and exit code 0", command: { argv: shell("echo out") }, stdout: "out\n" },
  {
    does: "returns stdout beside a non-zero exit code",
    command: { argv: shell("echo out; exit 3") },
    stdout: "out\n",
    code: 3,
  },
  {
    does: "returns code -1 and the signal that ended it",
    command: { argv: shell("kill -9 $$") },
    code: -1,
    signal: "SIGKILL",
  },
  {
    does: "returns code -1 and SIGTERM for a plugin that ends itself so",
    command: { argv: shell("kill $$") },
    code: -1,
    signal: "SIGTERM",
  },
  {
    does: "passes arguments as they are",
    command: { argv: shell('for a; do echo "[$a]"; done', "", "a b", "$HOME", "*", "'\"", "ü") },
    stdout: "[]\n[a b]\n[$HOME]\n[*]\n['\"]\n[ü]\n",
  },
  { does: "gives an empty stdin by default", command: { argv: ["/bin/cat"] }, stdout: "" },
  {
    does: "gives the bytes as stdin, then end of file",
    command: { argv: ["/bin/cat"], stdin: bytes("in") },
    stdout: "in",
  },
  { does: "gives an empty stdin for no bytes", command: { argv: ["/bin/cat"], stdin: bytes("") }, stdout: "" },
  {
    does: "does not care when stdin is not read",
    command: { argv: shell("echo out"), stdin: new Uint8Array(1 << 20) },
    stdout: "out\n",
  },
  {
    does: "does not care when stdin is not read and a grandchild keeps it",
    command: { argv: shell("exec 3<&0; sleep 2 >/dev/null 2>&1 & echo out"), stdin: new Uint8Array(1 << 16) },
    stdout: "out\n",
  },
  {
    does: "collects stderr on request",
    command: { argv: shell("echo out; echo err >&2"), stderr: "capture" },
    stdout: "out\n",
    stderr: "err\n",
  },
  {
    does: "sets entries over the inherited environment",
    command: { argv: shell('echo "$PATH|$KUBECRED_A"'), env: { PATH: "/replaced", KUBECRED_A: "b=c\nd" } },
    stdout: "/replaced|b=c\nd\n",
  },
  {
    does: "inherits the environment",
    command: { argv: shell("echo $PATH") },
    stdout: `${process.env.PATH}\n`,
  },
  {
    does: "starts from nothing under clearEnv",
    command: { argv: ["/usr/bin/env"], clearEnv: true, env: { ONLY: "1" } },
    stdout: "ONLY=1\n",
  },
  { does: "starts in cwd", command: { argv: ["/bin/pwd"], cwd: tmpdir() }, stdout: `${realpathSync(tmpdir())}\n` },
  { does: "starts in the caller's cwd", command: { argv: ["/bin/pwd"] }, stdout: `${realpathSync(process.cwd())}\n` },
  { does: "finds a bare name", command: { argv: ["echo", "out"] }, stdout: "out\n" },
  { does: "runs a script with an interpreter", command: { argv: [script("#!/bin/sh\necho out\n")] }, stdout: "out\n" },
  {
    does: "waits for the end of stdout that a grandchild holds open",
    command: { argv: shell("(sleep 0.3; echo late) & echo early") },
    stdout: "early\nlate\n",
  },
  {
    does: "waits for the end of a process that closed stdout",
    command: { argv: shell("exec >&-; sleep 0.2; exit 7") },
    code: 7,
  },
  {
    does: "accepts output of exactly the limit",
    command: { argv: shell("printf 12345; printf 12345 >&2"), outputLimit: 5, stderr: "capture" },
    stdout: "12345",
    stderr: "12345",
  },
  {
    does: "passes 1 MiB by default",
    command: { argv: shell("head -c 1048576 /dev/zero | tr '\\0' x") },
    stdout: "x".repeat(1_048_576),
  },
  {
    does: "waits longer than any timer of the runtime when the deadline is that far",
    command: { argv: shell("sleep 0.1; echo out"), deadline: 2 ** 40 },
    stdout: "out\n",
  },
];

const refused: readonly { does: string; command: () => Command; code: string; message: (argv0: string) => string }[] = [
  {
    does: "a path where there is no file",
    command: () => ({ argv: [fresh()] }),
    code: "plugin_not_found",
    message: (path) => `Cannot run ${path}: fork/exec ${path}: no such file or directory`,
  },
  {
    does: "a script whose interpreter is missing",
    command: () => ({ argv: [script("#!/no/interpreter\n")] }),
    code: "plugin_not_found",
    message: (path) => `Cannot run ${path}: fork/exec ${path}: no such file or directory`,
  },
  {
    does: "a bare name that PATH does not have",
    command: () => ({ argv: ["kubecred-no-such-plugin"] }),
    code: "plugin_not_found",
    message: (name) => `Cannot run ${name}: exec: "${name}": executable file not found in $PATH`,
  },
  {
    does: "a file that is not executable",
    command: () => ({ argv: [script("#!/bin/sh\n", 0o644)] }),
    code: "plugin_not_found",
    message: (path) => `Cannot run ${path}: fork/exec ${path}: permission denied`,
  },
  {
    does: "a directory",
    command: () => ({ argv: [tmpdir()] }),
    code: "plugin_not_found",
    message: (path) => `Cannot run ${path}: fork/exec ${path}: permission denied`,
  },
  {
    does: "a text without #!",
    command: () => ({ argv: [script("echo out\n")] }),
    code: "plugin_failed",
    message: (path) => `Cannot run ${path}: fork/exec ${path}: exec format error`,
  },
  {
    does: "an empty file",
    command: () => ({ argv: [script("")] }),
    code: "plugin_failed",
    message: (path) => `Cannot run ${path}: fork/exec ${path}: exec format error`,
  },
  {
    does: "an argument too long for the system",
    command: () => ({ argv: ["/bin/true", "x".repeat(200_000)] }),
    code: "plugin_failed",
    message: (path) =>
      `Cannot run ${path}: fork/exec ${path}: argument list too long. The cluster's CA bundle travels in one environment ` +
      "variable when provideClusterInfo is set: shorten the bundle, or turn that off",
  },
  {
    does: "an environment entry too long for the system",
    command: () => ({ argv: ["/bin/true"], env: { KUBERNETES_EXEC_INFO: "x".repeat(200_000) } }),
    code: "plugin_failed",
    message: (path) =>
      `Cannot run ${path}: fork/exec ${path}: argument list too long. The cluster's CA bundle travels in one environment ` +
      "variable when provideClusterInfo is set: shorten the bundle, or turn that off",
  },
  {
    does: "a NUL in the environment",
    command: () => ({ argv: ["/bin/true"], env: { A: "a\0b" } }),
    code: "plugin_failed",
    message: (path) => `Cannot run ${path}: exec: environment variable contains NUL`,
  },
  {
    does: "a NUL in the name of an environment entry",
    command: () => ({ argv: ["/bin/true"], env: { "A\0": "b" } }),
    code: "plugin_failed",
    message: (path) => `Cannot run ${path}: exec: environment variable contains NUL`,
  },
  {
    does: "a NUL in an argument",
    command: () => ({ argv: ["/bin/true", "a\0b"] }),
    code: "plugin_failed",
    message: (path) => `Cannot run ${path}: fork/exec ${path}: invalid argument`,
  },
  {
    does: "a working directory that is missing",
    command: () => ({ argv: ["/bin/true"], cwd: "/no/such/directory" }),
    code: "plugin_not_found",
    message: (path) => `Cannot run ${path}: fork/exec ${path} in /no/such/directory: no such file or directory`,
  },
];

describe("run()", () => {
  for (const { does, command, stdout = "", stderr, code = 0, signal } of ended) {
    it(`run() ${does}`, async () => {
      const output = await run(command);
      assert.equal(text(output.stdout), stdout);
      assert.equal(output.stderr && text(output.stderr), stderr);
      assert.deepEqual([output.code, output.signal], [code, signal]);
    });
  }

  for (const { does, command, code, message } of refused) {
    it(`run() rejects when given ${does}`, async () => {
      const given = command();
      await assert.rejects(run(given), { name: "KubecredError", code, message: message(given.argv[0]!) });
    });
  }

  it("run() passes an environment of 100 KiB on whole", async () => {
    const value = "x".repeat(100 * 1024);
    const output = await run({ argv: shell("echo ${#BIG}"), env: { BIG: value } });
    assert.equal(text(output.stdout), `${value.length}\n`);
  });

  it("run() runs two hundred at once", async () => {
    const outputs = await Promise.all(Array.from({ length: 200 }, (_, n) => run({ argv: ["/bin/echo", `${n}`] })));
    assert.deepEqual(outputs.map((output) => text(output.stdout)), Array.from({ length: 200 }, (_, n) => `${n}\n`));
  });

  it("run() starts a prompt in our process group, and any other plugin in its own", async () => {
    const groupOf = async (stdin: Command["stdin"]) =>
      Number(text((await run({ argv: shell("ps -o pgid= -p $$"), stdin })).stdout));
    const ours = Number(execFileSync("ps", ["-o", "pgid=", "-p", `${process.pid}`], { encoding: "utf8" }));
    assert.equal(await groupOf("inherit"), ours);
    assert.notEqual(await groupOf("null"), ours);
    assert.notEqual(await groupOf(bytes("in")), ours);
  });
});
