import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { type FakePlugin, fakePlugin, type FakePluginOptions } from "../../testing/mod.ts";

async function withPlugin(options: FakePluginOptions, body: (plugin: FakePlugin) => void | Promise<void>) {
  const plugin = await fakePlugin(options);
  try {
    await body(plugin);
  } finally {
    plugin.remove();
  }
  assert.ok(!existsSync(plugin.directory));
}

const run = ({ command }: FakePlugin, args: string[] = [], env: Record<string, string> = {}) =>
  spawnSync(command, args, { encoding: "utf8", env });

test("fakePlugin() numbers its runs and records what each was given", async () => {
  await withPlugin({}, (plugin) => {
    assert.equal(plugin.runs(), 0);
    const info = { kind: "ExecCredential", spec: { interactive: false } };
    const args = ["get-token", "", "two words", "quo'te", "line\nbreak"];
    const env = { KUBERNETES_EXEC_INFO: JSON.stringify(info), MULTI: "a=b\nc" };
    assert.deepEqual(JSON.parse(run(plugin, args, env).stdout), {
      apiVersion: "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      status: { token: "token-1" },
    });
    assert.equal(JSON.parse(run(plugin).stdout).status.token, "token-2");
    assert.equal(plugin.runs(), 2);
    const [first, second] = plugin.calls();
    assert.deepEqual([first?.args, first?.env.MULTI, first?.execInfo, first?.cwd], [
      args,
      env.MULTI,
      info,
      process.cwd(),
    ]);
    assert.deepEqual([second?.args, second?.execInfo], [[], undefined]);
  });
});

test("fakePlugin() counts every run when many start at once", async () => {
  await withPlugin({}, async (plugin) => {
    const outputs = await Promise.all(
      Array.from(
        { length: 8 },
        () =>
          new Promise<string>((resolve, reject) =>
            execFile(
              plugin.command,
              (error, stdout) => error ? reject(error) : resolve(JSON.parse(stdout).status.token),
            )
          ),
      ),
    );
    assert.equal(plugin.runs(), 8);
    assert.deepEqual(outputs.sort(), Array.from({ length: 8 }, (_, index) => `token-${index + 1}`));
  });
});

test("set() changes the next reply: token, expiry, certificate, raw output, stderr, exit code", async () => {
  await withPlugin({ token: "it's {run}" }, (plugin) => {
    assert.equal(JSON.parse(run(plugin).stdout).status.token, "it's 1");

    plugin.set({ expiresAt: Date.UTC(2030, 0, 1), apiVersion: "client.authentication.k8s.io/v1beta1" });
    const { apiVersion, status } = JSON.parse(run(plugin).stdout);
    assert.equal(apiVersion, "client.authentication.k8s.io/v1beta1");
    assert.deepEqual(status, { token: "token-2", expirationTimestamp: "2030-01-01T00:00:00.000Z" });

    plugin.set({ expiresIn: 90_000 });
    const before = Date.now();
    const expiry = Date.parse(JSON.parse(run(plugin).stdout).status.expirationTimestamp);
    assert.ok(expiry > before + 89_000 - 1 && expiry <= Date.now() + 90_000, String(expiry - before));

    plugin.set({ certificate: { cert: "CERT\n", key: "KEY\n" } });
    assert.deepEqual(JSON.parse(run(plugin).stdout).status, {
      clientCertificateData: "CERT\n",
      clientKeyData: "KEY\n",
    });

    plugin.set({ stdout: "run {run} \\n 100% $HOME `date`", stderr: "log 'in' first", exitCode: 10 });
    const { stdout, stderr, status: code } = run(plugin);
    assert.deepEqual([stdout, stderr, code], ["run 5 \\n 100% $HOME `date`", "log 'in' first", 10]);
  });
});

test("fakePlugin() waits before it prints", async () => {
  await withPlugin({ delay: 60 }, (plugin) => {
    const before = performance.now();
    assert.equal(run(plugin).status, 0);
    assert.ok(performance.now() - before >= 60);
  });
});

test("fakePlugin() lives in the directory and under the name that it is told, and has a stanza", async () => {
  const parent = mkdtempSync(join(tmpdir(), "kubecred it's-"));
  await withPlugin({ directory: parent, name: "aws" }, (plugin) => {
    assert.ok(plugin.directory.startsWith(parent));
    const env = { PATH: [plugin.directory, process.env.PATH].join(delimiter) };
    assert.equal(spawnSync("aws", [], { env, encoding: "utf8" }).status, 0);
    assert.equal(plugin.runs(), 1);
    assert.deepEqual(plugin.stanza, {
      apiVersion: "client.authentication.k8s.io/v1",
      command: plugin.command,
      interactiveMode: "Never",
    });
  });
  rmSync(parent, { recursive: true });
});
