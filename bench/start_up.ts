import { packInto, run } from "../tools/pack.ts";
import type { Runtime } from "../tools/runner/runtimes.ts";
import { argumentsFor, type Finding } from "./harness.ts";
import { median } from "./tasks/measure.ts";

/** Milliseconds that an import may cost. */
const target = 20;

/**
 * Milliseconds that importing the main entry from source adds to an empty process of Deno.
 *
 * @param runtime Deno
 * @param rounds Processes of each kind
 * @returns The difference of the medians
 */
export async function importDeno(runtime: Runtime, rounds: number): Promise<Finding> {
  return await difference(runtime, rounds, {
    ours: argumentsFor(runtime, "bench/tasks/import_main.ts"),
    bare: argumentsFor(runtime, "bench/tasks/empty.ts"),
  });
}

/**
 * Milliseconds that importing the packed main entry adds to an empty process of Node.
 *
 * @param runtime Node
 * @param rounds Processes of each kind
 * @returns The difference of the medians
 */
export async function importNode(runtime: Runtime, rounds: number): Promise<Finding> {
  const folder = await Deno.makeTempDir({ prefix: "kubecred-pack-" });
  try {
    await packInto(folder);
    await Deno.writeTextFile(`${folder}/ours.mjs`, 'import "@kubecred/kubecred";\n');
    await Deno.writeTextFile(`${folder}/bare.mjs`, "export {};\n");
    return await difference(runtime, rounds, { ours: [`${folder}/ours.mjs`], bare: [`${folder}/bare.mjs`] });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function difference(
  runtime: Runtime,
  rounds: number,
  sides: { ours: string[]; bare: string[] },
): Promise<Finding> {
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let round = -1; round < rounds; round++) {
    for (const name of ["bare", "ours"] as const) {
      const started = performance.now();
      await run(runtime.program, sides[name]);
      if (round >= 0) times[name].push(performance.now() - started);
    }
  }
  const [ours, bare] = [median(times.ours), median(times.bare)];
  return { text: `${(ours - bare).toFixed(1)} ms`, met: ours - bare <= target, figures: { ours, bare } };
}
