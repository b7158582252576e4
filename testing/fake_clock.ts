/** Options of {@linkcode fakeClock}. */
export interface FakeClockOptions {
  /** Where it starts, epoch milliseconds. @default {2026-01-01T00:00:00Z} */
  readonly now?: number;
}

/** A clock that moves when it is told to. `{ ...clock }` fits into a platform. */
export interface FakeClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves once the clock has moved that many milliseconds; rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Moves the clock by milliseconds and wakes, in order, whoever sleeps until then, those who fall asleep on the way too. */
  advance(ms: number): Promise<void>;
  /** How many sleep. */
  readonly pending: number;
}

/**
 * Makes a clock for tests. Time stands still between calls of `advance`.
 *
 * @example A timeout without waiting for it
 * ```ts
 * import { fakeClock } from "@kubecred/kubecred/testing";
 * import assert from "node:assert/strict";
 *
 * const clock = fakeClock({ now: 0 });
 * let woke = 0;
 * clock.sleep(60_000).then(() => woke = clock.now());
 * await clock.advance(59_999);
 * assert.equal(woke, 0);
 * await clock.advance(1);
 * assert.equal(woke, 60_000);
 * ```
 *
 * @param options Where it starts, epoch milliseconds
 * @returns The clock
 */
export function fakeClock(options: FakeClockOptions = {}): FakeClock {
  let { now = Date.UTC(2026, 0, 1) } = options;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const sleeper = { until: now + ms, wake: () => leave(resolve) };
      const abort = () => leave(() => reject(signal!.reason));
      sleepers.add(sleeper);
      signal?.addEventListener("abort", abort);

      function leave(settle: () => void): void {
        sleepers.delete(sleeper);
        signal?.removeEventListener("abort", abort);
        settle();
      }
    });
  }

  async function advance(ms: number): Promise<void> {
    const target = now + ms;
    for (;;) {
      // Whoever was woken may go back to sleep, a few promises later.
      await new Promise((resolve) => setTimeout(resolve));
      const [next] = [...sleepers].filter(({ until }) => until <= target).sort((a, b) => a.until - b.until);
      if (!next) break;
      now = next.until;
      next.wake();
    }
    now = target;
  }

  return {
    now: () => now,
    sleep,
    advance,
    get pending() {
      return sleepers.size;
    },
  };
}
