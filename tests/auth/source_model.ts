/**
 * A reference model of `cached()`, driven side by side with it over random interleavings. It shares no code with the source.
 * Where the source draws a random number (jitter), the model allows both outcomes inside the drawn interval and only there.
 */
import assert from "node:assert/strict";
import type { CachedOptions, ObservedSource } from "../../auth/source.ts";
import type { Credential, CredentialSource } from "../../auth/types.ts";

type Cached = (source: ObservedSource, options: CachedOptions) => CredentialSource;

interface Call {
  readonly lease: Lease;
  readonly controller: AbortController;
  outcome: { value: Credential } | { error: unknown } | undefined;
  expected: { value: Credential } | { error: unknown } | "pending";
}

interface Lease {
  readonly get: CredentialSource;
  open: boolean;
}

interface Run {
  readonly signal: AbortSignal;
  readonly rejected: Credential | undefined;
  readonly ok: (credential: Credential) => void;
  readonly fail: (error: Error) => void;
}

type May = "must" | "must not" | "may";

/** A small seeded generator (mulberry32). */
export function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 25; i++) await null;
}

/** Runs `steps` random actions against `cached` and throws at the first difference from the model. */
export async function compareWithModel(cached: Cached, options: { steps: number; seed: number }): Promise<void> {
  const random = seeded(options.seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  let now = 1_700_000_000_000;
  const platform = {
    now: () => now,
    random: seeded(options.seed + 1),
    run: () => Promise.reject(new Error("no process is run here")),
  };

  const runs: Run[] = [];
  const source: ObservedSource = ({ signal, rejected }) =>
    new Promise((ok, fail) => {
      runs.push({ signal: signal!, rejected, ok, fail });
    });
  const open = (): Lease => ({ get: cached(source, { key: "model", platform }), open: true });

  // The model's state.
  const leases: Lease[] = [open()];
  const calls: Call[] = [];
  const issued: Credential[] = [];
  let held: { credential: Credential; expiresAt: number; window: number } | undefined;
  let flight: { run: Run; reason: string } | undefined;
  let failure: { at: number; base: number; error: Error | undefined; ahead: boolean } | undefined;
  let failures = 0;
  let serial = 0;

  function backingOff(): May {
    if (!failure || now < failure.at || now >= failure.at + 1.2 * failure.base) return "must not";
    return now < failure.at + failure.base ? "must" : "may";
  }

  function startRule(reason: string | undefined): May {
    if (flight) return "must not";
    if (reason) {
      const off = failure?.ahead ? "must not" : backingOff();
      return off === "must" ? "must not" : off === "may" ? "may" : "must";
    }
    const left = held!.expiresAt - now;
    if (left > held!.window) return "must not";
    const off = backingOff();
    if (off === "must") return "must not";
    return left <= 0.8 * held!.window && off === "must not" ? "must" : "may";
  }

  function recordFailure(error: Error | undefined): void {
    failures++;
    failure = {
      at: now,
      base: Math.min(30_000, 1_000 * 2 ** (failures - 1)),
      error,
      ahead: flight!.reason === "ahead",
    };
  }

  async function request(rejected: Credential | undefined, abortedAlready: boolean): Promise<void> {
    const lease = pick(leases);
    const controller = new AbortController();
    if (abortedAlready) controller.abort(new Error("aborted before"));
    const call: Call = { lease, controller, outcome: undefined, expected: "pending" };
    const before = runs.length;
    lease.get({ signal: controller.signal, rejected }).then(
      (value) => call.outcome = { value },
      (error) => call.outcome = { error },
    );
    await settle();
    calls.push(call);
    if (!lease.open || abortedAlready) {
      assert.equal(runs.length, before, "a closed lease or an aborted caller starts no run");
      call.expected = { error: lease.open ? controller.signal.reason : "closed" };
      return;
    }
    const reason = !held
      ? "empty"
      : rejected === held.credential
      ? "rejected"
      : now > held.expiresAt
      ? "expired"
      : undefined;
    const rule = startRule(reason);
    const started = runs.length - before;
    assert.ok(started <= 1, "one call starts at most one run");
    if (rule !== "may") assert.equal(started === 1, rule === "must", `a run ${rule} start (${reason ?? "valid"})`);
    if (started) {
      assert.equal(flight, undefined, "never two runs at once");
      flight = { run: runs.at(-1)!, reason: reason ?? "ahead" };
      assert.equal(flight.run.rejected, reason === "rejected" ? held!.credential : undefined);
    }
    if (reason === undefined) call.expected = { value: held!.credential };
    else if (!flight) call.expected = failure!.error ? { error: failure!.error } : { value: held!.credential };
  }

  async function plugin(ok: boolean): Promise<void> {
    if (!flight) return;
    const { run, reason } = flight;
    const waiting = calls.filter((call) => call.expected === "pending");
    if (ok) {
      const lifetime = pick([-5_000, 500, 10_000, 300_000, 900_000, 86_400_000, Infinity]);
      const expiresAt = lifetime === Infinity ? undefined : now + lifetime;
      const credential: Credential = Object.freeze({ token: `token-${++serial}`, expiresAt });
      issued.push(credential);
      run.ok(credential);
      held = { credential, expiresAt: expiresAt ?? Infinity, window: Math.min(60_000, Math.max(0, lifetime) * 0.2) };
      if (lifetime < 0) recordFailure(undefined);
      else failure = undefined, failures = 0;
      for (const call of waiting) call.expected = { value: credential };
    } else {
      const error = new Error(`plugin failed ${++serial}`);
      run.fail(error);
      recordFailure(error);
      for (const call of waiting) call.expected = { error };
    }
    assert.equal(run.signal.aborted, false, `a run is not aborted while somebody holds it (${reason})`);
    flight = undefined;
    await settle();
  }

  async function abort(): Promise<void> {
    const waiting = calls.filter((call) => call.expected === "pending");
    if (waiting.length === 0) return;
    const call = pick(waiting);
    const reason = new Error("aborted by its caller");
    call.expected = { error: reason };
    call.controller.abort(reason);
    await settle();
  }

  async function close(): Promise<void> {
    const lease = pick(leases);
    if (!lease.open) {
      leases[leases.indexOf(lease)] = open();
      return;
    }
    lease.open = false;
    await lease.get.close!();
    for (const call of calls) {
      if (call.lease === lease && call.expected === "pending") call.expected = { error: "closed" };
    }
    if (leases.every((other) => !other.open)) {
      if (flight) assert.equal(flight.run.signal.aborted, true, "the last lease ends the run");
      // A run that is too late to end must not be adopted.
      flight?.run.ok(Object.freeze({ token: "late" }));
      flight = undefined;
    }
    await settle();
  }

  for (let step = 0; step < options.steps; step++) {
    const dice = random();
    if (dice < 0.4) await request(undefined, random() < 0.03);
    else if (dice < 0.5) await request(random() < 0.7 ? held?.credential : issued.at(-2), false);
    else if (dice < 0.65) {
      now += pick([1, 500, 1_100, 2_500, 30_000, 36_500, 250_000, 86_400_000, -3_600_000, -86_400_000]);
    } else if (dice < 0.75) {
      now = held && held.expiresAt < Infinity ? held.expiresAt - pick([-1, 0, 1, 50_000, 70_000]) : now + 1;
    } else if (dice < 0.86) await plugin(true);
    else if (dice < 0.93) await plugin(false);
    else if (dice < 0.98) await abort();
    else if (leases.length < 3 && random() < 0.5) leases.push(open());
    else await close();
    check(step);
  }
  // The walk has been where it matters: many runs, outcomes of both kinds.
  assert.ok(runs.length > options.steps / 50 && issued.length > options.steps / 100, "the walk is long enough");

  function check(step: number): void {
    for (const call of calls) {
      const where = `step ${step}, seed ${options.seed}`;
      if (call.expected === "pending") {
        assert.equal(call.outcome, undefined, `a call settles only when its run does (${where})`);
      } else if ("value" in call.expected) {
        assert.ok(call.outcome && "value" in call.outcome, `a call resolves (${where})`);
        assert.equal(call.outcome.value, call.expected.value, where);
      } else {
        assert.ok(call.outcome && "error" in call.outcome, `a call rejects (${where})`);
        const { error } = call.outcome;
        if (call.expected.error === "closed") assert.equal((error as { code: string }).code, "closed", where);
        else assert.equal(error, call.expected.error, where);
      }
    }
    // Settled calls have been checked; only those that wait are looked at again.
    calls.splice(0, calls.length, ...calls.filter((call) => call.expected === "pending"));
  }
}
