/** How often a credential plugin runs for 20 concurrent calls: at first, when the credential has expired, when all get 401. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { connect, get, pods } from "../../mod.ts";
import { startApiServer } from "../../testing/mod.ts";
import { output } from "./measure.ts";

const hour = 3_600_000;
const folder = mkdtempSync(`${tmpdir()}/kubecred-bench-`);
const [plugin, log, expiry] = [`${folder}/plugin`, `${folder}/log`, `${folder}/expiry`];
writeFileSync(log, "");
writeFileSync(expiry, new Date(Date.now() + hour).toISOString());
writeFileSync(
  plugin,
  `#!/bin/sh
echo run >> ${log}
sleep 0.1
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"token-%d","expirationTimestamp":"%s"}}' $(wc -l < ${log}) $(cat ${expiry})
`,
);
chmodSync(plugin, 0o755);

const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "default" } };
const server = await startApiServer({ objects: [pod], tokens: { "token-1": "a", "token-2": "a", "token-3": "a" } });
let now = Date.now();
const cluster = await connect({
  connection: {
    server: server.url,
    tls: { ca: { data: server.authority.cert } },
    user: {
      exec: { apiVersion: "client.authentication.k8s.io/v1", command: plugin, interactiveMode: "Never" },
    },
  },
  platform: { now: () => now },
});

const cold = await runsOf20Calls();
now += 2 * hour;
writeFileSync(expiry, new Date(now + hour).toISOString());
const expired = await runsOf20Calls();
server.tokens.delete("token-2");
const refused = await runsOf20Calls();
await cluster.close();
await server.close();
rmSync(folder, { recursive: true });
output({ cold, expired, refused });

async function runsOf20Calls(): Promise<number> {
  const before = runs();
  await Promise.all(Array.from({ length: 20 }, () => get(cluster, pods, "web")));
  return runs() - before;
}

function runs(): number {
  return readFileSync(log, "utf8").split("\n").length - 1;
}
