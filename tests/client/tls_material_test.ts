import assert from "node:assert/strict";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { tlsMaterial } from "../../client/tls_material.ts";
import { encodeBase64 } from "../../encoding/base64.ts";
import type { ConnectionInit, ConnectionTls } from "../../kubeconfig/types.ts";
import { resolvePlatform } from "../../platform/mod.ts";
import type { TlsOptions } from "../../platform/types.ts";
import { createAuthority } from "../../testing/mod.ts";
import { memoryPlatform } from "../auth/memory_platform.ts";

const authority = await createAuthority();
const otherAuthority = await createAuthority({ name: "other" });
const issued = await authority.issue({ commonName: "me", usages: ["client"] });
const renewed = await authority.issue({ commonName: "me", usages: ["client"] });
const minutes = 60_000;

const paths = { ca: "/ca.crt", certificate: "/tls.crt", key: "/tls.key" };
const files = { [paths.ca]: authority.cert, [paths.certificate]: issued.cert, [paths.key]: issued.key };
const fromFiles: ConnectionTls = {
  ca: { file: paths.ca },
  certificate: { file: paths.certificate },
  key: { file: paths.key },
};

function connection(tls: ConnectionTls, rest: Partial<ConnectionInit> = {}): ConnectionInit {
  return { server: "https://127.0.0.1:6443", tls, ...rest };
}

describe("tlsMaterial()", () => {
  it("T01 leaves the system's roots in place for the insecure switch alone and for a server name alone", async () => {
    const platform = memoryPlatform();
    const insecure = await tlsMaterial(connection({ insecure: true }), { platform })();
    assert.deepEqual({ ...insecure }, { insecure: true });
    const named = await tlsMaterial(connection({ serverName: "kubernetes" }), { platform })();
    assert.deepEqual({ ...named }, { serverName: "kubernetes" });
  });

  it("T02 refuses a missing CA file", async () => {
    const material = tlsMaterial(connection({ ca: { file: "/no" } }), { platform: memoryPlatform() });
    await assert.rejects(material(), {
      code: "file_not_found",
      message: "Cannot set up TLS: unable to read certificate-authority /no due to open /no: no such file or directory",
    });
  });

  const key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
  for (
    const [what, data, reason] of [
      ["garbage", "panda", "unable to parse bytes as PEM block"],
      ["garbage in base64", encodeBase64(new TextEncoder().encode("panda")), "unable to parse bytes as PEM block"],
      [
        "a certificate whose end line goes on",
        `${authority.cert.trim()}this is not valid`,
        "no valid certificate authority data seen",
      ],
      ["a private key", key, "no valid certificate authority data seen"],
      ["a cut certificate", authority.cert.replace(/\n.{64}\n/, "\n"), "failed to parse certificate"],
    ] as const
  ) {
    it(`T02 refuses CA data that is ${what}`, async () => {
      await assert.rejects(tlsMaterial(connection({ ca: { data } }))(), (error: Error & { code?: string }) => {
        assert.ok(error.message.includes(reason), error.message);
        assert.equal(error.code, "tls_failed");
        return true;
      });
    });
  }

  it("T02 refuses CA files that are empty or garbage", async () => {
    const platform = memoryPlatform({ "/empty": "", "/garbage": "panda" });
    for (const file of ["/empty", "/garbage"]) {
      await assert.rejects(tlsMaterial(connection({ ca: { file } }), { platform })(), {
        code: "tls_failed",
        message: "Cannot verify the server: unable to load root certificates: unable to parse bytes as PEM block",
      });
    }
  });

  it("T02 takes CA data over a bad CA file", async () => {
    const ca = { data: authority.cert, file: "/no" } as unknown as ConnectionTls["ca"];
    const platform = memoryPlatform();
    assert.equal((await tlsMaterial(connection({ ca }), { platform })()).ca, authority.cert);
    assert.deepEqual(platform.reads, []);
  });

  it("T02 takes PEM and base64 of PEM, and passes over what is not a certificate", async () => {
    const bundle = `# roots\n${key}${authority.cert}junk\n${otherAuthority.cert.trim()}`;
    const wanted = authority.cert + otherAuthority.cert;
    for (const data of [bundle, encodeBase64(new TextEncoder().encode(bundle))]) {
      assert.equal((await tlsMaterial(connection({ ca: { data } }))()).ca, wanted);
    }
  });

  it("refuses a CA beside the insecure switch, in client-go's words", () => {
    assert.throws(() => tlsMaterial(connection({ ...fromFiles, insecure: true })), {
      code: "kubeconfig_invalid",
      message: "Cannot set up TLS: specifying a root certificates file with the insecure flag is not allowed",
    });
  });

  it("T03 refuses a bad key and a bad certificate, without showing them", async () => {
    for (
      const tls of [
        { certificate: { data: issued.cert }, key: { data: "-----BEGIN bad key data" } },
        { certificate: { data: "-----BEGIN bad certificate data" }, key: { data: issued.key } },
        { certificate: { data: issued.cert }, key: { data: renewed.key } },
      ]
    ) {
      await assert.rejects(tlsMaterial(connection(tls))(), (error: Error & { code?: string }) => {
        assert.equal(error.code, "credential_invalid");
        assert.match(error.message, /^Cannot use the client certificate: (tls|x509): /);
        assert.doesNotMatch(inspect(error), /bad (key|certificate) data|BEGIN/);
        return true;
      });
    }
  });

  it("T03 names both the certificate and the key file when both are missing", async () => {
    const { certificate, key } = fromFiles;
    await assert.rejects(tlsMaterial(connection({ certificate, key }), { platform: memoryPlatform() })(), {
      code: "file_not_found",
      message: /unable to read client-cert \/tls\.crt due to .*unable to read client-key \/tls\.key due to /,
    });
  });

  it("T03 takes key data over a bad key file", async () => {
    const key = { data: issued.key, file: "/no" } as unknown as ConnectionTls["key"];
    const tls = await tlsMaterial(connection({ certificate: { data: issued.cert }, key }), {
      platform: memoryPlatform(),
    })();
    assert.equal(tls.key, issued.key);
  });

  it("refuses a certificate without a key, and passes over a key without a certificate", async () => {
    assert.throws(() => tlsMaterial(connection({ certificate: { data: issued.cert } })), {
      code: "kubeconfig_invalid",
      message: /client-key-data or client-key must be specified/,
    });
    assert.deepEqual({ ...await tlsMaterial(connection({ key: { data: issued.key } }))() }, {});
  });

  it("reads nothing for a server on plain HTTP", async () => {
    const platform = memoryPlatform();
    const material = tlsMaterial({ server: "http://localhost:8080", tls: { ...fromFiles, insecure: true } }, {
      platform,
    });
    assert.deepEqual({ ...await material() }, {});
    assert.deepEqual(platform.reads, []);
  });

  for (const file of Object.keys(paths) as (keyof typeof paths)[]) {
    it(`refuses ${paths[file]} from a kubeconfig that came from text, unless reading is allowed`, async () => {
      const data = { ca: { data: authority.cert }, certificate: { data: issued.cert }, key: { data: issued.key } };
      const untrusted = connection({ ...data, [file]: { file: paths[file] } }, { origin: { kind: "text" } });
      const platform = memoryPlatform(files);
      assert.throws(() => tlsMaterial(untrusted, { platform }), {
        code: "plugin_denied",
        message: /policy: "allow-all"/,
      });
      assert.deepEqual(platform.reads, []);
      assert.ok(await tlsMaterial(untrusted, { platform, readFiles: true })());
    });
  }

  it("does not print the key, and is frozen", async () => {
    const tls = await tlsMaterial(connection(fromFiles), { platform: memoryPlatform(files) })();
    assert.equal(tls.key, issued.key);
    assert.ok(Object.isFrozen(tls));
    assert.doesNotMatch(inspect(tls) + JSON.stringify(tls) + JSON.stringify({ ...tls }), /PRIVATE KEY/);
  });

  it("reads once for parallel requests, and gives the same object while nothing changes", async () => {
    const platform = memoryPlatform(files);
    const material = tlsMaterial(connection(fromFiles), { platform });
    const all = await Promise.all(Array.from({ length: 50 }, () => material()));
    assert.equal(new Set(all).size, 1);
    assert.deepEqual([...platform.reads].sort(), [paths.ca, paths.certificate, paths.key]);
    platform.advance(999);
    assert.equal(await material(), all[0]);
    assert.equal(platform.reads.length, 3);
    platform.advance(60 * minutes);
    assert.equal(await material(), all[0]);
    assert.equal(platform.reads.length, 6);
  });

  it("tries again after a first failure", async () => {
    const platform = memoryPlatform({ ...files, [paths.ca]: "" });
    const material = tlsMaterial(connection(fromFiles), { platform });
    await assert.rejects(material(), { code: "tls_failed" });
    platform.files.set(paths.ca, authority.cert);
    assert.equal((await material()).ca, authority.cert);
  });

  it("rotates a client certificate from files, once certificate and key fit again", async () => {
    const platform = memoryPlatform(files);
    const warnings: string[] = [];
    const material = tlsMaterial(connection(fromFiles), { platform, onWarning: (text) => warnings.push(text) });
    const before = await material();
    platform.files.set(paths.certificate, renewed.cert);
    platform.advance(1_000);
    assert.equal(await material(), before, "half a rotation changes nothing");
    assert.match(warnings.join(), /private key does not match public key/);
    platform.files.set(paths.key, renewed.key);
    assert.equal(await material(), before, "read at most once a second");
    platform.advance(1_000);
    const after = await material();
    assert.equal(after.certificate, renewed.cert);
    assert.equal(after.key, renewed.key);
    assert.equal(warnings.length, 1);
  });

  it("takes a certificate file with key data for static, as client-go does", async () => {
    const platform = memoryPlatform(files);
    const tls = { certificate: { file: paths.certificate }, key: { data: issued.key } };
    const material = tlsMaterial(connection(tls), { platform });
    const before = await material();
    platform.files.set(paths.certificate, renewed.cert);
    platform.advance(60 * minutes);
    assert.equal(await material(), before);
    assert.deepEqual(platform.reads, [paths.certificate]);
  });

  describe("T22 CA file", () => {
    async function rotate(content: string | undefined) {
      const platform = memoryPlatform(files);
      const warnings: string[] = [];
      const { ca } = fromFiles;
      const material = tlsMaterial(connection({ ca }), { platform, onWarning: (text) => warnings.push(text) });
      const before = await material();
      if (content === undefined) platform.files.delete(paths.ca);
      else platform.files.set(paths.ca, content);
      platform.advance(5 * minutes - 1);
      assert.equal(await material(), before);
      assert.equal(platform.reads.length, 1, "not read before its time");
      platform.advance(1);
      const after = await material();
      await material();
      assert.equal(platform.reads.length, 2, "read once in five minutes, failed or not");
      return { before, after, warnings };
    }

    it("T22 changed: new roots", async () => {
      const { after, warnings } = await rotate(otherAuthority.cert);
      assert.equal(after.ca, otherAuthority.cert);
      assert.deepEqual(warnings, []);
    });

    it("T22 unchanged: the same material", async () => {
      const { before, after, warnings } = await rotate(authority.cert);
      assert.equal(after, before);
      assert.deepEqual(warnings, []);
    });

    for (const [what, content] of [["empty", ""], ["unreadable", undefined], ["garbage", "panda"]] as const) {
      it(`T22 ${what}: the old roots, with a warning`, async () => {
        const { before, after, warnings } = await rotate(content);
        assert.equal(after, before);
        assert.equal(warnings.length, 1);
      });
    }

    it("T22 a real server is trusted by the roots of the day only", async () => {
      const servers = await Promise.all([authority, otherAuthority].map(async (issuer) => {
        const { cert, key } = await issuer.issue({ commonName: "server", ipAddresses: ["127.0.0.1"] });
        const server = createServer({ cert, key }, (_, response) => response.end("ok"));
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return { server, url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/` };
      }));
      const [first, second] = servers as [typeof servers[0], typeof servers[0]];
      try {
        const platform = memoryPlatform(files);
        const material = tlsMaterial(connection({ ca: { file: paths.ca } }), { platform });
        assert.equal(await reach(first.url, await material()), "ok");
        assert.equal(await reach(second.url, await material()), "tls_failed");
        platform.files.set(paths.ca, otherAuthority.cert);
        platform.advance(5 * minutes);
        assert.equal(await reach(second.url, await material()), "ok");
        assert.equal(await reach(first.url, await material()), "tls_failed");
      } finally {
        await Promise.all(servers.map(({ server }) => new Promise((resolve) => server.close(resolve))));
      }
    });
  });
});

async function reach(url: string, tls: TlsOptions): Promise<string> {
  const transport = resolvePlatform().transport({ tls });
  try {
    return await (await transport.fetch(url)).text();
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await transport.close();
  }
}
