/**
 * A list of 10,000 pods, against the runtime's own fetch and `json()` of the same URL. `side` both: time, in turns. `side`
 * ours or bare: peak memory of a process that does nothing else.
 */
import { readFileSync } from "node:fs";
import { connect, list, pods } from "../../mod.ts";
import { input, interleave, output } from "./measure.ts";

const { url, ca, rounds, side } = input<{ url: string; ca: string; rounds: number; side: "both" | "ours" | "bare" }>();
const cluster = await connect({ connection: { server: url, tls: { ca: { data: ca } }, user: { token: "token" } } });
const client = "Deno" in globalThis ? Deno.createHttpClient({ caCerts: [ca] }) : undefined;
// Node takes the CA from NODE_EXTRA_CA_CERTS, which the harness sets.
const init = { client, tls: { ca }, headers: { authorization: "Bearer token" } } as RequestInit;

if (side === "both") output(await interleave(rounds, ours, bare));
else {
  for (let round = 0; round < rounds; round++) await (side === "ours" ? ours() : bare());
  output({ peak: peakMemory() });
}
client?.close();
await cluster.close();

async function ours(): Promise<number> {
  return (await list(cluster, pods, { allNamespaces: true })).items.length;
}

async function bare(): Promise<number> {
  const page: { items: unknown[] } = await (await fetch(`${url}/api/v1/pods`, init)).json();
  return page.items.length;
}

/** Most bytes of memory that this process has held at once. Linux tells. */
function peakMemory(): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * 1024;
}
