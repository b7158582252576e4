import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { connect } from "../../connect.ts";
import { loadKubeconfig } from "../../kubeconfig/mod.ts";
import { createAuthority, startApiServer } from "../../testing/mod.ts";
import { encodeBase64 } from "../../encoding/base64.ts";
import { idToken, startIssuer } from "./oidc_issuer.ts";

it("connect() writes refreshed tokens of the auth provider oidc into the kubeconfig, which the next program then uses", async () => {
  const authority = await createAuthority();
  const tls = await authority.issue({ commonName: "issuer", ipAddresses: ["127.0.0.1"] });
  const [first, second] = [1, 2].map((id) => idToken({ sub: "ada", exp: 4_000_000_000, id })) as [string, string];
  const granted = [{ id_token: first, refresh_token: "r2" }, { id_token: second, refresh_token: "r3" }];
  const token = (_: unknown, count: number) => ({ body: { access_token: "a", ...granted[count - 1] } });
  const issuer = await startIssuer({ tls, token });
  const api = await startApiServer({ authority, tokens: { [first]: "ada" } });
  const directory = await mkdtemp(join(tmpdir(), "kubecred-"));
  try {
    const path = join(directory, "config");
    const config = {
      "idp-issuer-url": issuer.url,
      "client-id": "kubernetes",
      "refresh-token": "r1",
      "idp-certificate-authority-data": encodeBase64(new TextEncoder().encode(authority.cert)),
    };
    const user = { "auth-provider": { name: "oidc", config }, as: "bob" };
    await writeFile(path, api.kubeconfig({ user }), { mode: 0o600 });
    const stored = async () => (await loadKubeconfig({ path })).users[0]!.user["auth-provider"]!.config!;
    const request = async () => {
      const cluster = await connect({ kubeconfig: path });
      const response = await cluster.fetch("/version");
      await response.text();
      await cluster.close();
      return response.status;
    };

    assert.equal(await request(), 200);
    assert.deepEqual({ ...await stored() }, { ...config, "id-token": first, "refresh-token": "r2" });
    assert.match(await readFile(path, "utf8"), /bob/, "the rest of the stanza stays");

    api.tokens.delete(first);
    api.tokens.set(second, "ada");
    assert.equal(await request(), 200, "a token that the server refuses is replaced within the request");
    assert.equal((await stored())["refresh-token"], "r3");
    assert.deepEqual(issuer.requests.map(({ form }) => form["refresh_token"]), ["r1", "r2"]);
    assert.deepEqual(api.tokensSeen, [first, second]);
  } finally {
    await Promise.all([issuer.close(), api.close()]);
    await rm(directory, { recursive: true });
  }
});
