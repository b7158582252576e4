import type { Platform } from "./types.ts";

/**
 * Which runtime this is. Told by what a runtime alone has, never by what it imitates: workerd offers `process` and a
 * `node:child_process` that cannot start anything.
 *
 * @returns The runtime; `edge` is every place that has `fetch` and nothing below it
 */
export function detectRuntime(): Platform["name"] {
  const { Deno, process, navigator } = globalThis as {
    Deno?: { version?: { deno?: string } };
    process?: { versions?: Record<string, string | undefined>; getBuiltinModule?(name: string): unknown };
    navigator?: { userAgent?: string };
  };
  if (Deno?.version?.deno !== undefined) return "deno";
  if (process?.versions?.node === undefined || navigator?.userAgent === "Cloudflare-Workers") return "edge";
  if (process.getBuiltinModule?.("node:child_process") === undefined) return "edge";
  return process.versions.bun === undefined ? "node" : "bun";
}
