import { denoPlatform } from "./deno.ts";
import { detectRuntime } from "./detect.ts";
import { edgePlatform } from "./edge.ts";
import { nodePlatform } from "./node.ts";
import type { Platform } from "./types.ts";

let own: Platform | undefined;

/**
 * The platform to use: the runtime's own, with what the caller replaces put over it. Nothing is bound to `this`, so a
 * member can be taken by itself. Where `env` is replaced, the home directory and the proxy settings follow the new one.
 *
 * @param overrides Members to replace; those that are undefined are the runtime's
 * @returns The runtime's own platform, which is one value for the life of the program, or a merged one
 */
export function resolvePlatform(overrides?: Partial<Platform>): Platform {
  own ??= Object.freeze(makePlatform());
  if (!overrides) return own;
  const base = overrides.env ? makePlatform(overrides.env) : own;
  const members = Object.keys(base) as (keyof Platform)[];
  const merged = Object.fromEntries(members.map((name) => [name, overrides[name] ?? base[name]]));
  return Object.freeze(merged as unknown as Platform);
}

function makePlatform(env?: Platform["env"]): Platform {
  const name = detectRuntime();
  if (name === "deno") return denoPlatform(env);
  return name === "edge" ? edgePlatform(env) : nodePlatform(name, env);
}
