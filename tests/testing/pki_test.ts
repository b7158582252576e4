import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import tls from "node:tls";
import { createAuthority, type IssuedCertificate, type IssueOptions, type KeyType } from "../../testing/mod.ts";

const day = 86_400_000;

/** What a client that trusts `ca` says of a server: "ok", or the verifier's code. */
async function handshake(server: IssuedCertificate, client: tls.ConnectionOptions): Promise<string> {
  const listener = tls.createServer({ cert: server.chain, key: server.key }, (socket) => {
    socket.on("error", () => {});
    socket.end();
  });
  listener.on("tlsClientError", () => {});
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  const answer = await new Promise<string>((resolve) => {
    const socket = tls.connect({ host: "127.0.0.1", port, ...client }, () => {
      resolve(socket.authorized ? "ok" : String(socket.authorizationError));
      socket.end();
    });
    socket.on("error", (error: Error & { code?: string }) => resolve(error.code ?? error.message));
    socket.on("close", () => resolve("closed"));
    socket.resume();
  });
  await new Promise((resolve) => listener.close(resolve));
  return answer;
}

const loopback: IssueOptions = {
  commonName: "server",
  dnsNames: ["localhost", "*.example.test"],
  ipAddresses: ["127.0.0.1"],
};

for (const keyType of ["ec", "rsa", "ed25519"] as const satisfies readonly KeyType[]) {
  test(`createAuthority() is trusted through an intermediate when its key is ${keyType}`, async () => {
    const root = await createAuthority({ keyType });
    const middle = await root.issueAuthority({ name: "middle" });
    assert.equal(await handshake(await root.issue(loopback), { ca: root.cert }), "ok");
    const server = await middle.issue(loopback);
    for (const servername of ["localhost", "web.example.test"]) {
      assert.equal(await handshake(server, { ca: root.cert, servername }), "ok");
    }
  });

  test(`issue() gives a key of type ${keyType} in every form that it has`, async () => {
    const { cert, key, exportKey } = await (await createAuthority()).issue({ ...loopback, keyType });
    const certificate = new X509Certificate(cert);
    const formats = { ec: ["pkcs8", "sec1"], rsa: ["pkcs8", "pkcs1"], ed25519: ["pkcs8"] } as const;
    for (const format of formats[keyType]) {
      assert.ok(certificate.checkPrivateKey(createPrivateKey(exportKey(format))), format);
    }
    assert.equal(key, exportKey("pkcs8"));
    assert.match(exportKey("pkcs8-encrypted"), /^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    const decrypted = createPrivateKey({ key: exportKey("pkcs8-encrypted", "open"), passphrase: "open" });
    assert.ok(certificate.checkPrivateKey(decrypted));
  });
}

test("createAuthority() is refused when it is another one with the same name", async () => {
  const [ours, theirs] = await Promise.all([createAuthority(), createAuthority()]);
  assert.notEqual(await handshake(await theirs.issue(loopback), { ca: ours.cert }), "ok");
  assert.notEqual(await handshake(await ours.issue(loopback), {}), "ok");
});

test("issue() is refused when expired, not yet valid, for clients only, or for another name", async () => {
  const authority = await createAuthority({ notBefore: Date.now() - 9 * day });
  assert.equal(await handshake(await authority.issue(loopback), { ca: authority.cert }), "ok");
  const refused: IssueOptions[] = [
    { ...loopback, notBefore: Date.now() - 2 * day, notAfter: Date.now() - day },
    { ...loopback, notBefore: Date.now() + day, notAfter: Date.now() + 2 * day },
    { ...loopback, usages: ["client"] },
    { commonName: "127.0.0.1" },
    { commonName: "127.0.0.1", dnsNames: ["127.0.0.1.example.test"], ipAddresses: ["127.0.0.2"] },
  ];
  for (const options of refused) {
    assert.notEqual(await handshake(await authority.issue(options), { ca: authority.cert }), "ok");
  }
});

test("issue() refuses what is no IP address", async () => {
  await assert.rejects((await createAuthority()).issue({ commonName: "host", ipAddresses: ["10.0.0"] }), {
    code: "invalid_argument",
  });
});

test("issue() writes names, groups, addresses, usages and dates as asked", async () => {
  const authority = await createAuthority({ name: "root", notAfter: Date.UTC(2055, 0, 1) });
  const issued = await authority.issue({
    commonName: "zoë",
    organizations: ["system:masters", "dev"],
    dnsNames: ["api.example.test"],
    ipAddresses: ["10.0.0.1", "::1", "fd00::1:0:ff"],
    usages: ["client"],
    notBefore: Date.UTC(2020, 0, 2, 3, 4, 5),
    notAfter: Date.UTC(2049, 11, 31, 23, 59, 59),
  });
  const certificate = new X509Certificate(issued.cert);
  const root = new X509Certificate(authority.cert);
  assert.equal(certificate.subject, "O=system:masters\nO=dev\nCN=zoë");
  assert.equal(certificate.issuer, "CN=root");
  assert.ok(certificate.checkHost("api.example.test") && !certificate.checkHost("web.example.test"));
  for (const ip of ["10.0.0.1", "::1", "fd00::1:0:ff"]) assert.ok(certificate.checkIP(ip), ip);
  assert.ok(!certificate.checkIP("10.0.0.2") && !certificate.checkIP("::2"));
  assert.equal(Date.parse(certificate.validFrom), Date.UTC(2020, 0, 2, 3, 4, 5));
  assert.equal(Date.parse(certificate.validTo), Date.UTC(2049, 11, 31, 23, 59, 59));
  assert.equal(Date.parse(root.validTo), Date.UTC(2055, 0, 1));
  assert.ok(certificate.verify(root.publicKey) && root.ca && !certificate.ca);
  assert.equal(issued.chain, issued.cert);
  // Subject and authority key identifier.
  for (const oid of ["0603551d0e", "0603551d23"]) assert.ok(certificate.raw.toString("hex").includes(oid), oid);
});
