import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { inCluster, type InClusterOptions, isInCluster } from "../../../auth/kubernetes/mod.ts";
import { podNamespace } from "../../../auth/kubernetes/pod_namespace.ts";
import { createFetch } from "../../../client/fetch.ts";
import { createAuthority, startApiServer } from "../../../testing/mod.ts";
import { directory, pod, variables } from "./pod.ts";

const authority = await createAuthority();
const withCa = { [`${directory}/ca.crt`]: authority.cert };
const tokenFile = `${directory}/token`;
const caFile = { file: `${directory}/ca.crt` };

describe("inCluster()", () => {
  it("finds server, CA, namespace and token", async () => {
    const { connection, source } = await inCluster({ platform: pod(withCa) });
    assert.equal(connection.server, "https://10.0.0.1:443");
    assert.deepEqual(connection.tls, { ca: caFile });
    assert.equal(connection.namespace, "icc");
    assert.deepEqual(connection.warnings, []);
    assert.equal((await source()).token, "pod-token");
  });

  it("puts an IPv6 host in brackets", async () => {
    const platform = pod(withCa, { ...variables, KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "6443" });
    assert.equal((await inCluster({ platform })).connection.server, "https://[fd00::1]:6443");
  });

  for (const name of ["KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"]) {
    it(`refuses in client-go's words when ${name} is empty`, async () => {
      await assert.rejects(inCluster({ platform: pod(withCa, { ...variables, [name]: "" }) }), {
        code: "kubeconfig_not_found",
        message:
          /: unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined$/,
      });
    });
  }

  it("refuses without a service account token", async () => {
    await assert.rejects(inCluster({ platform: pod({ [tokenFile]: undefined }) }), { code: "file_not_found" });
  });

  for (const [what, content] of [["missing", undefined], ["empty", ""], ["garbage", "panda"]] as const) {
    it(`goes on with the system's roots when the CA is ${what}, and says so`, async () => {
      const { connection } = await inCluster({ platform: pod({ [caFile.file]: content }) });
      assert.deepEqual(connection.tls, {});
      assert.equal(connection.warnings.length, 1);
      assert.match(connection.warnings[0]!, /^Expected to load root CA config from .*ca\.crt, but got err: /);
    });
  }

  it("takes the namespace from the option, POD_NAMESPACE, the service account and else default", async () => {
    const namespaceOf = async (options: InClusterOptions) => (await inCluster(options)).connection.namespace;
    const named = { ...variables, POD_NAMESPACE: "from-env" };
    assert.equal(await namespaceOf({ platform: pod(withCa, named), namespace: "given" }), "given");
    assert.equal(await namespaceOf({ platform: pod(withCa, named) }), "from-env");
    assert.equal(await namespaceOf({ platform: pod(withCa) }), "icc");
    for (const content of [undefined, " \n"]) {
      assert.equal(await namespaceOf({ platform: pod({ ...withCa, [`${directory}/namespace`]: content }) }), "default");
    }
  });

  it("needs no permission to read POD_NAMESPACE", async () => {
    const platform = pod(withCa);
    const env = (name: string) => {
      if (name === "POD_NAMESPACE") throw Object.assign(new Error("forbidden"), { code: "permission_missing" });
      return platform.env?.(name);
    };
    assert.equal((await inCluster({ platform: { ...platform, env } })).connection.namespace, "icc");
  });

  it("is no pod where the environment or the token may not be looked at", async () => {
    const platform = pod(withCa);
    const forbidden = () => {
      throw Object.assign(new Error("forbidden"), { code: "permission_missing" });
    };
    assert.equal(await isInCluster({ platform }), true);
    assert.equal(await isInCluster({ platform: { ...platform, env: forbidden } }), false);
    assert.equal(await isInCluster({ platform: { ...platform, stat: async () => forbidden() } }), false);
  });

  it("reads the token again as it rotates, and keeps the last one with a warning", async () => {
    const platform = pod(withCa);
    const warnings: string[] = [];
    const { source } = await inCluster({ platform, onWarning: (text) => warnings.push(text) });
    assert.equal((await source()).token, "pod-token");
    platform.files.set(tokenFile, "rotated");
    platform.advance(50_000);
    assert.equal((await source()).token, "rotated");
    platform.files.delete(tokenFile);
    platform.advance(50_000);
    assert.equal((await source()).token, "rotated");
    assert.equal(warnings.length, 1);
  });

  it("reaches a real server, whose token and CA rotate", async () => {
    const api = await startApiServer({ authority, tokens: { "pod-token": "pod" } });
    const next = await createAuthority({ name: "next" });
    const rotated = await startApiServer({ authority: next, tokens: { "next-token": "pod" } });
    const platform = pod(withCa);
    const { connection, source } = await inCluster({ platform, server: api.url });
    const fetch = createFetch(connection, source, { platform });
    const moved = createFetch({ ...connection, server: rotated.url }, source, { platform });
    try {
      const get = async (fetch: typeof globalThis.fetch) => {
        const response = await fetch("/api/v1/namespaces");
        await response.text();
        return response.status;
      };
      assert.equal(await get(fetch), 200);
      await assert.rejects(get(moved), { code: "tls_failed" });
      platform.files.set(caFile.file, next.cert);
      platform.files.set(tokenFile, "next-token");
      platform.advance(5 * 60_000);
      assert.equal(await get(moved), 200);
      await assert.rejects(get(fetch), { code: "tls_failed" });
      assert.deepEqual(rotated.tokensSeen, ["next-token"]);
    } finally {
      await Promise.all([fetch.close(), moved.close()]);
      await Promise.all([api.close(), rotated.close()]);
    }
  });

  const server = "https://host-from-overrides.example";
  const ca = { file: "/ca-from-overrides.crt" };
  const overrides: readonly InClusterOptions[] = [
    {},
    { server },
    { token: "token-from-override" },
    { ca },
    { server, token: "token-from-override" },
    { server, ca },
    { ca, token: "token-from-override" },
    { server, ca, token: "token-from-override" },
    { server, ca, token: "token-from-override", tokenFile: "/token-from-override" },
    { server, ca, token: "", tokenFile: "/token-from-override" },
    { server: "", token: "", tokenFile: "" },
  ];
  for (const given of overrides) {
    it(`C19 overrides ${Object.entries(given).map(([name, value]) => value ? name : `empty ${name}`).join(", ") || "nothing"}`, async () => {
      const platform = pod({ ...withCa, "/token-from-override": "file-from-override" });
      const { connection, source } = await inCluster({ platform, ...given });
      assert.equal(connection.server, given.server || "https://10.0.0.1:443");
      assert.deepEqual(connection.tls.ca, given.ca ?? caFile);
      const replaced = Boolean(given.token || given.tokenFile);
      assert.equal(connection.user.tokenFile, replaced ? given.tokenFile : tokenFile);
      assert.equal(connection.user.token || undefined, replaced ? given.token || undefined : undefined);
      const token = given.tokenFile ? "file-from-override" : given.token || "pod-token";
      assert.equal((await source()).token, token);
    });
  }

  it("does not print a token that it was given", async () => {
    const found = await inCluster({ platform: pod(withCa), token: "hunter2" });
    assert.equal(found.connection.user.token, "hunter2");
    assert.doesNotMatch(inspect(found, { depth: 9 }) + JSON.stringify(found), /hunter2/);
  });
});

describe("isInCluster()", () => {
  it("wants the environment and a token that is a file", async () => {
    assert.equal(await isInCluster({ platform: pod() }), true);
    assert.equal(await isInCluster({ platform: pod({ [tokenFile]: undefined }) }), false);
    assert.equal(await isInCluster({ platform: pod({}, { KUBERNETES_SERVICE_HOST: "10.0.0.1" }) }), false);
    const stat = () => Promise.resolve({ size: 0, mtime: 0, isFile: false });
    assert.equal(await isInCluster({ platform: { ...pod(), stat } }), false);
  });
});

describe("podNamespace()", () => {
  const context = (namespace?: string) => ({
    "current-context": "x",
    contexts: [{ name: "x", context: { namespace }, origin: { kind: "text" } as const }],
  });

  it("C27 is the pod's for a context that names none", async () => {
    assert.equal(await podNamespace(context(), { platform: pod() }), "icc");
    assert.equal(await podNamespace({ contexts: [] }, { platform: pod() }), "icc");
  });

  it("C27 is not for a context that names one, default included, nor outside of a pod", async () => {
    assert.equal(await podNamespace(context("default"), { platform: pod() }), undefined);
    const two = { ...context("web"), contexts: [...context("web").contexts, { ...context().contexts[0]!, name: "y" }] };
    assert.equal(await podNamespace(two, { platform: pod() }), undefined);
    assert.equal(await podNamespace(two, { platform: pod(), context: "y" }), "icc");
    assert.equal(await podNamespace(context(), { platform: pod({}, {}) }), undefined);
  });
});
