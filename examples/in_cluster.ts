/**
 * Runs in a pod: reads its own pod with the service account that Kubernetes mounts.
 *
 *     deno run --allow-net --allow-read=/var/run/secrets/kubernetes.io/serviceaccount \
 *       --allow-env=KUBERNETES_SERVICE_HOST,KUBERNETES_SERVICE_PORT,HOSTNAME examples/in_cluster.ts
 */
import process from "node:process";
import { inCluster } from "../auth/kubernetes/mod.ts";
import { connect, get, pods } from "../mod.ts";

const cluster = await connect(await inCluster());
const pod = await get(cluster, pods, process.env["HOSTNAME"] ?? "");
console.log(pod.metadata.uid);
await cluster.close();
