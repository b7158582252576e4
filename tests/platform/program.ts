import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { fresh } from "./scratch.ts";

/** How a program ended. */
export interface ProgramExit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly printed: string;
}

/** A module of the library, as an import in a program names it. */
export function moduleName(path: string): string {
  return JSON.stringify(new URL(`../../${path}`, import.meta.url).href);
}

/**
 * Runs a program on this runtime with a stdin that stays open, so that it ends by itself or not at all; one that is still
 * there after 15 s is ended.
 *
 * @param source Text of the program, JavaScript
 * @returns How it ended
 */
export function runProgram(source: string): Promise<ProgramExit> {
  const path = fresh("program.mjs");
  writeFileSync(path, source);
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const args = "Deno" in globalThis ? ["run", "--no-check", "--allow-all", `--config=${config}`, path] : [path];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"], timeout: 15_000 });
  let printed = "";
  child.stdout.on("data", (chunk) => printed += chunk);
  return new Promise((resolve) =>
    child.on("exit", (code, signal) => {
      child.stdin.destroy();
      child.stdout.destroy();
      resolve({ code, signal, printed });
    })
  );
}
