import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type ApiServer, startApiServer } from "../../testing/mod.ts";
import { demoCluster } from "../../tools/demo/own_cluster.ts";
import { demoStory } from "../../tools/demo/story.ts";

test("demoStory() tells each step in order and ends with the objects", async () => {
  const lines: string[] = [];
  await demoStory((line) => lines.push(line));
  const steps = lines.map((line) => line.split(" ")[0]).filter((word) => word !== "");
  const wanted = ["server", "plugin", "connect", "list", "expiry", "refresh", "401", "replay", "in", "objects"];
  assert.deepEqual(steps, wanted);
  assert.match(lines.at(-1) ?? "", /pod default\/web-2$/);
});

test("demoCluster() only reads: version and namespaces, or pods where those are forbidden", async () => {
  const directory = mkdtempSync(join(tmpdir(), "kubecred-demo-"));
  const server = await startApiServer({
    objects: [{ apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "default" } }],
  });
  try {
    const kubeconfig = join(directory, "kubeconfig");
    writeFileSync(kubeconfig, server.kubeconfig());
    assert.deepEqual(await told({ kubeconfig, context: "test" }), ["v1.35.4", "default, kube-system"]);
    assert.deepEqual(await told({ kubeconfig, namespace: "default" }), ["v1.35.4", "web"]);
    server.fault({ status: 403, when: ({ path }) => path.startsWith("/api/v1/namespaces?") });
    assert.deepEqual(await told({ kubeconfig }), ["v1.35.4", "forbidden for this user", "web"]);
    assert.deepEqual(kinds(server), ["GET"]);
    assert.deepEqual(readdirSync(directory), ["kubeconfig"]);
  } finally {
    await server.close();
    rmSync(directory, { recursive: true });
  }
});

/** What is said after the connection, without the labels. */
async function told(options: Parameters<typeof demoCluster>[0]): Promise<string[]> {
  const lines: string[] = [];
  await demoCluster(options, (line) => lines.push(line));
  return lines.slice(1).map((line) => line.slice(12));
}

function kinds(server: ApiServer): string[] {
  return [...new Set(server.requests.map(({ method }) => method))];
}
