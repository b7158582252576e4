import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeClock, fakePlatform } from "../../testing/mod.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("fakePlatform() keeps files in memory, with their facts", async () => {
  const clock = fakeClock({ now: 5_000 });
  const platform = fakePlatform({ files: { "/a": "one" }, clock });
  assert.deepEqual(await platform.stat("/a"), { size: 3, isFile: true, mtime: 5_000 });
  await clock.advance(10);
  await platform.writeFile("/a", bytes("three"), { mode: 0o600 });
  assert.deepEqual(await platform.stat("/a"), { size: 5, isFile: true, mtime: 5_010, mode: 0o600 });
  assert.deepEqual(await platform.readFile("/a"), bytes("three"));
  platform.files.delete("/a");
  assert.equal(await platform.stat("/a"), undefined);
  await assert.rejects(platform.readFile("/a"), { code: "file_not_found", path: "/a" });
});

test("fakePlatform() hands out copies of its files", async () => {
  const platform = fakePlatform({ files: { "/a": "one" } });
  (await platform.readFile("/a")).fill(0);
  assert.deepEqual(await platform.readFile("/a"), bytes("one"));
});

test("fakePlatform() records runs and answers them", async () => {
  const platform = fakePlatform({ run: ({ argv }) => argv[1] === "bad" ? { code: 7 } : { stdout: bytes("hello") } });
  assert.deepEqual(await platform.run({ argv: ["p"] }), { code: 0, stdout: bytes("hello") });
  assert.equal((await platform.run({ argv: ["p", "bad"] })).code, 7);
  assert.deepEqual(platform.runs.map(({ argv }) => argv), [["p"], ["p", "bad"]]);
});

test("fakePlatform() reaches nothing when nothing is given", async () => {
  const platform = fakePlatform();
  const transport = platform.transport({});
  assert.deepEqual([platform.env("PATH"), platform.home(), platform.environ()], [undefined, undefined, {}]);
  assert.deepEqual([platform.name, platform.os, platform.cwd(), platform.random()], ["edge", "posix", "/", 0.5]);
  await assert.rejects(platform.run({ argv: ["sh"] }), { code: "plugin_not_found" });
  await assert.rejects(platform.fetch("https://example.test"), { code: "connection_failed" });
  await assert.rejects(transport.fetch("https://example.test"), { code: "connection_failed" });
  await transport.close();
  assert.ok(!("terminal" in platform));
});

test("fakePlatform() finds the home directory by the rules of its system", () => {
  const variables = { USERPROFILE: "C:\\Users\\me" };
  assert.equal(fakePlatform({ variables, os: "windows" }).home(), "C:\\Users\\me");
  assert.equal(fakePlatform({ variables }).home(), undefined);
});

test("fakePlatform() takes environment, HTTP, clock and terminal from its options", async () => {
  const terminal = { isTerminal: () => true };
  const platform = fakePlatform({
    variables: { HOME: "/home/me", REGION: "x" },
    fetch: (url) => Promise.resolve(new Response(String(url))),
    clock: fakeClock({ now: 7 }),
    name: "node",
    os: "windows",
    terminal,
  });
  assert.deepEqual([platform.env("REGION"), platform.home(), platform.now()], ["x", "/home/me", 7]);
  assert.deepEqual([platform.name, platform.os, platform.terminal], ["node", "windows", terminal]);
  const response = await platform.transport({}).fetch("https://cluster.test/version");
  assert.equal(await response.text(), "https://cluster.test/version");
});
