import { sleep } from "./clock.ts";
import { permissionError } from "./error_mapping.ts";
import { denoFiles } from "./files_deno.ts";
import { homeFrom } from "./home.ts";
import { lazyTransport } from "./lazy_transport.ts";
import { outwardFetch } from "./outward_fetch.ts";
import type { Command, CommandOutput, Platform } from "./types.ts";

/**
 * Deno, through `Deno.*` alone.
 *
 * @param env Reads one variable; the home directory and the proxy settings follow it
 * @returns The platform
 */
export function denoPlatform(env: Platform["env"] = denoEnv): Platform {
  const os = Deno.build.os === "windows" ? "windows" : "posix";
  const platform: Platform = {
    name: "deno",
    os,
    env,
    environ,
    home: () => homeFrom({ env, os }),
    cwd: () => Deno.cwd(),
    ...denoFiles,
    run,
    fetch: outwardFetch,
    transport: (options) => lazyTransport(options, platform),
    now: () => Date.now(),
    sleep,
    random: () => Math.random(),
    terminal: { isTerminal: () => Deno.stdin.isTerminal() },
  };
  return platform;
}

// Loaded with the first process, as the transport is with the first request.
async function run(command: Command): Promise<CommandOutput> {
  const { denoRun } = await import("./process_deno.ts");
  return await denoRun(command);
}

function denoEnv(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    throw permissionError(error, `read the environment variable ${name}`) ??
      error;
  }
}

function environ(): Readonly<Record<string, string>> {
  try {
    return Deno.env.toObject();
  } catch (error) {
    throw permissionError(error, "read the environment") ?? error;
  }
}
