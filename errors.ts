/**
 * One error family. Every failure that this library reports is a {@linkcode KubecredError} with a literal `code`;
 * recognise it by that code ({@linkcode hasCode}), never by `instanceof`, so that errors from another copy of the
 * package, or from a platform that you supply, count as well.
 *
 * @example Tell one failure from another
 * ```ts
 * import { hasCode, KubecredError } from "@kubecred/kubecred/errors";
 *
 * try {
 *   throw new KubecredError("plugin_not_found", 'Cannot run plugin "aws": not found on PATH');
 * } catch (error) {
 *   if (!hasCode(error, "plugin_not_found")) throw error;
 *   console.error(error.message);
 * }
 * ```
 *
 * @module
 */

/** Every code, in the order of the table in `docs/errors.md`, where each has its next step. A code is never reused. */
export type ErrorCode =
  | "kubeconfig_not_found"
  | "kubeconfig_invalid"
  | "context_not_found"
  | "file_not_found"
  | "file_denied"
  | "permission_missing"
  | "unsupported"
  | "plugin_not_found"
  | "plugin_failed"
  | "plugin_timeout"
  | "plugin_output"
  | "plugin_denied"
  | "credential_invalid"
  | "connection_failed"
  | "tls_failed"
  | "timeout"
  | "status"
  | "expired"
  | "protocol"
  | "invalid_argument"
  | "closed";

/** What an error may say beside its message. */
export interface KubecredErrorOptions {
  /** The failure underneath, when it can hold no secret. */
  readonly cause?: unknown;
  /** The file that the error is about. */
  readonly path?: string;
  /** Exit code of the plugin that failed; -1 when a signal ended it. */
  readonly exitCode?: number;
}

/** The base of all errors of this library. Messages read `Cannot <verb> <object>: <reason>` and hold no secret. */
export class KubecredError extends Error {
  /** What went wrong, as a literal to switch on. */
  readonly code: ErrorCode;
  /** The file that the error is about. */
  declare readonly path?: string;
  /** Exit code of the plugin that failed; -1 when a signal ended it. */
  declare readonly exitCode?: number;

  /**
   * @param code What went wrong
   * @param message `Cannot <verb> <object>: <reason>`, and the next step when it is known
   * @param options The failure underneath, and what the error is about
   */
  constructor(code: ErrorCode, message: string, options: KubecredErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "KubecredError";
    this.code = code;
    if (options.path !== undefined) this.path = options.path;
    if (options.exitCode !== undefined) this.exitCode = options.exitCode;
  }
}

/**
 * Whether a caught value is an error with this code.
 *
 * @param error Anything that was thrown
 * @param code The code to look for
 * @returns True, and the type narrows to an error with that code
 */
export function hasCode<C extends ErrorCode>(error: unknown, code: C): error is Error & { readonly code: C } {
  return error instanceof Object && "code" in error && error.code === code;
}
