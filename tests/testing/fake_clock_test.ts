import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeClock } from "../../testing/mod.ts";

test("advance() wakes in order of time, at that time, and no further", async () => {
  const clock = fakeClock({ now: 1_000 });
  const woken: string[] = [];
  for (const ms of [30, 10, 20, 31]) clock.sleep(ms).then(() => woken.push(`${ms} at ${clock.now()}`));
  assert.equal(clock.pending, 4);
  await clock.advance(30);
  assert.deepEqual(woken, ["10 at 1010", "20 at 1020", "30 at 1030"]);
  assert.deepEqual([clock.pending, clock.now()], [1, 1_030]);
});

test("advance() wakes those who fall asleep on the way", async () => {
  const clock = fakeClock({ now: 0 });
  const ticks: number[] = [];
  const ticking = (async () => {
    for (let index = 0; index < 3; index++) {
      await clock.sleep(10);
      ticks.push(clock.now());
    }
  })();
  await clock.advance(100);
  await ticking;
  assert.deepEqual(ticks, [10, 20, 30]);
  assert.equal(clock.now(), 100);
});

test("sleep() rejects with the signal's reason when it aborts, and returns at once for no time", async () => {
  const clock = fakeClock();
  const abort = new AbortController();
  const [asleep, reason] = [clock.sleep(1, abort.signal), new Error("enough")];
  abort.abort(reason);
  await assert.rejects(asleep, reason);
  await assert.rejects(clock.sleep(1, abort.signal), reason);
  await clock.sleep(0);
  await clock.sleep(-1);
  assert.equal(clock.pending, 0);
  assert.equal(clock.now(), Date.UTC(2026, 0, 1));
});
