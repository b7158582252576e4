import { sleep } from "./clock.ts";
import { nodeFiles } from "./files_node.ts";
import { homeFrom } from "./home.ts";
import { lazyTransport } from "./lazy_transport.ts";
import { outwardFetch } from "./outward_fetch.ts";
import type { Command, CommandOutput, Platform } from "./types.ts";

/**
 * Node and Bun, through Node's built-in modules.
 *
 * @param name Which of the two
 * @param env Reads one variable; the home directory and the proxy settings follow it
 * @returns The platform
 */
export function nodePlatform(name: "node" | "bun", env: Platform["env"] = nodeEnv): Platform {
  const os = globalThis.process.platform === "win32" ? "windows" : "posix";
  const platform: Platform = {
    name,
    os,
    env,
    environ: () => ({ ...globalThis.process.env }) as Record<string, string>,
    home: () => homeFrom({ env, os }),
    cwd: () => globalThis.process.cwd(),
    ...nodeFiles,
    run,
    fetch: outwardFetch,
    transport: (options) => lazyTransport(options, platform),
    now: () => Date.now(),
    sleep,
    random: () => Math.random(),
    // Not process.stdin.isTTY: touching process.stdin opens it.
    terminal: { isTerminal: () => globalThis.process.getBuiltinModule("node:tty").isatty(0) },
  };
  return platform;
}

// Loaded with the first process, as the transport is with the first request.
async function run(command: Command): Promise<CommandOutput> {
  const { nodeRun } = await import("./process_node.ts");
  return await nodeRun(command);
}

function nodeEnv(name: string): string | undefined {
  return globalThis.process.env[name];
}
