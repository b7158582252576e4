import assert from "node:assert/strict";
import { chmod, mkdir, readFile, stat, symlink } from "node:fs/promises";
import { relative } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { loadKubeconfig } from "../../kubeconfig/mod.ts";
import type { Kubeconfig } from "../../kubeconfig/mod.ts";
import { inScratch, withEnv } from "./scratch.ts";

/** A kubeconfig that says which file it is. */
const named = (name: string) => `{ current-context: ${name}, users: [{ name: ${name}, user: { as: ${name} } }] }`;
const names = ({ users }: Kubeconfig) => users.map(({ name }) => name);

describe("loadKubeconfig()", () => {
  it(
    "L01 names an explicit path that is missing",
    inScratch(async ({ path }) => {
      await assert.rejects(loadKubeconfig({ path: path("gone") }), {
        code: "kubeconfig_not_found",
        path: path("gone"),
        message: `Cannot load kubeconfig: stat ${path("gone")}: no such file or directory`,
      });
    }),
  );

  it(
    "L02 is empty and warns of all files when every file of a list is missing",
    inScratch(async ({ path }) => {
      const files = ["a", "b", "c"].map(path);
      const kubeconfig = await loadKubeconfig({ platform: withEnv({ KUBECONFIG: files.join(":") }) });
      assert.deepEqual([kubeconfig.clusters, kubeconfig.contexts, kubeconfig.users], [[], [], []]);
      assert.deepEqual(kubeconfig.warnings, [`Config not found: ${files.join(", ")}`]);
    }),
  );

  it(
    "L02 does not warn of a missing file when another one of the list is there",
    inScratch(async ({ path, write }) => {
      const platform = withEnv({ KUBECONFIG: `${path("gone")}:${await write("b", named("b"))}` });
      const kubeconfig = await loadKubeconfig({ platform });
      assert.deepEqual([names(kubeconfig), kubeconfig.warnings], [["b"], []]);
    }),
  );

  it(
    "L03 names the file that is no kubeconfig, beside others that are, and quotes nothing of it",
    inScratch(async ({ write }) => {
      const [good, first, second] = [
        await write("good", named("good")),
        await write("first", "bogus value"),
        await write("second", "token: [bogus"),
      ];
      const platform = withEnv({ KUBECONFIG: [good, first, second].join(":") });
      await assert.rejects(loadKubeconfig({ platform }), (error: Error & { code: string }) => {
        assert.equal(error.code, "kubeconfig_invalid");
        assert.ok(error.message.includes(`error loading config file "${first}": `), error.message);
        assert.ok(error.message.includes(`error loading config file "${second}": `), error.message);
        assert.ok(!error.message.includes(good));
        assert.doesNotMatch(error.message, /bogus/);
        return true;
      });
    }),
  );

  it(
    "L04 names a path that is a directory",
    inScratch(async ({ path }) => {
      await mkdir(path("dir"));
      for (const options of [{ path: path("dir") }, { platform: withEnv({ KUBECONFIG: path("dir") }) }]) {
        await assert.rejects(loadKubeconfig(options), (error: Error & { code: string }) => {
          assert.match(error.code, /^file_denied$/);
          assert.ok(error.message.includes(`error loading config file "${path("dir")}": `), error.message);
          return true;
        });
      }
    }),
  );

  it(
    "L05 reads the explicit file alone, whatever KUBECONFIG lists, and splits nothing",
    inScratch(async ({ write, path }) => {
      const platform = withEnv({ KUBECONFIG: await write("listed", named("listed")), HOME: path("") });
      await write("a:b", named("explicit"));
      const kubeconfig = await loadKubeconfig({ path: path("a:b"), platform });
      assert.deepEqual(names(kubeconfig), ["explicit"]);
      assert.deepEqual(kubeconfig.files, [path("a:b")]);
    }),
  );

  const stanza = (path: string) =>
    JSON.stringify({
      clusters: [{ name: path, cluster: { "certificate-authority": "pki/../ca.crt" } }],
      users: [{
        name: path,
        user: {
          "client-certificate": "./tls.crt",
          "client-key": "../tls.key",
          tokenFile: "~/token",
          exec: { command: "bin/login" },
        },
      }],
    });

  it(
    "L13 resolves the relative paths of two files in two directories against their own, lexically and without expansion",
    inScratch(async ({ write, path, directory }) => {
      const files = [await write("one/config", stanza("one")), await write("two/deep/config", stanza("two"))];
      const kubeconfig = await loadKubeconfig({ platform: withEnv({ KUBECONFIG: files.join(":") }) });
      const found = kubeconfig.users.map(({ user }, index) => [
        kubeconfig.clusters[index]?.cluster["certificate-authority"],
        user["client-certificate"],
        user["client-key"],
        user.tokenFile,
        user.exec?.command,
      ]);
      assert.deepEqual(found, [
        ["one/ca.crt", "one/tls.crt", "tls.key", "one/~/token", "one/bin/login"].map(path),
        ["two/deep/ca.crt", "two/deep/tls.crt", "two/tls.key", "two/deep/~/token", "two/deep/bin/login"].map(path),
      ]);
      assert.ok(files.every((file) => file.startsWith(directory)));
    }),
  );

  it(
    "L13 takes the directory of a kubeconfig that is a link as given, and that of a relative path from the working directory",
    inScratch(async ({ write, path }) => {
      await write("real/config", stanza("u"));
      await mkdir(path("link"));
      await symlink(path("real/config"), path("link/config"));
      const short = relative(process.cwd(), path("link/config"));
      for (const given of [path("link/config"), short]) {
        const { users } = await loadKubeconfig({ path: given });
        assert.equal(users[0]?.user["client-certificate"], path("link/tls.crt"));
      }
    }),
  );

  it(
    "L13 leaves absolute and empty paths as they are",
    inScratch(async ({ write }) => {
      const text = `users: [{ name: u, user: { client-certificate: /a/../b, client-key: "", tokenFile: null } }]`;
      const { users } = await loadKubeconfig({ path: await write("config", text) });
      assert.deepEqual(
        [users[0]?.user["client-certificate"], users[0]?.user["client-key"], users[0]?.user.tokenFile],
        ["/a/../b", "", undefined],
      );
    }),
  );

  it(
    "L14 leaves a command without a separator as it is",
    inScratch(async ({ write }) => {
      const { users } = await loadKubeconfig({
        path: await write("config", "users: [{ name: u, user: { exec: { command: cmd } } }]"),
      });
      assert.equal(users[0]?.user.exec?.command, "cmd");
    }),
  );

  describe("with the kubeconfig of long ago", () => {
    it(
      "L15 copies it to where it is read today, permissions among it, when nothing is there",
      inScratch(async ({ write, path, directory }) => {
        await write(".kube/.kubeconfig", named("old"));
        await chmod(path(".kube/.kubeconfig"), 0o640);
        assert.deepEqual(names(await loadKubeconfig({ platform: withEnv({ HOME: directory }) })), ["old"]);
        assert.equal(await readFile(path(".kube/config"), "utf8"), named("old"));
        assert.equal((await stat(path(".kube/config"))).mode & 0o777, 0o640);
        assert.equal(await readFile(path(".kube/.kubeconfig"), "utf8"), named("old"));
      }),
    );

    it(
      "L15 leaves a file that is there untouched",
      inScratch(async ({ write, path, directory }) => {
        await write(".kube/.kubeconfig", named("old"));
        await write(".kube/config", named("new"));
        assert.deepEqual(names(await loadKubeconfig({ platform: withEnv({ HOME: directory }) })), ["new"]);
        assert.equal(await readFile(path(".kube/config"), "utf8"), named("new"));
      }),
    );

    it(
      "L15 creates nothing when there is neither, or when another file was asked for",
      inScratch(async ({ write, path, directory }) => {
        await mkdir(path(".kube"));
        assert.deepEqual(names(await loadKubeconfig({ platform: withEnv({ HOME: directory }) })), []);
        await assert.rejects(stat(path(".kube/config")), { code: "ENOENT" });
        await write(".kube/.kubeconfig", named("old"));
        const KUBECONFIG = `${await write("listed", named("listed"))}:${path("gone")}`;
        await loadKubeconfig({ platform: withEnv({ HOME: directory, KUBECONFIG: path(".kube/config") }) });
        assert.deepEqual(names(await loadKubeconfig({ platform: withEnv({ HOME: directory, KUBECONFIG }) })), [
          "listed",
        ]);
        await assert.rejects(stat(path(".kube/config")), { code: "ENOENT" });
      }),
    );
  });

  it(
    "L19 reads each file of a list once, at its first position",
    inScratch(async ({ write }) => {
      const [a, b, c, e] = await Promise.all(["a", "b", "c", "e"].map((name) => write(name, named(name))));
      const kubeconfig = await loadKubeconfig({ platform: withEnv({ KUBECONFIG: [a, b, c, b, e].join(":") }) });
      assert.deepEqual(kubeconfig.files, [a, b, c, e]);
      assert.deepEqual(names(kubeconfig), ["a", "b", "c", "e"]);
    }),
  );

  it(
    "L20 reads the home file, the files of KUBECONFIG in its place, or the explicit file in place of both",
    inScratch(async ({ write, directory }) => {
      const home = await write(".kube/config", named("home"));
      const [p, q, x] = await Promise.all(["p", "q", "x"].map((name) => write(name, named(name))));
      const rows: [Record<string, string>, string | undefined, (string | undefined)[]][] = [
        [{}, undefined, [home]],
        [{ KUBECONFIG: "" }, undefined, [home]],
        [{ KUBECONFIG: "" }, "", [home]],
        [{ KUBECONFIG: p! }, undefined, [p]],
        [{ KUBECONFIG: `${p}:${q}` }, undefined, [p, q]],
        [{ KUBECONFIG: `${p}:${q}` }, x, [x]],
        [{ KUBECONFIG: ":" }, undefined, []],
      ];
      for (const [env, path, files] of rows) {
        const kubeconfig = await loadKubeconfig({ path, platform: withEnv({ HOME: directory, ...env }) });
        assert.deepEqual(kubeconfig.files, files, JSON.stringify(env));
      }
    }),
  );

  it(
    "L21 passes over empty, missing and repeated elements of a list",
    inScratch(async ({ write, path }) => {
      const b = await write("b", named("b"));
      const kubeconfig = await loadKubeconfig({ platform: withEnv({ KUBECONFIG: `:${path("missing")}::${b}:${b}` }) });
      assert.deepEqual([kubeconfig.files, kubeconfig.warnings], [[b], []]);
      const missing = await loadKubeconfig({ platform: withEnv({ KUBECONFIG: `:${path("missing")}::` }) });
      assert.deepEqual(missing.warnings, [`Config not found: ${path("missing")}`]);
      assert.deepEqual((await loadKubeconfig({ platform: withEnv({ KUBECONFIG: ":" }) })).warnings, []);
    }),
  );

  it(
    "L22 is empty for an empty, a blank, a comment-only and a null file",
    inScratch(async ({ write }) => {
      for (const text of ["", " \n\n", "# nothing\n", "null\n", "---\n", "\uFEFF"]) {
        const path = await write("config", text);
        const kubeconfig = await loadKubeconfig({ path });
        assert.deepEqual([kubeconfig.clusters, kubeconfig.contexts, kubeconfig.users, kubeconfig.files], [[], [], [], [
          path,
        ]]);
        assert.equal(kubeconfig["current-context"], undefined);
      }
    }),
  );

  it(
    "L32 refuses a kubeconfig in the working directory when HOME is unset, empty or relative, a deliberate deviation",
    async () => {
      const there = {
        stat: (name: string) =>
          Promise.resolve(name === ".kube/config" ? { size: 1, mtime: 0, isFile: true } : undefined),
        readFile: (name: string) => Promise.reject(new Error(`reads ${name}`)),
      };
      const homes: Record<string, string>[] = [{}, { HOME: "" }, { HOME: "." }, { HOME: "home" }];
      for (const env of homes) {
        await assert.rejects(loadKubeconfig({ platform: { ...withEnv(env), ...there } }), {
          code: "kubeconfig_invalid",
          message: /one in the working directory is not to be trusted\. Set HOME, or name the file with KUBECONFIG/,
        });
      }
    },
  );

  it("L32 is empty without HOME when there is no such file", async () => {
    const stat = () => Promise.resolve(undefined);
    assert.deepEqual((await loadKubeconfig({ platform: { ...withEnv({}), stat } })).files, []);
  });
});
