import type { Platform } from "./types.ts";

/** Options of {@linkcode rereading}. */
export interface RereadingOptions<T> {
  /** Milliseconds for which a reading is good. */
  readonly every: number;
  /** Milliseconds after a failed reading until the next. @default {every} */
  readonly retryEvery?: number;
  /** Value to keep until the first reading succeeds. @default {none} */
  readonly initial?: T;
  /** The clock. */
  readonly platform: Pick<Platform, "now">;
  /** Called with a line for a person to read. @default {nothing} */
  readonly onWarning?: (text: string) => void;
}

/**
 * A value from files, read on demand and again once the last reading is old. Callers at one time share one reading. When
 * a reading fails and there is a value, that one is kept, with one warning for each streak of failures. No timer is ever set.
 *
 * @param read Reads the value
 * @param options How long a reading is good, the clock and whom to warn
 * @returns Gives the value; `true` reads it again whatever its age. Rejects with what `read` threw while there is no value
 */
export function rereading<T>(read: () => Promise<T>, options: RereadingOptions<T>): (again?: boolean) => Promise<T> {
  const { every, retryEvery = every, platform, onWarning } = options;
  let held = options.initial;
  let readAt = -Infinity;
  let failing = false;
  let reading: Promise<T> | undefined;

  return function current(again = false): Promise<T> {
    const age = platform.now() - readAt;
    // A negative age is a clock that went backwards.
    const fresh = age >= 0 && age < (failing ? retryEvery : every);
    if (held !== undefined && fresh && !again) return Promise.resolve(held);
    return reading ??= attempt().finally(() => reading = undefined);
  };

  async function attempt(): Promise<T> {
    try {
      held = await read();
      failing = false;
    } catch (error) {
      if (held === undefined) throw error;
      if (!failing) onWarning?.(`${(error as Error).message} (what was read before stays in use)`);
      failing = true;
    }
    readAt = platform.now();
    return held;
  }
}
