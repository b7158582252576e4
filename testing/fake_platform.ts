import { KubecredError } from "../errors.ts";
import { homeFrom } from "../platform/home.ts";
import type { Command, CommandOutput, Platform, PlatformFetch, Terminal } from "../platform/types.ts";
import { type FakeClock, fakeClock } from "./fake_clock.ts";

/** Options of {@linkcode fakePlatform}. */
export interface FakePlatformOptions {
  /** Contents by absolute path. @default {{}} */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** The environment. @default {{}} */
  readonly variables?: Readonly<Record<string, string>>;
  /** What a process prints and how it ends. @default {every command is missing: plugin_not_found} */
  readonly run?: (command: Command) => Partial<CommandOutput> | Promise<Partial<CommandOutput>>;
  /** Answers all HTTP, to the cluster and to others. @default {connection_failed} */
  readonly fetch?: PlatformFetch;
  /** The clock. @default {a new one, which nobody advances} */
  readonly clock?: FakeClock;
  /** What the runtime calls itself. @default {"edge"} */
  readonly name?: Platform["name"];
  /** Path rules. @default {"posix"} */
  readonly os?: Platform["os"];
  /** The terminal. @default {none} */
  readonly terminal?: Terminal;
}

/** A platform that touches nothing outside itself. */
export interface FakePlatform extends Platform {
  /** What is on the disk. Change it as you like. */
  readonly files: Map<string, Uint8Array>;
  /** Every command that was run, in order. */
  readonly runs: readonly Command[];
}

/**
 * Makes a platform in memory: files, environment, processes, HTTP and clock are what you say they are. Pass it as
 * `{ platform }`. What you leave out fails as it does where there is none. To replace one member, spread it.
 *
 * @example A file and a variable
 * ```ts
 * import { fakePlatform } from "@kubecred/kubecred/testing";
 * import assert from "node:assert/strict";
 *
 * const platform = fakePlatform({ files: { "/home/me/token": "secret" }, variables: { HOME: "/home/me" } });
 * assert.equal(platform.home(), "/home/me");
 * assert.equal(new TextDecoder().decode(await platform.readFile("/home/me/token")), "secret");
 * await assert.rejects(platform.readFile("/nowhere"), { code: "file_not_found" });
 * ```
 *
 * @param options Files, environment, processes, HTTP, clock
 * @returns The platform
 */
export function fakePlatform(options: FakePlatformOptions = {}): FakePlatform {
  const { variables = {}, clock = fakeClock(), name = "edge", os = "posix", terminal } = options;
  const files = new Map(Object.entries(options.files ?? {}).map(([path, content]) => [path, toBytes(content)]));
  const written = new Map<string, { mtime: number; mode?: number }>();
  const started = clock.now();
  const runs: Command[] = [];
  const env = (variable: string) => variables[variable];
  const fetch: PlatformFetch = options.fetch ?? ((url) => {
    const { host } = new URL(url);
    return Promise.reject(new KubecredError("connection_failed", `Cannot reach ${host}: this platform has no network`));
  });

  return {
    name,
    os,
    files,
    runs,
    env,
    environ: () => variables,
    home: () => homeFrom({ env, os }),
    cwd: () => "/",
    readFile(path) {
      const content = files.get(path);
      if (content) return Promise.resolve(content.slice());
      return Promise.reject(new KubecredError("file_not_found", `Cannot read ${path}: no such file`, { path }));
    },
    writeFile(path, data, { mode } = {}) {
      files.set(path, data.slice());
      written.set(path, { mtime: clock.now(), ...(mode !== undefined && { mode }) });
      return Promise.resolve();
    },
    stat(path) {
      const content = files.get(path);
      const facts = written.get(path) ?? { mtime: started };
      return Promise.resolve(content && { size: content.length, isFile: true, ...facts });
    },
    async run(command) {
      runs.push(command);
      const [program = ""] = command.argv;
      if (!options.run) {
        throw new KubecredError("plugin_not_found", `Cannot run "${program}": this platform has no processes`);
      }
      return { code: 0, stdout: new Uint8Array(), ...await options.run(command) };
    },
    fetch,
    transport: () => ({ fetch, close: () => Promise.resolve() }),
    now: clock.now,
    sleep: clock.sleep,
    random: () => 0.5,
    ...(terminal && { terminal }),
  };
}

function toBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}
