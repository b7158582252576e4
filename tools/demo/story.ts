import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Cluster, connect, list, pods } from "../../mod.ts";
import { type ApiObject, type ApiServer, type FakePlugin, fakePlugin, startApiServer } from "../../testing/mod.ts";

const minute = 60_000;

/** Where the story plays. */
interface Stage {
  readonly server: ApiServer;
  readonly plugin: FakePlugin;
  readonly clock: { ahead: number; now(): number };
  readonly say: (line: string) => void;
}

/** Plays the whole job against a server and a plugin of its own. Every count that it tells is checked. */
export async function demoStory(say: (line: string) => void): Promise<void> {
  // The real time, and what is added to it to let a credential grow old.
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  const server = await startApiServer({ tokens: {}, objects: ["web-1", "web-2", "db-0"].map(pod) });
  const plugin = await fakePlugin();
  try {
    await play({ server, plugin, clock, say });
  } finally {
    plugin.remove();
    await server.close();
  }
}

async function play(stage: Stage): Promise<void> {
  const { server, plugin, clock, say } = stage;
  const kubeconfig = join(plugin.directory, "kubeconfig");
  await writeFile(kubeconfig, server.kubeconfig({ name: "demo", user: { exec: plugin.stanza } }), { mode: 0o600 });
  say(`server    ${server.url}, TLS with a CA of its own, three pods`);
  say(`plugin    ${plugin.command}`);
  say(`          gives token-1, token-2, ..., each for ten minutes, and counts its runs`);

  prepare(stage, "token-1");
  const cluster = await connect({ kubeconfig, platform: { now: clock.now } });
  assert.deepEqual([plugin.runs(), server.requests.length], [0, 0]);
  say(`connect   context "${cluster.connection.context}" is ready: 0 plugin runs, 0 requests, nothing is done ahead`);
  try {
    await useCluster(cluster, stage);
  } finally {
    await cluster.close();
  }
}

async function useCluster(cluster: Cluster, stage: Stage): Promise<void> {
  const { server, plugin, clock, say } = stage;
  await list(cluster, pods);
  await list(cluster, pods);
  assert.deepEqual([plugin.runs(), server.requests.length], [1, 2]);
  say(`list      twice: 2 requests with token-1, 1 plugin run`);

  clock.ahead += 11 * minute;
  prepare(stage, "token-2");
  say(`expiry    eleven minutes later (the clock was moved): token-1 has expired, and the server refuses it`);

  const lists = await Promise.all(Array.from({ length: 20 }, () => list(cluster, pods)));
  assert.deepEqual([lists.length, plugin.runs(), tokensSince(server, 2)], [20, 2, ["token-2"]]);
  say(`refresh   20 callers list at once: 20 answers, 1 plugin run for all of them, token-1 was not sent again`);

  prepare(stage, "token-3");
  say(`401       the server revokes token-2 before its time`);

  const { items } = await list(cluster, pods);
  const seen = server.requests.slice(22);
  assert.deepEqual(seen.map(({ token, status }) => `${token} ${status}`), ["token-2 401", "token-3 200"]);
  assert.equal(plugin.runs(), 3);
  for (const { method, path, token, status } of seen) say(`          ${method} ${path} with ${token}: ${status}`);
  say(`replay    1 plugin run, the request was sent again, and the caller never saw the 401`);
  say(`in all    ${server.requests.length} requests, ${server.connections} connections, ${plugin.runs()} plugin runs`);
  say(`objects   what the last list gave:`);
  for (const { metadata } of items) say(`          pod ${metadata.namespace}/${metadata.name}`);
}

/** From now on the server accepts this token only, and the plugin's next reply is good for ten minutes. */
function prepare({ server, plugin, clock }: Stage, token: string): void {
  server.tokens.clear();
  server.tokens.set(token, "demo-user");
  plugin.set({ expiresAt: clock.now() + 10 * minute });
}

function tokensSince(server: ApiServer, start: number): string[] {
  return [...new Set(server.requests.slice(start).flatMap(({ token }) => token ?? []))];
}

function pod(name: string): ApiObject {
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "default" } };
}
