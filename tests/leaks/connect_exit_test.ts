import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { type ApiServer, startApiServer } from "../../testing/mod.ts";
import { moduleName, runProgram } from "../platform/program.ts";
import { eventually, fresh, isRunning, removeScratch, script } from "../platform/scratch.ts";

let server: ApiServer;
before(async () => {
  server = await startApiServer({
    tokens: { "token-1": "alice" },
    handler: ({ path }) => path.startsWith("/endless") ? { status: 200, stream: endless } : undefined,
  });
});
after(async () => {
  await server.close();
  removeScratch();
});

async function* endless(signal: AbortSignal): AsyncIterable<string> {
  yield "first";
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
}

const token = JSON.stringify({
  apiVersion: "client.authentication.k8s.io/v1",
  kind: "ExecCredential",
  status: { token: "token-1", expirationTimestamp: new Date(Date.now() + 3_600_000).toISOString() },
});
const login = `echo '${token}'`;
const hang = `sleep 600 & echo $! $$ >>"$0.pids"; wait`;

interface Row {
  readonly does: string;
  readonly plugin?: string;
  readonly options?: string;
  readonly body: string;
}

/** Each program does its work and then falls off its end; whoever still holds the runtime open keeps it from exiting. */
const rows: readonly Row[] = [
  { does: "a cluster was closed that was never asked", body: `await cluster.close();` },
  {
    does: "requests were answered",
    body: `await list(cluster, pods); await list(cluster, pods); await cluster.close();`,
  },
  {
    does: "a plugin has given a credential that will be refreshed",
    plugin: login,
    body: `await list(cluster, pods); await cluster.close();`,
  },
  {
    does: "a plugin is running in the background, ahead of an expiry",
    plugin: `[ -e "$0.once" ] || { touch "$0.once"; ${login}; exit; }; ${hang}`,
    options: "platform: { now: () => Date.now() + later }",
    body:
      `await list(cluster, pods); later = 3_570_000; await list(cluster, pods); await hanging(); await cluster.close();`,
  },
  {
    does: "a plugin hung past its deadline",
    plugin: hang,
    options: "pluginTimeout: 500",
    body: `await refused(list(cluster, pods)); await hanging(); await cluster.close();`,
  },
  {
    does: "a plugin was running when the cluster was closed",
    plugin: hang,
    body: `const listing = refused(list(cluster, pods)); await hanging(); await cluster.close(); await listing;`,
  },
  {
    does: "the only request was aborted while a plugin ran",
    plugin: hang,
    body: `const controller = new AbortController();
const listing = refused(list(cluster, pods, { signal: controller.signal }));
await hanging();
controller.abort();
await listing;
await cluster.close();`,
  },
  {
    does: "a response was still streaming",
    body: `const reader = (await cluster.fetch("/endless")).body.getReader();
await reader.read();
const rest = refused(reader.read());
await cluster.close();
await rest;`,
  },
  { does: "a response was never read", body: `await cluster.fetch("/endless"); await cluster.close();` },
  {
    does: "a request had a timeout that was not needed",
    options: "timeout: 600_000",
    body: `await list(cluster, pods); await cluster.close();`,
  },
];

describe("a program exits by itself", () => {
  for (const { does, plugin, options = "", body } of rows) {
    it(`after close() when ${does}`, async () => {
      const kubeconfig = fresh("kubeconfig"), command = script(`#!/bin/sh\n${plugin}\n`);
      const exec = { apiVersion: "client.authentication.k8s.io/v1", command, interactiveMode: "Never" };
      writeFileSync(kubeconfig, server.kubeconfig(plugin === undefined ? {} : { user: { exec } }));
      const connecting = `connect({ kubeconfig: ${JSON.stringify(kubeconfig)}, ${options} })`;
      const pids = `${command}.pids`;
      const exit = await runProgram(`${prelude}
const hanging = async () => { while (!existsSync(${JSON.stringify(pids)})) await pause(10); };
const cluster = await ${connecting};
${body}
console.log("done");
`);
      assert.deepEqual(exit, { code: 0, signal: null, printed: "done\n" });
      assert.equal(existsSync(pids), body.includes("hanging()"));
      if (existsSync(pids)) assert.ok(await eventually(() => !readPids(pids).some(isRunning)), "the plugin is running");
    });
  }
});

const prelude = `
import { existsSync } from "node:fs";
import { connect, list, pods } from ${moduleName("mod.ts")};
let later = 0;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const refused = (promise) => promise.then((value) => {
  if (!value?.done) throw new Error("it succeeded");
}, () => {});
`;

function readPids(path: string): number[] {
  return readFileSync(path, "utf8").trim().split(/\s+/).map(Number);
}
