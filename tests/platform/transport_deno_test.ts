import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { fresh, removeScratch, text } from "./scratch.ts";
import { ok, startWireServer, type WireServer } from "./wire_server.ts";

const module = JSON.stringify(new URL("../../platform/mod.ts", import.meta.url).href);

describe("transport on Deno, without permissions", () => {
  let server: WireServer;
  before(async () => void (server = await startWireServer(({ socket }) => socket.write(ok("hello")))));
  after(async () => {
    await server.close();
    removeScratch();
  });

  const addresses: readonly (readonly [name: string, url: () => string, proxy?: () => string])[] = [
    ["a server by address", () => `127.0.0.1:${server.port}`],
    ["a server by name", () => "localhost:1"],
    ["a server by IPv6 address", () => "[::1]:1"],
    ["a server without a port", () => "plain.test", undefined],
    ["a proxy", () => "far.test:1", () => "proxy.test:3128"],
  ];
  for (const [name, host, proxy] of addresses) {
    it(`names the flag for ${name}`, async () => {
      const wanted = proxy?.() ?? (host().includes(":") ? host() : `${host()}:80`);
      const options = JSON.stringify({ proxy: proxy && `http://${proxy()}` });
      assert.deepEqual(await under([], `p.transport(${options}).fetch("http://${host()}")`), {
        code: "permission_missing",
        message: `Cannot connect to ${wanted}: Deno withholds it. Add --allow-net=${wanted}`,
      });
    });
  }

  it("needs no more than that flag", async () => {
    const flags = [`--allow-net=127.0.0.1:${server.port}`];
    const expression = `(await p.transport({}).fetch(${JSON.stringify(server.url)})).text()`;
    assert.deepEqual(await under(flags, expression), { value: "hello" });
  });
});

/** What an expression over the platform `p` gives under these flags, with no prompt. */
async function under(flags: readonly string[], expression: string): Promise<unknown> {
  const path = fresh("program.ts");
  writeFileSync(
    path,
    `import { resolvePlatform } from ${module};
const p = resolvePlatform();
const outcome = await (async () => ({ value: await (${expression}) }))()
  .catch(({ code, message }) => ({ code, message }));
console.log(JSON.stringify(outcome));
`,
  );
  const args = ["run", "--quiet", "--no-check", "--no-prompt", ...flags, path];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
  return JSON.parse(text(stdout));
}
