/**
 * The main job, told in plain lines: connect, list, expiry, one refresh for twenty callers, 401, replay.
 *
 *     deno task demo
 *     deno task demo --context NAME [--namespace NS] [--kubeconfig PATH]
 *
 * Without arguments it starts an API server and a credential plugin of its own and leaves nothing behind. With a context
 * it only reads, from your cluster.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { demoCluster } from "./demo/own_cluster.ts";
import { demoStory } from "./demo/story.ts";

try {
  const { values } = parseArgs({
    options: { context: { type: "string" }, namespace: { type: "string" }, kubeconfig: { type: "string" } },
  });
  if (Object.keys(values).length === 0) await demoStory(console.log);
  else await demoCluster(values, console.log);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
