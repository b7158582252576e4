/**
 * Counts what happens inside: runs of the credential plugin, decisions of the plugin policy, refreshes.
 *
 *     deno run --allow-env=HOME,KUBECONFIG --allow-read --allow-net --allow-run examples/metrics.ts
 */
import { connect, list, nodes } from "../mod.ts";

const counts = new Map<string, number>();
const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);

const cluster = await connect({
  onWarning: (text) => console.warn(text),
  onEvent: (event) => {
    if (event.type === "plugin_run") count(`plugin_run ${event.status} ${event.exitCode}`);
    else if (event.type === "plugin_policy") count(`plugin_policy ${event.decision}`);
    else if (event.type === "refresh") count(`refresh ${event.reason}${event.error ? " failed" : ""}`);
  },
});
await list(cluster, nodes, { limit: 1 });
await cluster.close();
for (const [name, times] of counts) console.log(`${times} ${name}`);
