import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connect, type ConnectOptions } from "../../../connect.ts";
import { KubecredError } from "../../../errors.ts";
import { createAuthority } from "../../../testing/mod.ts";
import { directory, pod } from "./pod.ts";

const path = "/home/me/.kube/config";
const ca = { [`${directory}/ca.crt`]: (await createAuthority()).cert };
const empty = /no configuration has been provided, try setting KUBERNETES_MASTER environment variable/;
const inPod = "https://10.0.0.1:443";

/** Connects with this kubeconfig at its default place, and tells which variables of a pod were looked at. */
async function connectWith(kubeconfig: string | undefined, options: ConnectOptions = {}) {
  const { env, ...platform } = pod({ ...ca, [path]: kubeconfig });
  const asked: string[] = [];
  const cluster = await connect({
    ...options,
    platform: {
      ...platform,
      env: (name) => {
        if (name.startsWith("KUBERNETES_SERVICE")) asked.push(name);
        return env!(name);
      },
      ...options.platform,
    },
  }).catch((error: KubecredError) => error);
  if (cluster instanceof Error) return { error: cluster, asked };
  await cluster.close();
  return { cluster, asked };
}

describe("connect() in a pod", () => {
  it("C23 goes to the pod's cluster when there is no kubeconfig", async () => {
    const { cluster } = await connectWith(undefined);
    assert.equal(cluster?.server, inPod);
    assert.equal(cluster?.namespace, "icc");
    assert.equal((await cluster?.source())?.token, "pod-token");
  });

  it("C23 goes nowhere when there is neither", async () => {
    const { env: _, ...platform } = pod();
    const { error } = await connectWith(undefined, {
      platform: { ...platform, env: (name) => ({ HOME: "/home/me" })[name] },
    });
    assert.equal(error?.code, "kubeconfig_not_found");
    assert.match(error!.message, empty);
  });

  const broken = {
    "a context that is not there": '{ "current-context": "gone" }',
    "a cluster that says nothing of its server":
      '{ "current-context": "x", "contexts": [{ "name": "x", "context": { "cluster": "c" } }], "clusters": [{ "name": "c", "cluster": { "tls-server-name": "n" } }] }',
    "text that is no kubeconfig": "bogus value",
  };
  for (const [what, kubeconfig] of Object.entries(broken)) {
    it(`C24 reports ${what}, and does not look for a pod`, async () => {
      const { error, asked } = await connectWith(kubeconfig);
      assert.ok(error);
      assert.notEqual(error.code, "kubeconfig_not_found");
      assert.deepEqual(asked, []);
    });
  }

  for (
    const [what, kubeconfig] of Object.entries({
      blank: "\n",
      "the default one": "{ kind: Config, apiVersion: v1, clusters: [] }",
    })
  ) {
    it(`C25 goes to the pod's cluster when the kubeconfig is ${what}`, async () => {
      const { cluster } = await connectWith(kubeconfig);
      assert.equal(cluster?.server, inPod);
    });
  }

  it("C26 reports what is wrong with the pod when the kubeconfig is empty", async () => {
    const denied = new KubecredError("file_denied", "Cannot read the token: permission denied");
    const { stat, ...rest } = pod(ca);
    const { error } = await connectWith(undefined, {
      platform: {
        stat,
        readFile: (file) => file === `${directory}/token` ? Promise.reject(denied) : rest.readFile!(file),
      },
    });
    assert.equal(error, denied);
  });

  it("C27 keeps a namespace that is asked for, default included", async () => {
    for (const namespace of ["default", "web"]) {
      assert.equal((await connectWith(undefined, { namespace })).cluster?.namespace, namespace);
    }
  });

  it("keeps to a kubeconfig that says where to go", async () => {
    const kubeconfig = JSON.stringify({
      "current-context": "x",
      contexts: [{ name: "x", context: { cluster: "c" } }],
      clusters: [{ name: "c", cluster: { server: "https://elsewhere:6443" } }],
    });
    assert.equal((await connectWith(kubeconfig)).cluster?.server, "https://elsewhere:6443");
  });
});
