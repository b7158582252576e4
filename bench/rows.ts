import type { Runtime } from "../tools/runner/runtimes.ts";
import { type Finding, ratio, runTask, type Server } from "./harness.ts";
import { importDeno, importNode } from "./start_up.ts";

/** What every row is given. */
export interface Context {
  /** The server of the timed rows. */
  readonly server: Server;
  /** Run as little as shows that the row works; the figures mean nothing. */
  readonly smoke: boolean;
}

/** One line of the table. */
export interface Row {
  /** What to call it on the command line. */
  readonly name: string;
  /** What is measured, against what. */
  readonly title: string;
  /** The target, in words. */
  readonly target: string;
  /** Measures it; undefined where it does not apply. */
  measure(runtime: Runtime, context: Context): Promise<Finding> | undefined;
}

/** Every row, in the order of the table. */
export const rows: readonly Row[] = [
  {
    name: "connections",
    title: "TLS connections for 20 sequential calls",
    target: "1",
    measure: async (runtime) => {
      const figures = await runTask<{ connections: number }>(runtime, "connections");
      return { text: String(figures.connections), met: figures.connections === 1, figures };
    },
  },
  {
    name: "plugins",
    title: "plugin runs for 20 concurrent calls: cold / expired / all 401",
    target: "1 / 1 / 1",
    measure: async (runtime) => {
      const figures = await runTask<{ cold: number; expired: number; refused: number }>(runtime, "plugins");
      const text = `${figures.cold} / ${figures.expired} / ${figures.refused}`;
      return { text, met: text === "1 / 1 / 1", figures };
    },
  },
  {
    name: "gets",
    title: "500 sequential GETs against a bare node:https agent",
    target: "1.15x Deno, 1.4x Node and Bun",
    measure: async (runtime, { server, smoke }) => {
      const { url, ca } = server;
      const input = smoke ? { url, ca, calls: 5, rounds: 1 } : { url, ca, calls: 500, rounds: 11 };
      return ratio(await runTask(runtime, "gets", { input }), runtime.name === "deno" ? 1.15 : 1.4);
    },
  },
  {
    name: "list",
    title: "list of 10,000 pods against bare fetch and json(): time",
    target: "1.10x",
    measure: async (runtime, context) => ratio(await runTask(runtime, "list", listing(context, "both", 9)), 1.1),
  },
  {
    name: "list-memory",
    title: "list of 10,000 pods against bare fetch and json(): peak memory",
    target: "1.3x",
    measure: async (runtime, context) => {
      const [ours, bare] = [
        await runTask<{ peak: number }>(runtime, "list", listing(context, "ours", 3)),
        await runTask<{ peak: number }>(runtime, "list", listing(context, "bare", 3)),
      ];
      return ratio({ ours: ours.peak, bare: bare.peak }, 1.3);
    },
  },
  {
    name: "kubeconfig",
    title: "load, merge, resolve of 1,000 contexts against js-yaml alone",
    target: "1.25x",
    measure: async (runtime, { smoke }) => {
      const input = smoke ? { contexts: 10, rounds: 1 } : { contexts: 1000, rounds: 15 };
      return ratio(await runTask(runtime, "kubeconfig", { input }), 1.25);
    },
  },
  {
    name: "import",
    title: "import of the main entry over an empty process: source on Deno, packed on Node",
    target: "20 ms",
    measure: (runtime, { smoke }) => {
      if (runtime.name === "bun") return undefined;
      return (runtime.name === "deno" ? importDeno : importNode)(runtime, smoke ? 1 : 21);
    },
  },
];

function listing({ server, smoke }: Context, side: "both" | "ours" | "bare", rounds: number) {
  const { url, ca, caFile } = server;
  return { input: { url, ca, side, rounds: smoke ? 1 : rounds }, env: { NODE_EXTRA_CA_CERTS: caFile } };
}
