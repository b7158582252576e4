import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { format, inspect } from "node:util";
import {
  loadKubeconfig,
  mergeKubeconfigs,
  parseKubeconfig,
  resolveContext,
  type ResolveContextOptions,
  validateKubeconfig,
} from "../../kubeconfig/mod.ts";
import { inScratch } from "./scratch.ts";

const secret = "PLANTED-SECRET";
const encoded = btoa(secret);
const planted = {
  "client-key-data": encoded,
  token: `${secret}-token`,
  username: "me",
  password: `${secret}-password`,
  "unknown-field": `${secret}-unknown`,
  "auth-provider": { name: "oidc", config: { "id-token": `${secret}-id`, "refresh-token": `${secret}-refresh` } },
  exec: {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "login",
    interactiveMode: "Never",
    args: ["--token", `${secret}-argument`],
    env: [{ name: "TOKEN", value: `${secret}-variable` }],
    unknown: `${secret}-within-exec`,
  },
};

/** A kubeconfig with one user for each secret field, as no stanza may have them all. */
const text = JSON.stringify({
  clusters: [{ name: "c", cluster: { server: "https://h", "proxy-url": `http://me:${secret}@proxy` } }],
  users: Object.entries(planted).map(([name, value]) => ({
    name,
    user: {
      [name]: value,
      ...(name === "client-key-data" && { "client-certificate-data": btoa("certificate") }),
    },
  })),
  contexts: Object.keys(planted).map((name) => ({ name, context: { cluster: "c", user: name } })),
});

type Printer = (value: unknown) => string;
const deno = (globalThis as { Deno?: { inspect(value: unknown, options?: object): string } }).Deno;

/** All that a program may do to show a value. */
const printers: Readonly<Record<string, Printer>> = {
  inspect: (value) => inspect(value, { depth: 20 }),
  "inspect with getters and what is hidden, but for their values": (value) =>
    inspect(value, { depth: 20, getters: false }),
  stringify: (value) => JSON.stringify(value) ?? "",
  String: (value) => String(value),
  template: (value) => `${value}`,
  format: (value) => format("%s %o %O %j", value, value, value, value),
  spread: (value) => inspect({ ...(value as object) }, { depth: 20 }),
  entries: (value) => inspect(Object.entries(value as object), { depth: 20 }),
  clone: (value) => inspect(structuredClone({ ...(value as object) }), { depth: 20 }),
  assert: (value) => {
    try {
      assert.deepEqual(value, "something else");
      return "";
    } catch (error) {
      return `${(error as Error).message} ${inspect(error, { depth: 20 })}`;
    }
  },
  ...(deno && { "Deno.inspect": (value) => deno.inspect(value, { depth: 20 }) }),
};

/** A value and, one by one, all objects in it that a program may pick out. */
function parts(value: unknown, found = new Set<object>()): Set<object> {
  if (value === null || typeof value !== "object" || found.has(value)) return found;
  found.add(value);
  for (const item of Object.values(value)) parts(item, found);
  return found;
}

function assertPrintsNothing(value: unknown): void {
  for (const part of parts(value)) {
    for (const [name, print] of Object.entries(printers)) {
      const printed = print(part);
      assert.ok(!printed.includes(secret) && !printed.includes(encoded), `${name} prints a secret`);
    }
  }
}

describe("secrets", () => {
  it("do not print from a kubeconfig or any part of it", () => {
    const kubeconfig = parseKubeconfig(text);
    assertPrintsNothing(kubeconfig);
    assertPrintsNothing(mergeKubeconfigs([kubeconfig, parseKubeconfig("users: [{ name: more }]")]));
    assert.equal(validateKubeconfig(kubeconfig).join().includes(secret), false);
    const [, token] = kubeconfig.users;
    assert.equal(token?.user.token, planted.token, "but they can be read");
    assert.match(inspect(token), /token: .*<redacted>/);
  });

  it(
    "do not print once a file's paths are absolute",
    inScratch(async ({ write }) => {
      const kubeconfig = JSON.parse(text);
      for (const { user } of kubeconfig.users) user["client-certificate"] = user.tokenFile = "relative";
      kubeconfig.users.at(-1).user.exec.command = "./relative";
      const loaded = await loadKubeconfig({ path: await write("config", JSON.stringify(kubeconfig)) });
      assert.match(loaded.users.at(-1)!.user.exec!.command, /^\/.*\/relative$/);
      assertPrintsNothing(loaded);
    }),
  );

  const overrides: readonly ResolveContextOptions[] = [
    {},
    { namespace: "n", server: "https://b", insecure: true },
    { proxyUrl: `http://u:${secret}@other` },
  ];
  for (const context of Object.keys(planted)) {
    it(`do not print from the connection of a user with ${context}`, () => {
      for (const options of overrides) {
        assertPrintsNothing(resolveContext(parseKubeconfig(text), { context, ...options }));
      }
    });
  }

  it("do not print when they are put over a user", () => {
    const put: [string, ResolveContextOptions][] = [
      ["exec", { token: secret, tokenFile: "/token" }],
      ["exec", { username: "me", password: secret }],
      ["username", { clientCertificate: { data: "certificate" }, clientKey: { data: secret } }],
    ];
    for (const [context, options] of put) {
      assertPrintsNothing(resolveContext(parseKubeconfig(text), { context, ...options }));
    }
  });

  it("are in no error", () => {
    const broken = [
      text.replace('"username":"me"', '"username":5'),
      text.slice(0, -1),
      text.replace(`"${encoded}"`, `"${secret}!"`),
      `${text} ${secret}`,
    ];
    for (const text of broken) {
      assert.throws(() => parseKubeconfig(text), (error: Error) => {
        assert.ok(!`${inspect(error)} ${error.stack} ${JSON.stringify(error)}`.includes(secret), error.message);
        return true;
      });
    }
  });
});
