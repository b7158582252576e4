/**
 * Test kit: an API server with counters and faults, a credential plugin that counts its runs, certificates, a clock, and a
 * platform in memory. The servers are real and listen on loopback; nothing else is needed, no package and no cluster.
 *
 * @example How often does the plugin run for two requests?
 * ```ts
 * import { connect, list, pods } from "@kubecred/kubecred";
 * import { parseKubeconfig } from "@kubecred/kubecred/kubeconfig";
 * import { fakePlugin, startApiServer } from "@kubecred/kubecred/testing";
 * import assert from "node:assert/strict";
 *
 * const server = await startApiServer({ tokens: { "token-1": "alice" } });
 * const plugin = await fakePlugin();
 * const kubeconfig = parseKubeconfig(server.kubeconfig({ user: { exec: plugin.stanza } }));
 * const cluster = await connect({ kubeconfig, policy: "allow-all" });
 *
 * await list(cluster, pods);
 * await list(cluster, pods);
 * assert.equal(plugin.runs(), 1);
 * assert.deepEqual(server.requests.map(({ token, status }) => `${token} ${status}`), ["token-1 200", "token-1 200"]);
 *
 * await cluster.close();
 * await server.close();
 * plugin.remove();
 * ```
 *
 * @module
 */
export { startApiServer } from "./api_server.ts";
export type {
  ApiObject,
  ApiRequest,
  ApiResource,
  ApiResponse,
  ApiServer,
  ApiServerKubeconfigOptions,
  ApiServerOptions,
  ApiUser,
  Fault,
} from "./api_types.ts";
export { fakeClock } from "./fake_clock.ts";
export type { FakeClock, FakeClockOptions } from "./fake_clock.ts";
export { fakePlatform } from "./fake_platform.ts";
export type { FakePlatform, FakePlatformOptions } from "./fake_platform.ts";
export { fakePlugin } from "./fake_plugin.ts";
export type {
  FakePlugin,
  FakePluginExecInfo,
  FakePluginOptions,
  FakePluginReply,
  FakePluginRun,
} from "./fake_plugin.ts";
export { createAuthority } from "./pki.ts";
export type { Authority, AuthorityOptions, IssuedCertificate, IssueOptions, KeyFormat } from "./pki.ts";
export type { DistinguishedName, KeyType, KeyUsage } from "./x509.ts";
