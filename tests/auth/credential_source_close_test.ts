import assert from "node:assert/strict";
import { test } from "node:test";
import { credentialSource } from "../../auth/mod.ts";
import type { Connection } from "../../kubeconfig/types.ts";

const connection: Pick<Connection, "server" | "tls" | "user"> = {
  server: "https://10.0.0.1:6443",
  tls: { ca: { file: "/ca.pem" } },
  user: {
    exec: {
      apiVersion: "client.authentication.k8s.io/v1",
      command: "/plugin",
      interactiveMode: "Never",
      provideClusterInfo: true,
    },
  },
};

test("credentialSource() runs no plugin once it is closed, though it was never asked before", async () => {
  let runs = 0;
  const platform = {
    readFile: () => Promise.resolve(new Uint8Array()),
    run: () => Promise.reject(new Error(`run ${++runs}`)),
  };
  const source = credentialSource(connection, { platform });
  await source.close?.();
  await assert.rejects(source(), { code: "closed" });
  assert.equal(runs, 0);
});

test("credentialSource() gives up waiting for the CA file when the request does", async () => {
  const source = credentialSource(connection, { platform: { readFile: () => new Promise(() => {}) } });
  const leaving = new AbortController();
  const waiting = assert.rejects(source({ signal: leaving.signal }), { message: "left" });
  leaving.abort(new Error("left"));
  await waiting;
});
