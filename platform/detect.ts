import type { Platform } from "./types.ts";

/** What the global scope shows of a runtime. */
interface Globals {
  readonly Deno?: { readonly version?: { readonly deno?: string } };
  readonly process?: {
    readonly versions?: Readonly<Record<string, string | undefined>>;
    getBuiltinModule?(name: string): unknown;
  };
  readonly navigator?: { readonly userAgent?: string };
}

/**
 * Which runtime this is. Told by what a runtime alone has, never by what others imitate: workerd offers `process` and a
 * `node:child_process` that cannot start anything.
 *
 * @param globals The global scope
 * @returns The runtime; `edge` is every place that has `fetch` and nothing below it
 */
export function detectRuntime({ Deno, process, navigator }: Globals = globalThis as Globals): Platform["name"] {
  if (Deno?.version?.deno !== undefined) return "deno";
  if (process?.versions?.node === undefined || navigator?.userAgent === "Cloudflare-Workers") return "edge";
  if (process.getBuiltinModule?.("node:child_process") === undefined) return "edge";
  return process.versions.bun === undefined ? "node" : "bun";
}
