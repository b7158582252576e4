/**
 * Test kit: real TLS servers, certificates, a fake credential plugin and a fake clock, all on loopback. Needs no package.
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
export type { FakePlugin, FakePluginOptions, FakePluginReply, FakePluginRun } from "./fake_plugin.ts";
export { createAuthority } from "./pki.ts";
export type { Authority, AuthorityOptions, IssuedCertificate, IssueOptions, KeyFormat } from "./pki.ts";
export type { DistinguishedName, KeyType, KeyUsage } from "./x509.ts";
