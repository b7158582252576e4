import process from "node:process";

/** What a child program was given, as JSON in its first argument. */
export function input<T>(): T {
  return JSON.parse(process.argv[2] ?? "{}");
}

/** Hands the result of a child program to the harness, on its last line. */
export function output(result: unknown): void {
  console.log(JSON.stringify(result));
}

/** The middle of a few numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

/**
 * Runs both sides in turn, who goes first changing every round, so that whatever else the machine does falls on both.
 *
 * @param rounds How many rounds count, after one that does not
 * @param ours The library
 * @param bare What it is compared with
 * @returns Median milliseconds of each side
 */
export async function interleave(
  rounds: number,
  ours: () => unknown,
  bare: () => unknown,
): Promise<{ ours: number; bare: number }> {
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let round = -1; round < rounds; round++) {
    const sides = [["ours", ours], ["bare", bare]] as const;
    for (const [name, run] of round % 2 === 0 ? sides : sides.toReversed()) {
      const started = performance.now();
      await run();
      if (round >= 0) times[name].push(performance.now() - started);
    }
  }
  return { ours: median(times.ours), bare: median(times.bare) };
}
