/** How a plugin is found and what it is started with (client-go-semantics 1.3, 1.4, 1.6 and 1.7), with real processes. */
import assert from "node:assert/strict";
import { chmod, mkdir, realpath } from "node:fs/promises";
import { join, relative } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { lookPath, resolveCommand } from "../../../auth/exec/command_path.ts";
import { execSource } from "../../../auth/exec/source.ts";
import type { AuthEvent } from "../../../auth/types.ts";
import { hasCode, KubecredError } from "../../../errors.ts";
import type { ExecStanza } from "../../../kubeconfig/types.ts";
import { resolvePlatform } from "../../../platform/mod.ts";
import type { Command, Platform } from "../../../platform/types.ts";
import { answer, noTty, pluginDirectory, rejection, tty, v1, v1beta1 } from "./plugins.ts";

const plugins = await pluginDirectory();

function withPath(path: string | undefined): Partial<Platform> {
  return { env: (name) => name === "PATH" ? path : undefined };
}

function stanzaOf(command: string, more: Partial<ExecStanza> = {}): ExecStanza {
  return { apiVersion: v1, command, interactiveMode: "Never", ...more };
}

/** A platform that runs nothing and notes what it was asked to run. */
function noting(base: Partial<Platform> = {}) {
  const commands: Command[] = [];
  const platform: Partial<Platform> = {
    ...base,
    run(command) {
      commands.push(command);
      return Promise.resolve({ code: 0, stdout: new TextEncoder().encode(answer({ token: "t" })) });
    },
  };
  return { platform, commands };
}

describe("execSource() command", () => {
  it("searches a name in the PATH of this process, not in that of the stanza", async () => {
    const here = await plugins.fake({ name: "plugin", token: "here" });
    const there = await plugins.fake({ name: "plugin", token: "there" });
    const stanza = stanzaOf("plugin", { env: [{ name: "PATH", value: `${there.directory}:/usr/bin:/bin` }] });
    const credential = await execSource(stanza, { platform: withPath(`/nonexistent:${here.directory}`) })();
    assert.equal(credential.token, "here");
    assert.equal(there.runs(), 0);
  });

  it("passes by what is not executable or no file", async () => {
    const plugin = await plugins.fake({ name: "searched" });
    const data = join(plugins.path, "data");
    const folder = join(plugins.path, "folder");
    await mkdir(join(folder, "searched"), { recursive: true });
    await mkdir(data);
    await plugins.script("exit 1", { name: "data/searched", mode: 0o644 });
    const path = [data, folder, plugin.directory].join(":");
    assert.equal((await execSource(stanzaOf("searched"), { platform: withPath(path) })()).token, "token-1");
  });

  it("refuses what is found only through a relative element of PATH", async () => {
    const plugin = await plugins.fake({ name: "relative" });
    const below = relative(process.cwd(), plugin.directory);
    for (const path of [below, `${below}:${plugin.directory}`, `/nonexistent:${below}`]) {
      const error = await rejection(execSource(stanzaOf("relative"), { platform: withPath(path) })());
      assert.ok(hasCode(error, "plugin_not_found"));
      assert.match(error.message, /: exec: executable relative not found\n/);
    }
    assert.equal(plugin.runs(), 0);
    const platform = resolvePlatform({
      ...withPath(":."),
      stat: () => Promise.resolve({ size: 1, mtime: 0, mode: 0o755, isFile: true }),
    });
    for (const path of ["", ".", "bin"]) {
      const { problem } = await resolveCommand("p", { ...platform, env: () => path });
      assert.match(problem!, path === "" ? /./ : /cannot run executable found relative to current directory$/);
    }
  });

  it("finds nothing where PATH is empty or unset", async () => {
    for (const path of ["", undefined]) {
      const error = await rejection(execSource(stanzaOf("sh", { args: [`${path}`] }), { platform: withPath(path) })());
      assert.match(error.message, /exec: executable sh not found/);
    }
  });

  it("runs a path as it is, relative to the working directory, cleaned", async () => {
    const plugin = await plugins.fake();
    const below = relative(process.cwd(), plugin.command);
    assert.ok(below.includes("/"));
    assert.equal((await execSource(stanzaOf(`./${below}`))()).token, "token-1");
    const { platform, commands } = noting();
    await execSource(stanzaOf("./a//b/../plugin"), { platform })();
    assert.equal(commands[0]?.argv[0], "a/plugin");
  });

  it("searches ./name, as client-go does since 1.35", async () => {
    const plugin = await plugins.fake({ name: "dotted" });
    const source = execSource(stanzaOf("./dotted"), { platform: withPath(plugin.directory) });
    assert.equal((await source()).token, "token-1");
  });

  it("expands neither ~ nor $HOME nor anything else", async () => {
    for (const command of ["~/p", "$HOME/p", "a b;c"]) {
      const { platform, commands } = noting();
      await execSource(stanzaOf(command, { args: ["$HOME", "*", "", "a b"] }), {
        platform: {
          ...platform,
          env: () => "/bin",
          stat: () => Promise.resolve({ size: 1, mtime: 0, mode: 0o755, isFile: true }),
        },
      })();
      assert.deepEqual(commands[0]?.argv.slice(1), ["$HOME", "*", "", "a b"]);
      assert.equal(commands[0]?.argv[0], command.includes("/") ? command : `/bin/${command}`);
    }
  });

  it("gives the bare name to the runtime where PATH or its directories may not be read", async () => {
    const withheld = () => {
      throw new KubecredError("permission_missing", "Cannot read it: Deno withholds it. Add --allow-it");
    };
    for (const part of [{ env: withheld }, { env: () => "/bin", stat: withheld }]) {
      const { platform, commands } = noting(part);
      await execSource(stanzaOf("aws", { args: Object.keys(part) }), { platform })();
      assert.equal(commands[0]?.argv[0], "aws");
    }
  });

  it("reports a bare name that the runtime does not find as one that is not found", async () => {
    const withheld: Partial<Platform> = {
      env() {
        throw new KubecredError("permission_missing", "Cannot read PATH: Deno withholds it. Add --allow-env=PATH");
      },
    };
    const error = await rejection(execSource(stanzaOf("no-such-plugin-at-all"), { platform: withheld })());
    assert.ok(hasCode(error, "plugin_not_found"));
    assert.match(error.message, /: exec: executable no-such-plugin-at-all not found\n\nIt looks like/);
  });

  it("follows PATHEXT on Windows, and takes a path by either slash", async () => {
    const files = ["C:\\tools\\aws.exe", "C:\\tools\\az.CMD", "C:\\tools\\x.bat", "C:\\tools\\plain"];
    const lower = files.map((file) => file.toLowerCase());
    const platform = resolvePlatform({
      os: "windows",
      env: (name) => ({ PATH: "relative;C:\\none;C:\\tools" })[name],
      stat: (path) =>
        Promise.resolve(lower.includes(path.toLowerCase()) ? { size: 1, mtime: 0, isFile: true } : undefined),
    });
    assert.equal((await resolveCommand("aws", platform)).path, "C:\\tools\\aws.exe");
    assert.equal((await resolveCommand("az", platform)).path, "C:\\tools\\az.cmd");
    assert.equal((await resolveCommand("x.bat", platform)).path, "C:\\tools\\x.bat");
    assert.match((await resolveCommand("plain", platform)).problem!, /executable file not found in %PATH%$/);
    assert.equal((await resolveCommand("a/b", platform)).path, "a/b");
    assert.equal((await lookPath("C:\\tools\\aws", platform)).path, "C:\\tools\\aws.exe");
    const pathext = { ...platform, env: (name: string) => ({ PATH: "C:\\tools", PATHEXT: ".BAT" })[name] };
    assert.match((await resolveCommand("aws", pathext)).problem!, /not found/);
  });
});

describe("execSource() environment", () => {
  it("inherits the environment, sets that of the stanza over it, the last entry of a name first of all", async () => {
    const plugin = await plugins.fake();
    const env = [
      { name: "KUBECRED_A", value: "1" },
      { name: "KUBECRED_A", value: "2" },
      { name: "KUBECRED_EMPTY" },
      { name: "KUBECRED_B=C", value: "D" },
      { name: "KUBECRED_RAW", value: "$HOME ~ `x` \\ \n" },
      { name: "KUBERNETES_EXEC_INFO", value: "overridden" },
    ];
    await execSource({ ...plugin.stanza, env })();
    const seen = plugin.calls()[0]!.env;
    assert.equal(seen.KUBECRED_A, "2");
    assert.equal(seen.KUBECRED_EMPTY, "");
    assert.equal(seen.KUBECRED_B, "C=D");
    assert.equal(seen.KUBECRED_RAW, "$HOME ~ `x` \\ \n");
    assert.equal(seen.PATH, process.env.PATH);
    assert.equal(
      seen.KUBERNETES_EXEC_INFO,
      `{"kind":"ExecCredential","apiVersion":"${v1}","spec":{"interactive":false}}\n`,
    );
  });

  it("runs in the working directory of this process, with the arguments as they are", async () => {
    const plugin = await plugins.fake();
    const args = ["get-token", "", "a b", "$HOME", "--x=*", "é\n"];
    await execSource({ ...plugin.stanza, args })();
    const [call] = plugin.calls();
    assert.deepEqual(call?.args, args);
    assert.equal(await realpath(call!.cwd), await realpath(process.cwd()));
  });

  it("gives no stdin but a terminal's", async () => {
    const rows = [["Never", tty, "null"], ["IfAvailable", noTty, "null"], ["IfAvailable", tty, "inherit"], [
      "Always",
      tty,
      "inherit",
    ]] as const;
    for (const [interactiveMode, terminal, stdin] of rows) {
      const { platform, commands } = noting({ terminal });
      await execSource(stanzaOf("/plugin", { interactiveMode }), { platform })();
      assert.equal(commands[0]?.stdin, stdin);
      assert.equal(commands[0]?.stderr ?? "inherit", "inherit");
    }
    const command = await plugins.script(`[ -z "$(cat)" ] && printf '%s' '${answer({ token: "end of file" })}'`);
    assert.equal((await execSource(stanzaOf(command))()).token, "end of file");
  });

  it("waits a minute, ten at a terminal that the plugin may use, or as long as it is told", async () => {
    const rows = [
      ["Never", tty, undefined, 60_000],
      ["IfAvailable", noTty, undefined, 60_000],
      ["IfAvailable", tty, undefined, 600_000],
      ["Always", tty, undefined, 600_000],
      ["Always", tty, 5, 5],
    ] as const;
    for (const [interactiveMode, terminal, timeout, deadline] of rows) {
      const { platform, commands } = noting({ terminal });
      await execSource(stanzaOf("/plugin", { interactiveMode }), { platform, timeout })();
      assert.equal(commands[0]?.deadline, deadline);
    }
  });

  it("reads v1beta1 without interactiveMode as IfAvailable", async () => {
    const { platform, commands } = noting({ terminal: noTty });
    const command = "/plugin";
    const run = platform.run!;
    const beta: Partial<Platform> = {
      ...platform,
      run: async (command) => ({
        ...await run(command),
        stdout: new TextEncoder().encode(answer({ token: "t" }, v1beta1)),
      }),
    };
    await execSource({ apiVersion: v1beta1, command }, { platform: beta })();
    assert.match(commands[0]!.env!.KUBERNETES_EXEC_INFO!, /"interactive":false/);
  });

  it("throws before anything runs when the version or the command cannot be", () => {
    const rows = [
      [{ apiVersion: `${v1}alpha1` }, `exec plugin: invalid apiVersion "${v1}alpha1"`],
      [{ apiVersion: "toString" }, 'exec plugin: invalid apiVersion "toString"'],
      [{ apiVersion: undefined }, 'exec plugin: invalid apiVersion ""'],
      [{ command: "" }, "command must be specified for alice to use exec authentication plugin"],
    ] as const;
    for (const [stanza, reason] of rows) {
      assert.throws(() => execSource(stanzaOf("plugin", stanza), { user: "alice" }), (error) => {
        assert.ok(hasCode(error, "kubeconfig_invalid"));
        assert.ok(error.message.startsWith(`Cannot use exec plugin of alice: ${reason}`), error.message);
        return true;
      });
    }
  });

  it("is not changed by a stanza that changes afterwards", async () => {
    const plugin = await plugins.fake();
    const args = ["a"];
    const source = execSource({ ...plugin.stanza, args });
    args.push("b");
    await source();
    assert.deepEqual(plugin.calls()[0]?.args, ["a"]);
  });
});

describe("execSource() files that cannot be run", () => {
  it("names a path that is not there, whose interpreter is not there, or that may not be run", async () => {
    const plain = await plugins.script("exit 0", { mode: 0o644 });
    const orphan = await plugins.script("exit 0", { shebang: "#!/nonexistent/interpreter" });
    const folder = join(plugins.path, "a-folder");
    await mkdir(folder);
    await chmod(folder, 0o755);
    const rows = [
      ["/nonexistent/plugin", "no such file or directory"],
      [orphan, "no such file or directory"],
      [plain, "permission denied"],
      [folder, "permission denied"],
    ] as const;
    for (const [command, reason] of rows) {
      const error = await rejection(execSource(stanzaOf(command, { installHint: "hint" }))());
      assert.ok(hasCode(error, "plugin_not_found"), error.message);
      assert.equal(
        error.message,
        `Cannot get credentials from plugin "${command}": exec: fork/exec ${command}: ${reason}\n\nhint`,
      );
    }
  });

  it("names a file that is no program", async () => {
    const command = await plugins.script("exit 0", { shebang: "exit 0" });
    const events: AuthEvent[] = [];
    const error = await rejection(execSource(stanzaOf(command), { onEvent: (event) => events.push(event) })());
    assert.match(error.message, /: exec: fork\/exec \S+: exec format error/);
    assert.deepEqual(events.flatMap((event) => "status" in event ? event.status : []), ["plugin_not_found_error"]);
  });

  it("names an environment entry with a NUL, and one that is too long", async () => {
    const nul = await rejection(execSource(stanzaOf("/bin/true", { env: [{ name: "A", value: "b\0c" }] }))());
    assert.ok(hasCode(nul, "plugin_failed"));
    assert.match(nul.message, /: exec: exec: environment variable contains NUL/);
    const cluster = { server: "https://s", "certificate-authority-data": "A".repeat(200_000) };
    const long = await rejection(execSource(stanzaOf("/bin/true", { provideClusterInfo: true }), { cluster })());
    assert.match(long.message, /: exec: fork\/exec \/bin\/true: argument list too long/);
    assert.match(long.message, /CA bundle/);
  });
});
