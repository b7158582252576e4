/** Sequential GETs of one pod, against a bare keep-alive agent of `node:https`. */
import { Agent, get as bareGet } from "node:https";
import { connect, get, pods } from "../../mod.ts";
import { input, interleave, output } from "./measure.ts";

const { url, ca, calls, rounds } = input<{ url: string; ca: string; calls: number; rounds: number }>();
const cluster = await connect({ connection: { server: url, tls: { ca: { data: ca } }, user: { token: "token" } } });
const agent = new Agent({ keepAlive: true, ca });
const { hostname: host, port } = new URL(url);
const options = {
  agent,
  host,
  port,
  path: "/api/v1/namespaces/default/pods/web",
  headers: { authorization: "Bearer token", accept: "application/json" },
};

output(await interleave(rounds, ours, bare));
agent.destroy();
await cluster.close();

async function ours(): Promise<void> {
  for (let call = 0; call < calls; call++) await get(cluster, pods, "web");
}

async function bare(): Promise<void> {
  for (let call = 0; call < calls; call++) await one();
}

function one(): Promise<unknown> {
  return new Promise((resolve, reject) => {
    bareGet(options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => text += chunk);
      response.on("end", () => resolve(JSON.parse(text)));
    }).on("error", reject);
  });
}
