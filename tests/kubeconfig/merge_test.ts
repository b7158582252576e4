import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadKubeconfig, mergeKubeconfigs, parseKubeconfig, resolveContext } from "../../kubeconfig/mod.ts";
import { inScratch, withEnv } from "./scratch.ts";

const merge = (...texts: string[]) =>
  mergeKubeconfigs(texts.map((text, index) => parseKubeconfig(text, { path: `/${index}` })));

describe("mergeKubeconfigs()", () => {
  it(
    "L16 takes whole entries of the first file, and the users that only the second has",
    inScratch(async ({ write }) => {
      const files = [
        await write("one", "users: [{ name: red-user, user: { token: first } }]"),
        await write("two", "users: [{ name: red-user, user: { token: second, as: x } }, { name: blue, user: {} }]"),
      ];
      const { users } = await loadKubeconfig({ platform: withEnv({ KUBECONFIG: files.join(":") }) });
      assert.deepEqual(users.map(({ name, user, origin }) => [name, user.token, user.as, origin.path]), [
        ["red-user", "first", undefined, files[0]],
        ["blue", undefined, undefined, files[1]],
      ]);
    }),
  );

  it("L16 keeps names apart that differ in case", () => {
    assert.equal(merge("users: [{ name: red }]", "users: [{ name: Red }]").users.length, 2);
  });

  it("L17 takes current-context of the second file when the first sets none", () => {
    for (const first of ["users: []", "current-context: ''"]) {
      const merged = merge(first, "current-context: two");
      assert.equal(merged["current-context"], "two");
      assert.deepEqual(merged.currentContextOrigin, { kind: "text", path: "/1" });
    }
  });

  it("L18 takes current-context of the first file when both set one", () => {
    assert.equal(merge("current-context: one", "current-context: two")["current-context"], "one");
  });

  it("lets a context of one file name cluster and user of another", () => {
    const connection = resolveContext(merge(
      "{ current-context: x, contexts: [{ name: x, context: { cluster: c, user: u } }] }",
      "{ clusters: [{ name: c, cluster: { server: 'https://c' } }], users: [{ name: u, user: { token: t } }] }",
    ));
    assert.deepEqual([connection.server, connection.user.token], ["https://c", "t"]);
  });

  it("is empty for no kubeconfig", () => {
    assert.deepEqual(mergeKubeconfigs([]).users, []);
  });
});
