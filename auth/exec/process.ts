import { hasCode, KubecredError } from "../../errors.ts";
import type { Command, Platform } from "../../platform/types.ts";
import type { AuthEvent, Observers } from "../types.ts";
import type { ResolvedCommand } from "./command_path.ts";

/** Options of {@linkcode runProcess}. */
export interface ProcessOptions extends Pick<Observers, "onEvent">, Omit<Command, "argv"> {
  /** The command as configured, for messages and events. */
  readonly command: string;
  /** What it resolved to. */
  readonly resolved: ResolvedCommand;
  /** Its arguments. */
  readonly args: readonly string[];
  /** Starts it. */
  readonly platform: Platform;
}

type Outcome = Pick<Extract<AuthEvent, { type: "plugin_run" }>, "exitCode" | "status">;

/**
 * Runs a plugin's process to its end and reports how it went, as client-go's metric does (client-go-semantics 1.14).
 *
 * @param options What to run
 * @returns All that it printed, when it exited with 0
 * @throws {KubecredError} `plugin_not_found`, `plugin_failed`, `plugin_timeout`, `plugin_output`, `unsupported` or
 * `permission_missing`, in client-go's words (client-go-semantics 1.11)
 */
export async function runProcess(options: ProcessOptions): Promise<Uint8Array> {
  const { command, resolved, args, platform, onEvent, ...limits } = options;
  const started = platform.now();
  let outcome: Outcome = { exitCode: 1, status: "client_internal_error" };
  try {
    if (resolved.problem !== undefined) throw notFound(command);
    const { code, stdout } = await platform.run({ argv: [resolved.path, ...args], ...limits });
    outcome = { exitCode: code, status: code === 0 ? "no_error" : "plugin_execution_error" };
    if (code === 0) return stdout;
    throw new KubecredError("plugin_failed", `exec: executable ${command} failed with exit code ${code}`, {
      exitCode: code,
    });
  } catch (error) {
    const reason = inClientGosWords(error, options);
    const notStarted = hasCode(reason, "plugin_not_found") || reason.message.startsWith("exec: fork/exec ");
    if (notStarted) outcome = { exitCode: 1, status: "plugin_not_found_error" };
    throw reason;
  } finally {
    onEvent?.({ type: "plugin_run", command, ...outcome, duration: platform.now() - started });
  }
}

function inClientGosWords(error: unknown, { command, resolved }: ProcessOptions): Error {
  if (!(error instanceof Error)) throw error;
  const prefix = `Cannot run ${resolved.path}: `;
  if (!error.message.startsWith(prefix) || hasCode(error, "permission_missing")) return error;
  const reason = error.message.slice(prefix.length);
  if (hasCode(error, "plugin_not_found")) {
    return reason.startsWith("fork/exec ") ? new KubecredError(error.code, `exec: ${reason}`) : notFound(command);
  }
  if (hasCode(error, "plugin_failed")) return new KubecredError(error.code, `exec: ${reason}`);
  if (hasCode(error, "plugin_timeout")) {
    return new KubecredError(error.code, `${reason}. Raise the option timeout if it needs longer`);
  }
  return "code" in error ? new KubecredError(error.code as KubecredError["code"], reason) : error;
}

function notFound(command: string): KubecredError {
  return new KubecredError("plugin_not_found", `exec: executable ${command} not found`);
}
