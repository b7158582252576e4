import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { connect, list, pods } from "../../mod.ts";
import { type ApiServer, type FakePlugin, fakePlugin, startApiServer } from "../../testing/mod.ts";
import { children, descriptors, eventually, fresh, hasProc, removeScratch } from "../platform/scratch.ts";

let server: ApiServer;
let plugin: FakePlugin;
before(async () => {
  server = await startApiServer({ tokens: { "token-1": "alice" } });
  plugin = await fakePlugin();
});
after(async () => {
  await server.close();
  plugin.remove();
  removeScratch();
});

describe("close()", () => {
  it("leaves no descriptor and no child after forty clusters", { skip: !hasProc && "needs /proc" }, async () => {
    const kubeconfig = fresh("kubeconfig");
    const turn = async (number: number) => {
      // A stanza of its own for each, because equal ones share their credentials.
      plugin.set({ token: number % 2 === 0 ? "token-1" : "refused", exitCode: number % 4 === 3 ? 1 : 0 });
      const exec = { ...plugin.stanza, env: [{ name: "TURN", value: `${number}` }] };
      writeFileSync(kubeconfig, server.kubeconfig({ user: { exec } }));
      const cluster = await connect({ kubeconfig });
      const listings = await Promise.allSettled([list(cluster, pods), list(cluster, pods), list(cluster, pods)]);
      await cluster.close();
      return listings.filter(({ status }) => status === "fulfilled").length;
    };
    await turn(0); // what the runtime opens once and keeps
    await turn(1);
    assert.ok(await eventually(() => server.openConnections === 0));
    const open = descriptors().length, running = children();
    let succeeded = 0;
    for (let number = 2; number < 42; number++) succeeded += await turn(number);
    assert.equal(succeeded, 60);
    assert.ok(await eventually(() => server.openConnections === 0), `${server.openConnections} connections are open`);
    assert.ok(await eventually(() => descriptors().length <= open), descriptors().join(" "));
    assert.deepEqual(children(), running);
  });
});
