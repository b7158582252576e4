import { KubecredError } from "../errors.ts";
import { untilAborted } from "../platform/abort.ts";
import { resolvePlatform } from "../platform/mod.ts";
import type { Platform } from "../platform/types.ts";
import { isExpired, makeCredential } from "./credential.ts";
import type { AuthEvent, Credential, CredentialRequest, CredentialSource, Observers, RefreshReason } from "./types.ts";

/** What {@linkcode cached} calls: a source that may report to everybody who holds it. */
export type ObservedSource = (request: CredentialRequest & Observers) => Promise<Credential>;

/** A place outside the process where credentials outlive it. What it stores is secret. */
export interface CredentialStore {
  /** The credential last set under this key. */
  get(key: string): Promise<Credential | undefined>;
  /** Keeps a credential under this key. Read its fields by name: they are not enumerable. */
  set(key: string, credential: Credential): Promise<void>;
}

/** Options of {@linkcode cached}. */
export interface CachedOptions extends Observers {
  /** Sources of one key share one credential in this process, as equal exec stanzas do in client-go. @default {not shared} */
  readonly key?: string;
  /** Asked once before the first login, told of each new credential. Needs a `key`. @default {none} */
  readonly store?: CredentialStore;
  /** The clock, and what else the runtime gives. @default {the runtime's} */
  readonly platform?: Partial<Platform>;
}

/** Refresh ahead starts this long before the expiry, or at 80 % of the lifetime, whichever is later. */
const longestAhead = 60_000;
const firstBackoff = 1_000;
const longestBackoff = 30_000;

interface Failure {
  /** Absent when the run succeeded with a credential that had already expired. */
  readonly error?: Error;
  readonly reason: RefreshReason;
  readonly at: number;
  readonly until: number;
  readonly count: number;
}

interface Flight {
  readonly promise: Promise<Credential>;
  readonly controller: AbortController;
}

/** One credential and the one run that may be under way for it. Leases are those who hold it open. */
interface Cell {
  readonly leases: Set<Observers>;
  get(rejected: Credential | undefined): Promise<Credential> | Credential;
  stop(): void;
}

// By platform first, so that a test with its own processes never sees the credentials of another.
const shared = new WeakMap<Platform["run"], Map<string, Cell>>();

/**
 * Makes any source caching: one run at a time however many wait; a refresh in the background shortly before the expiry,
 * while the old credential still serves; a short back-off after a failure; and a refresh when the server has refused
 * exactly the credential that is held. Aborting one request never ends a run that others wait for.
 *
 * `close()` on the result ends the run under way once nobody else holds a source of the same key. No timer is ever set.
 *
 * @example Log in once for all callers
 * ```ts
 * import { cached, makeCredential } from "@kubecred/kubecred/auth";
 * import assert from "node:assert/strict";
 *
 * let logins = 0;
 * const source = cached(async () => makeCredential({ token: `token-${++logins}` }));
 * await Promise.all([source(), source(), source()]);
 * assert.equal(logins, 1);
 * ```
 *
 * The source is called with a signal that aborts when nobody holds it any more, with the credential that was refused,
 * if one was, and with `onWarning` and `onEvent` that reach everybody who holds it.
 *
 * @param source What to cache
 * @param options Sharing, storage, observers and the platform
 * @returns The caching source. It rejects with what the source threw, and with `closed` after `close()`
 */
export function cached(source: ObservedSource, options: CachedOptions = {}): CredentialSource {
  const { key, store } = options;
  if (store && key === undefined) {
    throw new KubecredError("invalid_argument", "Cannot store credentials: the option store needs a key");
  }
  const platform = resolvePlatform(options.platform);
  const cell = key === undefined ? createCell(source, platform) : sharedCell(key);
  const observers: Observers = { onWarning: options.onWarning, onEvent: options.onEvent };
  cell.leases.add(observers);
  const closing = new AbortController();

  async function get(request: CredentialRequest = {}): Promise<Credential> {
    closing.signal.throwIfAborted();
    request.signal?.throwIfAborted();
    const result = cell.get(request.rejected);
    if (!(result instanceof Promise)) return result;
    return await untilAborted(untilAborted(result, closing.signal), request.signal);
  }

  function close(): Promise<void> {
    closing.abort(closedError());
    cell.leases.delete(observers);
    if (cell.leases.size === 0) cell.stop();
    return Promise.resolve();
  }

  return Object.assign(get, { close });

  function sharedCell(key: string): Cell {
    let cells = shared.get(platform.run);
    if (!cells) shared.set(platform.run, cells = new Map());
    let cell = cells.get(key);
    if (!cell) cells.set(key, cell = createCell(store ? stored(source, store, key, platform) : source, platform));
    return cell;
  }
}

function createCell(source: ObservedSource, platform: Platform): Cell {
  const leases = new Set<Observers>();
  let held: Credential | undefined;
  let refreshAt = Infinity;
  let flight: Flight | undefined;
  let failure: Failure | undefined;
  return { leases, get, stop };

  function get(rejected: Credential | undefined): Promise<Credential> | Credential {
    const now = platform.now();
    const reason = refreshReason(rejected, now);
    if (reason === undefined) return held!;
    if (flight) return reason === "ahead" ? held! : flight.promise;
    if (backsOff(reason, now)) {
      if (reason === "ahead" || failure!.error === undefined) return held!;
      return Promise.reject(failure!.error);
    }
    flight = start(reason);
    return reason === "ahead" ? held! : flight.promise;
  }

  function refreshReason(rejected: Credential | undefined, now: number): RefreshReason | undefined {
    if (!held) return "empty";
    if (rejected === held) return "rejected";
    if (isExpired(held, { now })) return "expired";
    return now >= refreshAt ? "ahead" : undefined;
  }

  // A failure in the background does not hold back the first caller who has nothing left to use. A clock that went
  // backwards does not prolong a back-off.
  function backsOff(reason: RefreshReason, now: number): boolean {
    if (!failure || now < failure.at || now >= failure.until) return false;
    return reason === "ahead" || failure.reason !== "ahead";
  }

  function start(reason: RefreshReason): Flight {
    const controller = new AbortController();
    const request = {
      signal: controller.signal,
      rejected: reason === "rejected" ? held : undefined,
      onWarning,
      onEvent,
    };
    const run = (async () => await source(request))();
    const promise = untilAborted(run, controller.signal)
      .then((credential) => adopt(credential, reason))
      .catch((error) => fail(error, reason, controller.signal))
      .finally(() => flight?.controller === controller && (flight = undefined));
    // Whoever waits sees the failure; a background run has nobody who does.
    promise.catch(() => {});
    return { promise, controller };
  }

  function stop(): void {
    flight?.controller.abort(closedError());
    flight = undefined;
  }

  function adopt(credential: Credential, reason: RefreshReason): Credential {
    if (typeof credential !== "object" || credential === null) {
      throw new KubecredError("credential_invalid", "Cannot use the credential: the source did not return an object");
    }
    const now = platform.now();
    held = Object.isFrozen(credential) ? credential : makeCredential(credential);
    const { expiresAt } = held;
    const late = isExpired(held, { now });
    failure = late ? nextFailure(reason, now) : undefined;
    refreshAt = expiresAt === undefined ? Infinity : expiresAt - aheadOf(expiresAt - now);
    onEvent({ type: "refresh", reason, expiresAt });
    if (late) {
      // As JSON, which writes null for a time that no calendar has.
      const when = JSON.stringify(new Date(expiresAt!));
      onWarning(`The credential was already expired on arrival (${when}): check the clock`);
    }
    return held;
  }

  function aheadOf(lifetime: number): number {
    return Math.min(longestAhead, Math.max(0, lifetime) * 0.2) * (1 - 0.2 * platform.random());
  }

  function fail(cause: unknown, reason: RefreshReason, signal: AbortSignal): never {
    if (signal.aborted) throw signal.reason;
    const error = cause instanceof Error ? cause : new KubecredError(
      "credential_invalid",
      "Cannot get a credential: the source threw something other than an error",
    );
    failure = nextFailure(reason, platform.now(), error);
    onEvent({ type: "refresh", reason, error });
    if (reason === "ahead") onWarning(`${error.message} (the credential at hand serves until it expires)`);
    throw error;
  }

  function nextFailure(reason: RefreshReason, at: number, error?: Error): Failure {
    const count = (failure?.count ?? 0) + 1;
    const wait = Math.min(longestBackoff, firstBackoff * 2 ** (count - 1)) * (1 + 0.2 * platform.random());
    return { error, reason, at, until: at + wait, count };
  }

  function onWarning(text: string): void {
    for (const lease of leases) observe(() => lease.onWarning?.(text));
  }

  function onEvent(event: AuthEvent): void {
    for (const lease of leases) observe(() => lease.onEvent?.(event));
  }
}

// An observer that throws is its owner's fault, and ends no login of others: it is reported as an event listener's is.
function observe(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** Adds a store: read before the first login of this process, written after each. Its failures only warn. */
function stored(source: ObservedSource, store: CredentialStore, key: string, platform: Platform): ObservedSource {
  let asked = false;
  return async (request) => {
    if (!asked) {
      asked = true;
      const kept = await attempt(() => store.get(key), request);
      if (kept && !isExpired(kept, { now: platform.now() })) {
        if (kept.token || kept.certificate || kept.basic) return makeCredential(kept);
        request.onWarning?.("The credential store lost the credential: it has to read the fields by name");
      }
    }
    const credential = await source(request);
    await attempt(() => store.set(key, credential), request);
    return credential;
  };
}

async function attempt<T>(use: () => Promise<T>, { onWarning }: Observers): Promise<T | undefined> {
  try {
    return await use();
  } catch (error) {
    onWarning?.(`The credential store failed, going on without it: ${error instanceof Error ? error.message : error}`);
  }
}

/** What a source rejects with once it is closed. */
export function closedError(): KubecredError {
  return new KubecredError("closed", "Cannot get a credential: its source is closed");
}
