/** Rows of client-go's exec_test.go, metrics_test.go and exec_cache_test.go, each with a real process. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { execKey } from "../../../auth/exec/key.ts";
import { createHintLimit } from "../../../auth/exec/install_hint.ts";
import { execSource } from "../../../auth/exec/source.ts";
import type { ExecOptions } from "../../../auth/exec/types.ts";
import type { AuthEvent } from "../../../auth/types.ts";
import { hasCode } from "../../../errors.ts";
import type { ExecStanza } from "../../../kubeconfig/types.ts";
import { fakeClock } from "../../../testing/fake_clock.ts";
import { createAuthority } from "../../../testing/pki.ts";
import { answer, noTty, pluginDirectory, rejection, tty, v1, v1beta1 } from "./plugins.ts";

const plugins = await pluginDirectory();
const authority = await createAuthority();

/** One run of a plugin that answers with a token. */
async function runOnce(stanza: Partial<ExecStanza>, options: ExecOptions = {}) {
  const plugin = await plugins.fake({ token: "foo-bar", apiVersion: stanza.apiVersion ?? v1beta1 });
  const source = execSource({ ...plugin.stanza, apiVersion: v1beta1, ...stanza }, options);
  return { credential: await source(), info: plugin.calls()[0]?.execInfo, plugin };
}

/** How a run ends whose plugin prints this. */
async function outcome(stdout: string, stanza: Partial<ExecStanza> = {}) {
  const command = await plugins.printing(stdout);
  return await rejection(execSource({ apiVersion: v1beta1, command, interactiveMode: "Never", ...stanza })());
}

describe("execSource() answers", () => {
  it("E01 returns a certificate with its key", async () => {
    const { cert, key } = await authority.issue({ commonName: "user" });
    const plugin = await plugins.fake({ certificate: { cert, key }, apiVersion: v1beta1 });
    const stanza = { ...plugin.stanza, apiVersion: v1beta1, interactiveMode: "IfAvailable" };
    const source = execSource(stanza, { platform: { terminal: noTty } });
    const credential = await source();
    await source.close!();
    assert.equal(credential.certificate?.cert, cert);
    assert.equal(credential.certificate?.key, key);
    assert.equal(credential.token, undefined);
    assert.deepEqual(plugin.calls()[0]?.execInfo, {
      kind: "ExecCredential",
      apiVersion: v1beta1,
      spec: { interactive: false },
    });
  });

  it("E02 rejects a certificate and a key that do not parse", async () => {
    const error = await outcome(answer({ clientCertificateData: "bar", clientKeyData: "foo" }, v1beta1));
    assert.ok(hasCode(error, "credential_invalid"));
    assert.match(error.message, /: failed parsing client key\/certificate: tls: failed to find any PEM data in cert/);
  });

  it("E03 rejects a certificate without its key", async () => {
    const { cert } = await authority.issue({ commonName: "user" });
    const error = await outcome(answer({ clientCertificateData: cert }, v1beta1));
    assert.ok(hasCode(error, "plugin_output"));
    assert.match(error.message, /: exec plugin returned only certificate or key, not both/);
  });

  it("E04 returns a token without expiry", async () => {
    const { credential } = await runOnce({});
    assert.equal(credential.token, "foo-bar");
    assert.equal(credential.expiresAt, undefined);
  });

  it("E14 accepts an expiry that is past, and keeps it exactly", async () => {
    const plugin = await plugins.fake({ expiresAt: Date.UTC(2006, 0, 2, 15, 4, 5) });
    const warnings: string[] = [];
    const source = execSource(plugin.stanza, { onWarning: (text) => warnings.push(text) });
    const credential = await source();
    assert.equal(credential.token, "token-1");
    assert.equal(credential.expiresAt, Date.UTC(2006, 0, 2, 15, 4, 5));
    await source();
    assert.equal(plugin.runs(), 1, "no loop");
    assert.equal(warnings.length, 1);
  });

  const bad: readonly (readonly [id: string, what: string, stdout: string, message: RegExp])[] = [
    [
      "E15",
      "no apiVersion",
      '{"kind":"ExecCredential","status":{"token":"t"}}',
      /configured to use API version client\.authentication\.k8s\.io\/v1beta1, plugin returned version .*__internal/,
    ],
    [
      "E16",
      "no status",
      JSON.stringify({ kind: "ExecCredential", apiVersion: v1beta1 }),
      /didn't return a status field/,
    ],
    ["E17", "an empty status", answer({}, v1beta1), /exec plugin didn't return a token or cert\/key pair/],
  ];
  for (const [id, what, stdout, message] of bad) {
    it(`${id} rejects ${what}`, async () => {
      const error = await outcome(stdout);
      assert.ok(hasCode(error, "plugin_output"));
      assert.match(error.message, message);
    });
  }

  it("E22 accepts v1", async () => {
    const { credential, info } = await runOnce({ apiVersion: v1 });
    assert.equal(credential.token, "foo-bar");
    assert.equal(info?.apiVersion, v1);
  });
});

describe("execSource() interaction", () => {
  const rows: readonly {
    id: string;
    mode: string;
    terminal: typeof tty;
    unavailable?: boolean;
    message?: string;
    expected: boolean | string;
  }[] = [
    { id: "E05", mode: "Never", terminal: tty, expected: false },
    { id: "E06", mode: "Never", terminal: tty, unavailable: true, expected: false },
    { id: "E07", mode: "IfAvailable", terminal: noTty, unavailable: true, expected: false },
    { id: "E08", mode: "IfAvailable", terminal: tty, expected: true },
    { id: "E09", mode: "IfAvailable", terminal: tty, unavailable: true, expected: false },
    { id: "E10", mode: "Always", terminal: noTty, expected: "standard input is not a terminal" },
    { id: "E11", mode: "Always", terminal: tty, unavailable: true, expected: "standard input is unavailable" },
    {
      id: "E12",
      mode: "Always",
      terminal: tty,
      unavailable: true,
      message: "m",
      expected: "standard input is unavailable: m",
    },
    { id: "E13", mode: "Always", terminal: tty, expected: true },
  ];
  for (const { id, mode, terminal, unavailable, message, expected } of rows) {
    const at = terminal === tty ? "at a terminal" : "without a terminal";
    it(`${id} ${mode} ${at}${unavailable ? " that is needed elsewhere" : ""}: ${expected}`, async () => {
      const options = { platform: { terminal }, stdinUnavailable: unavailable, stdinUnavailableMessage: message };
      if (typeof expected === "boolean") {
        const { info } = await runOnce({ interactiveMode: mode }, options);
        assert.deepEqual(info?.spec, { interactive: expected });
        return;
      }
      const plugin = await plugins.fake();
      const error = await rejection(execSource({ ...plugin.stanza, interactiveMode: mode }, options)());
      assert.ok(hasCode(error, "plugin_failed"));
      assert.ok(error.message.endsWith(`exec plugin cannot support interactive mode: ${expected}`), error.message);
      assert.equal(plugin.runs(), 0);
    });
  }

  it('E23 rejects v1 without interactiveMode: unknown interactiveMode: ""', async () => {
    const plugin = await plugins.fake();
    const error = await rejection(execSource({ ...plugin.stanza, interactiveMode: undefined })());
    assert.ok(hasCode(error, "kubeconfig_invalid"));
    assert.match(error.message, /: exec plugin cannot support interactive mode: unknown interactiveMode: ""$/);
    assert.equal(plugin.runs(), 0);
  });
});

describe("execSource() failures", () => {
  it("E18 shows the install hint when the command is unknown", async () => {
    const stanza = {
      apiVersion: v1beta1,
      command: "does not exist",
      interactiveMode: "Never",
      installHint: "some hint",
    };
    const error = await rejection(execSource(stanza)());
    assert.ok(hasCode(error, "plugin_not_found"));
    assert.equal(
      error.message,
      `Cannot get credentials from plugin "does not exist": exec: executable does not exist not found

It looks like you are trying to use a client-go credential plugin that is not installed.

To learn more about this feature, consult the documentation available at:
      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins

some hint`,
    );
  });

  it("E19 names the exit code", async () => {
    const plugin = await plugins.fake({ exitCode: 73 });
    const error = await rejection(execSource(plugin.stanza)());
    assert.equal(error.code, "plugin_failed");
    assert.equal(error.exitCode, 73);
    assert.match(error.message, /: exec: executable \S+\/fake-plugin failed with exit code 73$/);
  });

  it("E31 shows the hint twice in ten failures at one instant when two are allowed in a second", () => {
    const mayHelp = createHintLimit(() => 1_000, { threshold: 2, interval: 1_000 });
    assert.equal(Array.from({ length: 10 }, mayHelp).filter(Boolean).length, 2);
  });

  it("E32 shows the hint four times in ten failures a second apart when two are allowed in five", () => {
    let now = 0;
    const mayHelp = createHintLimit(() => (now += 1_000), { threshold: 2, interval: 5_000 });
    assert.equal(Array.from({ length: 10 }, mayHelp).filter(Boolean).length, 4);
  });

  it("E32 begins a window with the first failure after the last has ended", () => {
    let now = 0;
    const mayHelp = createHintLimit(() => now, { threshold: 1, interval: 1_000 });
    const shown = [0, 999, 1_000, 1_999, 5_000, 5_999].filter((time) => {
      now = time;
      return mayHelp();
    });
    assert.deepEqual(shown, [0, 1_000, 5_000]);
  });

  it("E31 E32 shows the hint ten times an hour for each source", async () => {
    const clock = fakeClock();
    const stanza = { apiVersion: v1, command: "no-such-plugin", interactiveMode: "Never", installHint: "some hint" };
    const source = execSource(stanza, { platform: { ...clock, run: () => Promise.reject(new Error("not reached")) } });
    let shown = 0;
    for (let attempt = 0; attempt < 24; attempt++) {
      const error = await rejection(source());
      assert.match(error.message, /exec: executable no-such-plugin not found/);
      if (error.message.includes("some hint")) shown++;
      await clock.advance(60_000);
    }
    assert.equal(shown, 10);
    await clock.advance(3_600_000);
    assert.match((await rejection(source())).message, /some hint/);
  });
});

describe("execSource() cluster info", () => {
  const cluster = {
    server: "https://some-server/some/path?<&>",
    "tls-server-name": "some-server-name",
    "certificate-authority-data": "YmF6",
    config: { zone: ["a", 12345678901234567890n], apple: { nested: null } },
  };

  it("E20 tells the cluster when the stanza asks for it", async () => {
    const { plugin } = await runOnce({ provideClusterInfo: true }, { cluster });
    assert.equal(
      plugin.calls()[0]?.env.KUBERNETES_EXEC_INFO,
      `{"kind":"ExecCredential","apiVersion":"${v1beta1}","spec":{"cluster":{` +
        '"server":"https://some-server/some/path?\\u003c\\u0026\\u003e","tls-server-name":"some-server-name",' +
        '"certificate-authority-data":"YmF6",' +
        '"config":{"apple":{"nested":null},"zone":["a",12345678901234567890]}},"interactive":false}}\n',
    );
  });

  it("E20 writes all fields in order, config as null where there is none", async () => {
    const { plugin } = await runOnce({ provideClusterInfo: true, apiVersion: v1 }, {
      cluster: {
        server: "s",
        "insecure-skip-tls-verify": true,
        "proxy-url": "http://proxy:3128",
        "disable-compression": true,
      },
    });
    assert.equal(
      plugin.calls()[0]?.env.KUBERNETES_EXEC_INFO,
      `{"kind":"ExecCredential","apiVersion":"${v1}","spec":{"cluster":{"server":"s","insecure-skip-tls-verify":true,` +
        '"proxy-url":"http://proxy:3128","disable-compression":true,"config":null},"interactive":false}}\n',
    );
  });

  it("E21 tells no cluster when the stanza does not ask for it", async () => {
    const { info } = await runOnce({}, { cluster });
    assert.deepEqual(info?.spec, { interactive: false });
  });
});

describe("execSource() sharing", () => {
  const stanza: ExecStanza = {
    command: "foo-bar",
    args: ["1", "2"],
    env: [{ name: "3", value: "4" }, { name: "5", value: "6" }],
    apiVersion: v1,
    provideClusterInfo: true,
  };
  const cluster = {
    server: "foo",
    "certificate-authority-data": "YmF6",
    config: { apple: "orange", snorlax: "panda" },
  };

  it("E24 has one key for equal stanzas and clusters", () => {
    const reordered = { ...cluster, config: { snorlax: "panda", apple: "orange" } };
    assert.equal(execKey(stanza, { cluster }), execKey(structuredClone(stanza), { cluster: reordered }));
    const untold = { ...stanza, provideClusterInfo: false };
    assert.equal(execKey(untold, { cluster }), execKey(untold, { cluster: { ...cluster, server: "bar" } }));
    assert.equal(execKey(stanza, { cluster, user: "a" }), execKey(stanza, { cluster, user: "b" }));
  });

  const others: readonly (readonly [what: string, stanza: ExecStanza, options: ExecOptions])[] = [
    ["another entry of env", { ...stanza, env: [{ name: "3", value: "4" }] }, { cluster }],
    ["another order of env", { ...stanza, env: [...stanza.env!].reverse() }, { cluster }],
    ["another extension", stanza, { cluster: { ...cluster, config: { apple: "orange" } } }],
    ["no cluster", stanza, {}],
    ["another cluster", stanza, { cluster: { ...cluster, server: "bar" } }],
    ["no provideClusterInfo", { ...stanza, provideClusterInfo: false }, { cluster }],
    ["an extension, no provideClusterInfo", { ...stanza, provideClusterInfo: false }, {
      cluster: { server: "foo", config: 1 },
    }],
    ["stdin that is unavailable", stanza, { cluster, stdinUnavailable: true }],
    ["a reason for that", stanza, { cluster, stdinUnavailable: true, stdinUnavailableMessage: "m" }],
    ["another command", { ...stanza, command: "foo" }, { cluster }],
    ["other arguments", { ...stanza, args: ["1 2"] }, { cluster }],
    ["another version", { ...stanza, apiVersion: v1beta1 }, { cluster }],
    ["another hint", { ...stanza, installHint: "h" }, { cluster }],
    ["another mode", { ...stanza, interactiveMode: "Never" }, { cluster }],
    ["a policy", stanza, { cluster, policy: "deny-all" }],
    ["another deadline", stanza, { cluster, timeout: 1 }],
    ["another limit", stanza, { cluster, outputLimit: 1 }],
  ];

  it("E25 has another key for each difference", () => {
    const keys = [execKey(stanza, { cluster }), ...others.map(([, stanza, options]) => execKey(stanza, options))];
    for (const [index, [what]] of others.entries()) {
      assert.equal(keys.filter((key) => key === keys[index + 1]).length, 1, what);
    }
  });

  it("E26 keeps a token without expiry", async () => {
    const plugin = await plugins.fake();
    const source = execSource(plugin.stanza);
    assert.equal((await source()).token, "token-1");
    assert.equal((await source()).token, "token-1");
    assert.equal(plugin.runs(), 1);
  });

  it("E28 asks again for a token that has expired, before it is used", async () => {
    const clock = fakeClock();
    const plugin = await plugins.fake({ expiresAt: clock.now() + 3_600_000 });
    const source = execSource(plugin.stanza, { platform: clock });
    assert.equal((await source()).token, "token-1");
    await clock.advance(7_200_000);
    plugin.set({ expiresAt: clock.now() + 3_600_000 });
    assert.equal((await source()).token, "token-2");
    assert.equal((await source()).token, "token-2");
    assert.equal(plugin.runs(), 2);
  });

  it("E33 shares one credential between equal stanzas, and only between these", async () => {
    const plugin = await plugins.fake();
    const [a, b, c] = [[], [], ["other"]].map((args) => execSource({ ...plugin.stanza, args }));
    const first = await a!();
    assert.equal(await b!(), first);
    assert.notEqual((await c!()).token, first.token);
    assert.equal(plugin.runs(), 2);
  });

  it("E37 runs once for many sources and callers at the same time", async () => {
    const plugin = await plugins.fake({ delay: 20 });
    const sources = Array.from({ length: 20 }, () => execSource({ ...plugin.stanza }));
    const credentials = await Promise.all([...sources, ...sources].map((source) => source()));
    assert.equal(new Set(credentials).size, 1);
    assert.equal(plugin.runs(), 1);
  });
});

describe("execSource() events", () => {
  function observed(stanza: ExecStanza, options: ExecOptions = {}) {
    const events: AuthEvent[] = [];
    const source = execSource(stanza, { ...options, onEvent: (event) => events.push(event) });
    return { source, of: (type: AuthEvent["type"]) => events.filter((event) => event.type === type) };
  }

  it("E34 reports each run with its exit code", async () => {
    const clock = fakeClock();
    for (const exitCode of [0, 1, 2, 0]) {
      const plugin = await plugins.fake({ exitCode, expiresAt: clock.now() });
      const { source, of } = observed(plugin.stanza, { platform: clock });
      for (let run = 0; run < 2; run++) {
        await source().catch(() => {});
        await clock.advance(60_000);
      }
      const status = exitCode === 0 ? "no_error" : "plugin_execution_error";
      const event = { type: "plugin_run", command: plugin.command, exitCode, status, duration: 0 };
      assert.deepEqual(of("plugin_run"), [event, event]);
    }
  });

  it("E34 reports a run whose answer is unusable as one without error", async () => {
    const { source, of } = observed((await plugins.fake({ stdout: "[]" })).stanza);
    await rejection(source());
    assert.deepEqual(of("plugin_run").map((event) => event.type === "plugin_run" && event.status), ["no_error"]);
  });

  const missing = ["no-such-plugin", "./no/such/plugin", "/no/such/plugin"];
  for (const command of missing) {
    it(`E35 reports ${command} as not found`, async () => {
      const { source, of } = observed({ apiVersion: v1, command, interactiveMode: "Never" });
      assert.ok(hasCode(await rejection(source()), "plugin_not_found"));
      const [event] = of("plugin_run");
      assert.ok(event?.type === "plugin_run");
      assert.deepEqual([event.exitCode, event.status], [1, "plugin_not_found_error"]);
    });
  }

  it("E36 reports the earliest expiry of all certificates", async () => {
    const clock = fakeClock();
    const minutes = async (minutes: number | undefined) => {
      const { cert, key } = await authority.issue({
        commonName: "user",
        notAfter: clock.now() + (minutes ?? 0) * 60_000,
      });
      return { expiresAt: clock.now(), ...(minutes === undefined ? { token: "t" } : { certificate: { cert, key } }) };
    };
    const a = await plugins.fake(await minutes(10));
    const b = await plugins.fake(await minutes(5));
    const seen: (number | undefined)[] = [];
    const onEvent = (event: AuthEvent) => {
      if (event.type !== "certificate_expiry") return;
      seen.push(event.notAfter === undefined ? undefined : (event.notAfter - started) / 60_000);
    };
    const started = clock.now();
    const [sourceA, sourceB] = [a, b].map(({ stanza }) => execSource(stanza, { platform: clock, onEvent }));
    await sourceA!();
    await sourceB!();
    const rest = [[b, sourceB, 15], [a, sourceA, undefined], [b, sourceB, undefined]] as const;
    for (const [plugin, source, after] of rest) {
      plugin.set(await minutes(after));
      await clock.advance(60_000);
      await source!();
    }
    assert.deepEqual(seen, [10, 5, 10, 15, undefined]);
    await Promise.all([sourceA, sourceB].map((source) => source!.close!()));
  });
});
