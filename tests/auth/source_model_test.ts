import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { cached } from "../../auth/source.ts";
import { compareWithModel } from "./source_model.ts";

const steps = 20_000;
const seed = Number(process.env.KUBECRED_SEED ?? Math.floor(Math.random() * 1e9));

/** What is changed in the source, and what that breaks. */
const mutants: readonly { breaks: string; from: string; to: string }[] = [
  { breaks: "single flight", from: "if (flight) return", to: "if (false) return" },
  { breaks: "the 401 hand-off by identity", from: "if (rejected === held)", to: "if (rejected)" },
  { breaks: "the refresh of a refused credential", from: "if (rejected === held) return", to: "if (false) return" },
  { breaks: "the expiry", from: "if (isExpired(held, { now })) return", to: "if (false) return" },
  { breaks: "refresh ahead", from: 'return now >= refreshAt ? "ahead" : undefined', to: "return undefined" },
  {
    breaks: "a valid credential never waiting",
    from: 'return reason === "ahead" ? held! : flight.promise;\n  }',
    to: "return flight.promise;\n  }",
  },
  { breaks: "the back-off", from: "|| now >= failure.until) return false", to: ") return false" },
  { breaks: "the back-off under a clock that goes backwards", from: "now < failure.at ||", to: "" },
  {
    breaks: "one caller's abort harming no other",
    from: "untilAborted(untilAborted(result, closing.signal), request.signal)",
    to: "untilAborted(result, (request.signal?.addEventListener('abort', cell.stop), request.signal))",
  },
  { breaks: "close ending the run", from: "if (cell.leases.size === 0) cell.stop();", to: "" },
  {
    breaks: "close leaving the run to other holders",
    from: "if (cell.leases.size === 0) cell.stop();",
    to: "cell.stop();",
  },
  {
    breaks: "success resetting the back-off",
    from: "failure = late ? nextFailure(reason, now) : undefined",
    to: "failure ??= late ? nextFailure(reason, now) : undefined",
  },
];

test("cached() behaves as the model over 20,000 random steps", async () => {
  console.log(`# seed ${seed} (set KUBECRED_SEED to repeat)`);
  await compareWithModel(cached, { steps, seed });
});

for (const { breaks, from, to } of mutants) {
  test(`the model finds a source without: ${breaks}`, async () => {
    const url = new URL("../../auth/source.ts", import.meta.url);
    const text = await readFile(url, "utf8");
    assert.equal(text.split(from).length, 2, `the source has changed: "${from}" stands in it once`);
    const mutated = text.replace(from, () => to).replaceAll(
      /from "(\..*?)"/g,
      (_, path) => `from "${new URL(path, url)}"`,
    );
    const directory = await mkdtemp(join(tmpdir(), "kubecred-mutant-"));
    try {
      const file = join(directory, "source.ts");
      await writeFile(file, mutated);
      const mutant = await import(pathToFileURL(file).href);
      await assert.rejects(compareWithModel(mutant.cached, { steps, seed }), { name: "AssertionError" });
    } finally {
      await rm(directory, { recursive: true });
    }
  });
}
