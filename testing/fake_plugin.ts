import type { ClientCertificate } from "../auth/types.ts";
import type { ExecStanza } from "../kubeconfig/types.ts";
import { pluginScript, replyScript } from "./fake_plugin_script.ts";

/** What the plugin does when it runs. */
export interface FakePluginReply {
  /** Token to give; `{run}` stands for the number of the run. @default {"token-{run}", unless a certificate is given} */
  readonly token?: string;
  /** Client certificate to give. @default {none} */
  readonly certificate?: ClientCertificate;
  /** Milliseconds from each run until the credential expires, rounded up to whole seconds. @default {no expiry} */
  readonly expiresIn?: number;
  /** When the credential expires, epoch milliseconds, instead of `expiresIn`. @default {no expiry} */
  readonly expiresAt?: number;
  /** Version of the reply. @default {"client.authentication.k8s.io/v1"} */
  readonly apiVersion?: string;
  /** Text to print instead of a credential; `{run}` works here as well. @default {an ExecCredential} */
  readonly stdout?: string;
  /** Text to print on stderr. @default {""} */
  readonly stderr?: string;
  /** How it ends. @default {0} */
  readonly exitCode?: number;
  /** Milliseconds before it prints. @default {0} */
  readonly delay?: number;
}

/** Options of {@linkcode fakePlugin}. */
export interface FakePluginOptions extends FakePluginReply {
  /** Where to make the plugin's own directory. @default {the system's temporary directory} */
  readonly directory?: string;
  /** File name of the program. @default {"fake-plugin"} */
  readonly name?: string;
}

/** What one run saw. */
export interface FakePluginRun {
  /** Arguments, without the program. */
  readonly args: readonly string[];
  /** Working directory. */
  readonly cwd: string;
  /** The environment, with what the shell adds to it (PWD and its kin). */
  readonly env: Readonly<Record<string, string>>;
  /** KUBERNETES_EXEC_INFO, parsed. */
  readonly execInfo?: FakePluginExecInfo;
}

/** The ExecCredential that a plugin is given. */
export interface FakePluginExecInfo {
  /** Version that was asked for. */
  readonly apiVersion?: string;
  /** `ExecCredential` */
  readonly kind?: string;
  /** Whether it may ask, and which cluster it is for. */
  readonly spec?: {
    readonly interactive?: boolean;
    readonly cluster?: Readonly<Record<string, unknown>>;
    readonly [field: string]: unknown;
  };
}

/** A credential plugin on the disk. */
export interface FakePlugin {
  /** Absolute path of the program. */
  readonly command: string;
  /** The directory that it is in, to put on a PATH. */
  readonly directory: string;
  /** The `exec` stanza that runs it. */
  readonly stanza: ExecStanza;
  /** How often it has been started. */
  runs(): number;
  /** What each run saw, in order. */
  calls(): readonly FakePluginRun[];
  /** Changes what it does from the next run on. What is left out goes back to its default. */
  set(reply: FakePluginReply): void;
  /** Deletes it. */
  remove(): void;
}

/**
 * Puts a credential plugin on the disk: a real program, a shell script that starts in about a millisecond, counts its
 * runs and writes down what it was given. Not for Windows.
 *
 * @example Count the runs
 * ```ts
 * import { fakePlugin } from "@kubecred/kubecred/testing";
 * import { execFileSync } from "node:child_process";
 * import assert from "node:assert/strict";
 *
 * const plugin = await fakePlugin({ token: "token-{run}" });
 * execFileSync(plugin.command, ["--login"]);
 * const reply = JSON.parse(execFileSync(plugin.command, { encoding: "utf8" }));
 * assert.equal(reply.status.token, "token-2");
 * assert.equal(plugin.runs(), 2);
 * assert.deepEqual(plugin.calls()[0]?.args, ["--login"]);
 * plugin.remove();
 * ```
 *
 * @param options What it replies, and where it is put
 * @returns The plugin; remove it
 */
export async function fakePlugin(options: FakePluginOptions = {}): Promise<FakePlugin> {
  const fs = process.getBuiltinModule("node:fs");
  const { join, resolve } = process.getBuiltinModule("node:path");
  const { directory: parent = process.getBuiltinModule("node:os").tmpdir(), name = "fake-plugin", ...reply } = options;
  const directory = await fs.promises.mkdtemp(join(resolve(parent), "kubecred-"));
  const command = join(directory, name);
  // The records stay out of the directory that may be on a PATH.
  const records = join(directory, ".runs");
  await fs.promises.mkdir(records);
  set(reply);
  await fs.promises.writeFile(command, pluginScript(records), { mode: 0o755 });

  function set(next: FakePluginReply): void {
    const file = join(directory, ".reply");
    fs.writeFileSync(`${file}.new`, replyScript(next));
    fs.renameSync(`${file}.new`, file);
  }

  function calls(): FakePluginRun[] {
    return Array.from(
      { length: runs() },
      (_, index) => parseRun(fs.readFileSync(join(records, String(index + 1)), "utf8")),
    );
  }

  function runs(): number {
    return fs.readdirSync(records).length;
  }

  return {
    command,
    directory,
    stanza: { apiVersion: options.apiVersion ?? "client.authentication.k8s.io/v1", command, interactiveMode: "Never" },
    runs,
    calls,
    set,
    remove: () => fs.rmSync(directory, { recursive: true, force: true }),
  };
}

// Number of arguments, directory, arguments, environment, each ended by NUL.
function parseRun(record: string): FakePluginRun {
  const [count = "0", cwd = "", ...rest] = record.split("\0").slice(0, -1);
  const args = rest.slice(0, Number(count));
  const env: Record<string, string> = {};
  for (const entry of rest.slice(Number(count))) {
    const at = entry.indexOf("=");
    env[entry.slice(0, at)] = entry.slice(at + 1);
  }
  const info = env.KUBERNETES_EXEC_INFO;
  return { args, cwd, env, ...(info !== undefined && { execInfo: JSON.parse(info) }) };
}
