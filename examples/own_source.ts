/**
 * Connects without a kubeconfig, with credentials from a function of your own. `cached` asks it once however many requests
 * wait, again shortly before the expiry, and when the server refuses the token.
 *
 *     deno run --allow-net --allow-env=API_SERVER,ISSUER examples/own_source.ts
 */
import process from "node:process";
import { cached, makeCredential } from "../auth/mod.ts";
import { connect, list, namespaces } from "../mod.ts";

const { API_SERVER: server = "https://127.0.0.1:6443", ISSUER: issuer = "https://127.0.0.1:8443/token" } = process.env;

const source = cached(async ({ signal }) => {
  const { token, expiresIn } = await (await fetch(issuer, { method: "POST", signal })).json();
  return makeCredential({ token, expiresAt: Date.now() + expiresIn * 1000 });
});
const cluster = await connect({ connection: { server }, source });
for (const { metadata } of (await list(cluster, namespaces)).items) console.log(metadata.name);
await cluster.close();
