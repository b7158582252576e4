import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { type ApiServer, startApiServer } from "../../testing/mod.ts";

const rows = [...readFileSync("README.md", "utf8").matchAll(/^\| ([^|]+?) +\| `(--allow[^`]+)` +\|$/gm)]
  .map((match) => ({ use: match[1] as string, flags: (match[2] as string).split(" ") }));

describe("README's table of Deno permissions", () => {
  let server: ApiServer;
  let folder: string;
  before(async () => {
    server = await startApiServer({ tokens: { "token-1": "alice" } });
    folder = mkdtempSync(`${tmpdir()}/kubecred-permissions-`);
    writeFileSync(`${folder}/ca.pem`, server.authority.cert);
    writeFileSync(`${folder}/token`, "token-1");
    const status = `{"token":"token-1"}`;
    const credential = `{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":${status}}`;
    writeFileSync(`${folder}/plugin`, `#!/bin/sh\necho '${credential}'\n`);
    chmodSync(`${folder}/plugin`, 0o755);
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it("has five rows", () => {
    assert.equal(rows.length, 5);
  });

  it("suffices for a kubeconfig with a token", async () => {
    writeFileSync(`${folder}/config`, server.kubeconfig({ user: { token: "token-1" } }));
    assert.equal(await namespaces("Kubeconfig with a token", "connect()"), "default kube-system");
  });

  it("suffices for a kubeconfig with files", async () => {
    const cluster = { "certificate-authority-data": undefined, "certificate-authority": `${folder}/ca.pem` };
    writeFileSync(`${folder}/config`, server.kubeconfig({ cluster, user: { tokenFile: `${folder}/token` } }));
    assert.equal(await namespaces("Kubeconfig with certificate", "connect()"), "default kube-system");
  });

  it("suffices for a kubeconfig with a plugin", async () => {
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: `${folder}/plugin`,
      interactiveMode: "Never",
    };
    writeFileSync(`${folder}/config`, server.kubeconfig({ user: { exec } }));
    assert.equal(await namespaces("Kubeconfig with a credential plugin", "connect()"), "default kube-system");
  });

  it("suffices for a connection and a source", async () => {
    const connection = JSON.stringify({ server: server.url, tls: { ca: { data: server.authority.cert } } });
    const call = `connect({ connection: ${connection}, source: () => Promise.resolve({ token: "token-1" }) })`;
    assert.equal(await namespaces("Connection and source", call), "default kube-system");
  });

  it("gets a pod as far as the files that are not there", async () => {
    const env = { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: "1" };
    const call = 'connect(await (await import("@kubecred/kubecred/auth/kubernetes")).inCluster())';
    await assert.rejects(namespaces("In a pod", call, env), /serviceaccount\/token: no such file/);
  });

  it("names the flag when a permission is missing", async () => {
    writeFileSync(`${folder}/config`, server.kubeconfig({ user: { token: "token-1" } }));
    await assert.rejects(script([], "connect()"), /--allow-env/);
  });

  function namespaces(use: string, connect: string, env: Record<string, string> = {}): Promise<string> {
    const row = rows.find((row) => row.use.startsWith(use));
    assert.ok(row, use);
    return script(row.flags.map(filled), connect, env);
  }

  function filled(flag: string): string {
    const [name, value] = flag.split("=");
    if (value === undefined || name === "--allow-env") return flag;
    const host = new URL(server.url).host;
    const values: Record<string, string> = {
      KUBECONFIG: `${folder}/config`,
      FILES: `${folder}/ca.pem,${folder}/token`,
      "HOST:PORT": host,
      PLUGIN: `${folder}/plugin`,
    };
    return `${name}=${value.split(",").map((part) => values[part] ?? part).join(",")}`;
  }

  async function script(flags: string[], connect: string, env: Record<string, string> = {}): Promise<string> {
    const file = `${process.cwd()}/mod.ts`;
    const code = `const { connect, list, namespaces } = await import("file://${file}");
const cluster = await ${
      connect.replaceAll("@kubecred/kubecred/auth/kubernetes", `file://${process.cwd()}/auth/kubernetes/mod.ts`)
    };
console.log((await list(cluster, namespaces)).items.map((item) => item.metadata.name).join(" "));
await cluster.close();
`;
    writeFileSync(`${folder}/main.ts`, code);
    // `node:child_process` hands a Deno that it starts from Deno other permissions than it was told.
    const { success, stdout, stderr } = await new Deno.Command(process.execPath, {
      args: ["run", "--no-prompt", "--quiet", ...flags, "-c", "deno.json", `${folder}/main.ts`],
      env: { KUBECONFIG: `${folder}/config`, NO_COLOR: "1", ...env },
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout).trim();
  }
});
