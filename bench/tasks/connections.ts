/** How many TLS connections 20 sequential calls take. */
import { connect, get, pods } from "../../mod.ts";
import { startApiServer } from "../../testing/mod.ts";
import { output } from "./measure.ts";

const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "default" } };
const server = await startApiServer({ objects: [pod] });
const connection = {
  server: server.url,
  tls: { ca: { data: server.authority.cert } },
  user: { token: "test-token" },
};
const cluster = await connect({ connection });
for (let call = 0; call < 20; call++) await get(cluster, pods, "web");
await cluster.close();
const connections = new Set(server.requests.map((request) => request.connection)).size;
await server.close();
output({ connections });
