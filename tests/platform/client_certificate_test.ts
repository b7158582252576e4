import { hasCode } from "../../errors.ts";
import { checkCertificate } from "../../platform/client_certificate.ts";
import { createAuthority } from "../../testing/pki.ts";
import assert from "node:assert/strict";
import { describe, it } from "node:test";

const authority = await createAuthority();
const ec = await authority.issue({ commonName: "user", notBefore: 1_700_000_000_000, notAfter: 4_000_000_000_000 });
const otherEc = await authority.issue({ commonName: "other" });
const rsa = await authority.issue({ commonName: "user", keyType: "rsa" });

function fails(cert: string, key: string, message: RegExp): void {
  assert.throws(() => checkCertificate(cert, key), (error) => {
    assert.ok(hasCode(error, "credential_invalid"));
    assert.match(error.message, message);
    for (const line of [...ec.key.split("\n").slice(1, -2), ...rsa.key.split("\n").slice(1, -2)]) {
      assert.ok(!JSON.stringify([error.message, error.stack, error.cause]).includes(line));
    }
    return true;
  });
}

describe("checkCertificate()", () => {
  it("returns the leaf's validity when the key belongs to it", () => {
    assert.deepEqual(checkCertificate(ec.cert, ec.key), {
      notBefore: 1_700_000_000_000,
      notAfter: 4_000_000_000_000,
    });
  });

  it("accepts PKCS#1, PKCS#8 and SEC 1 keys", () => {
    assert.ok(checkCertificate(ec.cert, ec.exportKey("sec1")));
    assert.ok(checkCertificate(rsa.cert, rsa.exportKey("pkcs8")));
    assert.ok(checkCertificate(rsa.cert, rsa.exportKey("pkcs1")));
  });

  it("reads the first certificate of a chain, and skips other blocks before it and the key", () => {
    assert.ok(checkCertificate(`${ec.key}${ec.cert}${authority.cert}`, `${authority.cert}${ec.key}`));
    fails(`${authority.cert}${ec.cert}`, ec.key, /^tls: private key does not match public key$/);
  });

  it("accepts CRLF and text around the blocks", () => {
    assert.ok(
      checkCertificate(`subject: user\r\n${ec.cert.replaceAll("\n", "\r\n")}`, ec.key.replaceAll("\n", "\r\n")),
    );
  });

  it("accepts an expired certificate", async () => {
    const old = await authority.issue({
      commonName: "user",
      notBefore: 1_000_000_000_000,
      notAfter: 1_000_000_001_000,
    });
    assert.equal(checkCertificate(old.cert, old.key).notAfter, 1_000_000_001_000);
  });

  it("throws client-go's words when the two do not belong together", () => {
    fails(ec.cert, otherEc.key, /^tls: private key does not match public key$/);
    fails(ec.cert, rsa.key, /^tls: private key type does not match public key type$/);
  });

  it("throws client-go's words when there is no PEM", () => {
    fails("bar", "foo", /^tls: failed to find any PEM data in certificate input$/);
    fails(ec.cert, "foo", /^tls: failed to find any PEM data in key input$/);
    fails(btoa(ec.cert), ec.key, /certificate input \(it is base64 of PEM; give the PEM itself\)$/);
  });

  it("throws client-go's words when the blocks are switched or of another type", () => {
    fails(ec.key, ec.cert, /but did find a private key; PEM inputs may have been switched$/);
    fails(ec.cert, ec.cert, /^tls: found a certificate rather than a key in the PEM for the private key$/);
    const other = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
    fails(other, ec.key, /"CERTIFICATE" PEM block .* of the following types: \[PUBLIC KEY\]$/);
    fails(ec.cert, other, /type ending in "PRIVATE KEY" .* of the following types: \[PUBLIC KEY\]$/);
  });

  it("throws when a block holds something else than it says", () => {
    const broken = (type: string) => `-----BEGIN ${type}-----\nAAAA\n-----END ${type}-----\n`;
    fails(broken("CERTIFICATE"), ec.key, /^x509: malformed certificate$/);
    fails(ec.cert, broken("PRIVATE KEY"), /^tls: failed to parse private key$/);
  });

  it("says so when the key is encrypted", () => {
    fails(ec.cert, ec.exportKey("pkcs8-encrypted"), /^tls: failed to parse private key: it is encrypted/);
    const legacy = ec.exportKey("sec1").replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: X,00\n\n");
    fails(ec.cert, legacy, /it is encrypted, and a passphrase cannot be given/);
  });
});
