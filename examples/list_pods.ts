/**
 * Lists the pods of a namespace with the kubeconfig that kubectl uses.
 *
 *     deno run --allow-env=HOME,KUBECONFIG --allow-read --allow-net --allow-run examples/list_pods.ts [namespace]
 *
 * `--allow-run` is for a credential plugin; without one it can go.
 */
import process from "node:process";
import { connect, listAll, pods } from "../mod.ts";

const cluster = await connect({ namespace: process.argv[2] });
for await (const pod of listAll(cluster, pods)) console.log(pod.metadata.name);
await cluster.close();
