/** A stream of choices that a seed fixes. */
export interface Random {
  /** 0 <= n < 1. */
  next(): number;
  /** Whether something of this probability happens. */
  chance(probability: number): boolean;
  /** Whether something odd happens: the seed decides how often, from never to all over the place. */
  odd(weight?: number): boolean;
  /** An integer from 0 to below `end`. */
  below(end: number): number;
  /** One of these. */
  pick<T>(choices: readonly T[]): T;
}

/** Makes the stream of a seed (mulberry32). */
export function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  const level = [0, 0.003, 0.003, 0.01, 0.03][Math.floor(next() * 5)]!;
  const below = (end: number) => Math.floor(next() * end);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    odd: (weight = 1) => next() < level * weight,
    pick: (choices) => choices[below(choices.length)]!,
  };
}
