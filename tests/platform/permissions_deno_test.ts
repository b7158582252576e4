import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { after, describe, it } from "node:test";
import { fresh, removeScratch, script, text } from "./scratch.ts";

after(removeScratch);

const module = JSON.stringify(new URL("../../platform/mod.ts", import.meta.url).href);

/** Our environment without linker variables, which Deno treats apart. */
const plainEnv = Object.fromEntries(Object.entries(Deno.env.toObject()).filter(([name]) => !/^(DY)?LD_/.test(name)));

interface Outcome {
  readonly code?: string;
  readonly message?: string;
  readonly value?: unknown;
}

/** What an expression over the platform `p` gives under these flags, with no prompt. */
async function under(
  flags: readonly string[],
  expression: string,
  env: Record<string, string> = plainEnv,
): Promise<Outcome> {
  const path = fresh("program.ts");
  writeFileSync(
    path,
    `import { resolvePlatform } from ${module};
const p = resolvePlatform();
const outcome = await (async () => ({ value: await (${expression}) ?? null }))()
  .catch(({ code, message }) => ({ code, message }));
console.log(JSON.stringify(outcome));
`,
  );
  const args = ["run", "--quiet", "--no-check", "--no-prompt", ...flags, path];
  // Not node:child_process, which hands our own permissions on to a Deno that it starts.
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, env, clearEnv: true, stderr: "inherit" }).output();
  return JSON.parse(text(stdout));
}

const plugin = script('#!/bin/sh\necho "out $KUBECRED_GIVEN"\n');
const file = fresh();
writeFileSync(file, "text");

describe("Deno without a permission", () => {
  const refused: readonly (readonly [string, string, string])[] = [
    [`p.readFile(${JSON.stringify(file)})`, `read ${file}`, `--allow-read=${file}`],
    [`p.stat(${JSON.stringify(file)})`, `read ${file}`, `--allow-read=${file}`],
    [`p.env("KUBECONFIG")`, "read the environment variable KUBECONFIG", "--allow-env=KUBECONFIG"],
    ["p.home()", "read the environment variable HOME", "--allow-env=HOME"],
    ["p.environ()", "read the environment", "--allow-env"],
    [`p.run({ argv: [${JSON.stringify(plugin)}] })`, `run ${plugin}`, `--allow-run=${plugin}`],
    [`p.run({ argv: ["sh"], stdin: "inherit" })`, "run sh", "--allow-run=sh"],
    [`p.fetch("https://sts.example.com/x?y")`, "reach https://sts.example.com", "--allow-net=sts.example.com:443"],
    [`p.fetch("http://127.0.0.1:8099/")`, "reach http://127.0.0.1:8099", "--allow-net=127.0.0.1:8099"],
  ];
  for (const [expression, action, flag] of refused) {
    it(`${expression.replace(/\(.*/, "()")} rejects with permission_missing that names ${flag.replace(/=\/.*/, "=<path>")}`, async () => {
      assert.deepEqual(await under([], expression), {
        code: "permission_missing",
        message: `Cannot ${action}: this program may not. Add ${flag}`,
      });
    });
  }

  it("writeFile() rejects with permission_missing that names the directory, first to read, then to write", async () => {
    const write = `p.writeFile(${JSON.stringify(file)}, new TextEncoder().encode("text"))`;
    const read = `--allow-read=${dirname(file)}`;
    const message = (flag: string) => `Cannot write ${file}: this program may not. Add ${flag}`;
    assert.equal((await under([], write)).message, message(read));
    const flag = `--allow-write=${dirname(file)}`;
    assert.equal((await under([read], write)).message, message(flag));
    assert.deepEqual(await under([read, flag], write), { value: null });
  });

  it("resolvePlatform(), cwd(), now(), sleep() and isTerminal() need none", async () => {
    const expression = "[p.name, typeof p.cwd(), typeof p.now(), await p.sleep(1), p.terminal.isTerminal()]";
    assert.deepEqual(await under([], expression), { value: ["deno", "string", "number", null, false] });
  });

  it("readFile() of what takes more than the usual flag names that one", async () => {
    const { message } = await under(["--allow-read"], 'p.readFile("/proc/1/environ")');
    assert.equal(message, "Cannot read /proc/1/environ: this program may not. Add --allow-all");
  });
});

describe("Deno with the permission to run one plugin", () => {
  const run = (rest: string) => `p.run({ argv: [${JSON.stringify(plugin)}], ${rest} })`;
  const printed = `.then(({ stdout }) => new TextDecoder().decode(stdout))`;

  it("run() needs nothing else, gives the whole environment, and adds to it", async () => {
    const outcome = await under([`--allow-run=${plugin}`], run('env: { KUBECRED_GIVEN: "here" }') + printed);
    assert.deepEqual(outcome, { value: "out here\n" });
    const inherited = await under([`--allow-run=${plugin}`], run("") + printed, { ...plainEnv, KUBECRED_GIVEN: "too" });
    assert.deepEqual(inherited, { value: "out too\n" });
  });

  it("run() ends the plugin at its deadline, though Deno lets it signal no group", async () => {
    const slow = script("#!/bin/sh\nexec sleep 60\n");
    const outcome = await under([`--allow-run=${slow}`], `p.run({ argv: ["${slow}"], deadline: 100 })`);
    assert.equal(outcome.code, "plugin_timeout");
  });

  it("run() says what to do about a linker variable, inherited or given", async () => {
    const message = (name: string) =>
      `Cannot run ${plugin}: Deno hands ${name} to a process only under an unrestricted --allow-run. ` +
      `Unset ${name}, or add --allow-run without a list`;
    const inherited = await under([`--allow-run=${plugin}`], run(""), { ...plainEnv, LD_LIBRARY_PATH: "/nowhere" });
    assert.deepEqual(inherited, { code: "permission_missing", message: message("LD_LIBRARY_PATH") });
    const given = await under([`--allow-run=${plugin}`], run('env: { LD_PRELOAD: "/nowhere" }'));
    assert.deepEqual(given, { code: "permission_missing", message: message("LD_PRELOAD") });
  });

  it("run() reads the plugin's first bytes only where it may", async () => {
    const bare = script("echo shell\n");
    const expression = `p.run({ argv: ["${bare}"] })${printed}`;
    assert.deepEqual(await under([`--allow-run=${bare}`], expression), { value: "shell\n" });
    const { code } = await under([`--allow-run=${bare}`, `--allow-read=${bare}`], expression);
    assert.equal(code, "plugin_failed");
  });
});
