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
  /** Name of the class. Defined, not assigned: where `Error.prototype` is frozen, an assignment throws. */
  override readonly name: string = "KubecredError";
  /** What went wrong, as a literal to switch on. */
  readonly code: ErrorCode;
  /** The file that the error is about. */
  declare readonly path?: string;
  /** Exit code of the plugin that failed; -1 when a signal ended it. */
  declare readonly exitCode?: number;

  /**
   * Makes an error.
   *
   * @param code What went wrong
   * @param message `Cannot <verb> <object>: <reason>`, and the next step when it is known
   * @param options The failure underneath, and what the error is about
   */
  constructor(code: ErrorCode, message: string, options: KubecredErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.path !== undefined) this.path = options.path;
    if (options.exitCode !== undefined) this.exitCode = options.exitCode;
  }
}

/** One of several causes of a failed request. */
export interface StatusCause {
  /** Machine-readable kind, such as `FieldValueInvalid`. */
  readonly reason?: string;
  /** For a person. */
  readonly message?: string;
  /** The field at fault, such as `spec.replicas`. */
  readonly field?: string;
}

/** What the server says of a failed request: `meta/v1 Status`. */
export interface Status {
  /** Kind of the object. */
  readonly kind: "Status";
  /** Version of the object. */
  readonly apiVersion: "v1";
  /** Holds a new `continue` when a paged list has expired. */
  readonly metadata?: { readonly continue?: string; readonly resourceVersion?: string };
  /** `Failure` in an error. */
  readonly status?: string;
  /** For a person. */
  readonly message?: string;
  /** Machine-readable kind, such as `NotFound`. */
  readonly reason?: string;
  /** What it is about. */
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly causes?: readonly StatusCause[];
    readonly retryAfterSeconds?: number;
  };
  /** HTTP status code. */
  readonly code?: number;
}

/**
 * The server refused a request. The code is `expired` for HTTP 410, whose resource version or `continue` is too old, and
 * `status` for all else.
 *
 * @example Read what the server said
 * ```ts
 * import { KubeStatusError } from "@kubecred/kubecred/errors";
 * import assert from "node:assert/strict";
 *
 * const error = new KubeStatusError("Cannot get pods \"web\": not found", {
 *   kind: "Status",
 *   apiVersion: "v1",
 *   reason: "NotFound",
 *   code: 404,
 * });
 * assert.equal(error.status, 404);
 * assert.equal(error.reason, "NotFound");
 * ```
 */
export class KubeStatusError extends KubecredError {
  /** Name of the class. */
  override readonly name = "KubeStatusError";
  /** HTTP status code. */
  readonly status: number;
  /** Machine-readable kind, such as `NotFound`; `Unknown` when the server gave none. */
  readonly reason: string;
  /** What it is about. */
  readonly details: NonNullable<Status["details"]>;
  /** Seconds to wait before another try, when the server named them. */
  readonly retryAfterSeconds: number | undefined;
  /** All that the server said. */
  readonly kubeStatus: Status;

  /**
   * Makes an error of what the server said.
   *
   * @param message `Cannot <verb> <resource>: <what the server says>`
   * @param kubeStatus All that the server said
   */
  constructor(message: string, kubeStatus: Status) {
    super(kubeStatus.code === 410 ? "expired" : "status", message);
    this.status = kubeStatus.code ?? 0;
    this.reason = kubeStatus.reason || "Unknown";
    this.details = kubeStatus.details ?? {};
    this.retryAfterSeconds = this.details.retryAfterSeconds;
    this.kubeStatus = kubeStatus;
  }
}

/**
 * Whether a caught value is an error with this code, or with one of these.
 *
 * @example
 * ```ts
 * import { hasCode, KubecredError } from "@kubecred/kubecred/errors";
 * import assert from "node:assert/strict";
 *
 * assert.ok(hasCode(new KubecredError("timeout", "Cannot list pods: no answer"), "timeout"));
 * assert.ok(hasCode(new KubecredError("timeout", "Cannot list pods: no answer"), "connection_failed", "timeout"));
 * assert.ok(!hasCode(new TypeError("fetch failed"), "timeout"));
 * ```
 *
 * @param error Anything that was thrown
 * @param codes The codes to look for
 * @returns True, and the type narrows to an error with one of these codes
 */
export function hasCode<C extends ErrorCode>(
  error: unknown,
  ...codes: readonly C[]
): error is Error & { readonly code: C } {
  return error instanceof Object && "code" in error && codes.includes(error.code as C);
}
