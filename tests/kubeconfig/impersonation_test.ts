import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hasCode } from "../../errors.ts";
import { parseKubeconfig, resolveContext, validateKubeconfig } from "../../kubeconfig/mod.ts";

const fault = "requesting uid, groups or user-extra for me without impersonating a user";
const stanzas = ["{ as-groups: [g] }", "{ as-user-extra: { k: [v] } }", "{ as-uid: u }"];

function kubeconfigWith(user: string) {
  return parseKubeconfig(`
current-context: dev
clusters: [{ name: c, cluster: { server: "https://10.0.0.1" } }]
contexts: [{ name: dev, context: { cluster: c, user: me } }]
users: [{ name: me, user: ${user} }]
`);
}

describe("resolveContext() and validateKubeconfig()", () => {
  for (const stanza of stanzas) {
    it(`C35 refuse ${stanza} without a user to act as`, () => {
      const kubeconfig = kubeconfigWith(stanza);
      assert.deepEqual(validateKubeconfig(kubeconfig), [fault]);
      assert.throws(() => resolveContext(kubeconfig), (error) => {
        return hasCode(error, "kubeconfig_invalid") && error.message.endsWith(`invalid configuration: ${fault}`);
      });
    });
  }

  it("C35 take groups, extra and uid with a user to act as, empty ones without", () => {
    const full = kubeconfigWith("{ as: a, as-uid: u, as-groups: [g], as-user-extra: { k: [v] } }");
    assert.deepEqual(resolveContext(full).impersonate, { user: "a", uid: "u", groups: ["g"], extra: { k: ["v"] } });
    assert.deepEqual(validateKubeconfig(kubeconfigWith('{ as-groups: [], as-user-extra: {}, as-uid: "" }')), []);
  });
});
