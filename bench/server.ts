/**
 * The server that the timed rows talk to, in a process of its own: one small object and one list of 10,000 pods, both made
 * beforehand. Prints one line of JSON with its URL and its CA, and ends when its stdin does.
 */
import { createServer } from "node:https";
import process from "node:process";
import { createAuthority } from "../testing/mod.ts";

const pod = (index: number) => ({
  metadata: {
    name: `pod-${index}`,
    namespace: `team-${index % 50}`,
    uid: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    resourceVersion: String(1000 + index),
    creationTimestamp: "2026-01-01T00:00:00Z",
    labels: Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`example.com/label-${n}`, `value-${index}-${n}`])),
    annotations: { "example.com/note": "x".repeat(760) },
  },
  spec: {
    nodeName: `node-${index % 100}`,
    containers: [{
      name: "app",
      image: `example/app:${index % 7}`,
      env: Array.from({ length: 8 }, (_, n) => ({ name: `VARIABLE_${n}`, value: `value-${n}` })),
      resources: { limits: { cpu: "500m", memory: "256Mi" }, requests: { cpu: "100m", memory: "128Mi" } },
    }],
  },
  status: {
    phase: "Running",
    podIP: `10.0.${index % 250}.${index % 199}`,
    conditions: ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map((type) => ({ type, status: "True" })),
  },
});

const one = Buffer.from(JSON.stringify({ apiVersion: "v1", kind: "Pod", ...pod(0) }));
const many = Buffer.from(JSON.stringify({
  apiVersion: "v1",
  kind: "PodList",
  metadata: { resourceVersion: "12345" },
  items: Array.from({ length: 10_000 }, (_, index) => pod(index)),
}));

const authority = await createAuthority();
const { cert, key } = await authority.issue({ commonName: "bench", ipAddresses: ["127.0.0.1"] });
const server = createServer({ cert, key, keepAliveTimeout: 60_000 }, (request, response) => {
  const body = request.url?.startsWith("/api/v1/pods") ? many : one;
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length });
  response.end(body);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address() as { port: number };
  console.log(JSON.stringify({ url: `https://127.0.0.1:${address.port}`, ca: authority.cert, bytes: many.length }));
});
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
