import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { type Authority, createAuthority } from "../../testing/pki.ts";
import { type Proxy, startHttpProxy, startSocksProxy } from "./proxies.ts";
import { fresh, removeScratch } from "./scratch.ts";
import { ok, startWireServer, type WireServer } from "./wire_server.ts";

/** Each program does its work and then falls off its end; whoever still holds the runtime open keeps it from exiting. */
const programs: Readonly<Record<string, string>> = {
  "requests, without close()": `
    await Promise.all(Array.from({ length: 20 }, () => get("/")));
    await read(pool.fetch(url));`,
  "a request, a stream that close() ended, and close() of a pool that was never used": `
    await read(pool.fetch(url));
    const reading = (await pool.fetch(url + "/stream")).text();
    reading.catch(() => {});
    await pool.close(new Error("enough"));
    await refuse(reading);
    await make({ tls }).close();`,
  "a refused connection, a failed handshake, an aborted handshake, an aborted stream and a cancelled one": `
    await refuse(pool.fetch("https://127.0.0.1:1"));
    await refuse(make({}).fetch(url));
    await refuse(pool.fetch(silent, { signal: AbortSignal.timeout(20) }));
    const stop = new AbortController();
    const response = await pool.fetch(url + "/stream", { signal: stop.signal });
    stop.abort();
    await refuse(response.text());
    await (await pool.fetch(url + "/stream")).body.cancel();`,
  "requests through proxies, without close()": `
    await read(make({ tls, proxy: httpProxy }).fetch(url));
    await read(make({ tls, proxy: socksProxy }).fetch(url));
    // The proxy's certificate is verified against the runtime's roots, to which the environment adds one.
    await read(make({ tls, proxy: httpsProxy }).fetch(url));`,
  "a request to a server that the runtime's own roots vouch for": `await read(make({}).fetch(trusted));`,
};

describe("a program exits by itself", () => {
  let authority: Authority;
  let trusting: string;
  const servers: WireServer[] = [];
  const proxies: Proxy[] = [];
  let prelude: string;

  before(async () => {
    authority = await createAuthority();
    const extra = await createAuthority();
    trusting = fresh("extra.pem");
    writeFileSync(trusting, extra.cert);
    const [server, vouched] = await Promise.all(
      [authority, extra].map((it) => it.issue({ commonName: "server", ipAddresses: ["127.0.0.1"] })),
    );
    const start = (certificate: typeof server) =>
      startWireServer(({ socket, line }) => {
        if (!line.includes("/stream")) return socket.write(ok("hello"));
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello");
      }, { tls: { cert: certificate!.chain, key: certificate!.key } });
    servers.push(await start(server), await start(vouched), await startWireServer(() => {}));
    proxies.push(await startHttpProxy(), await startSocksProxy(), await startHttpProxy({ certificate: vouched! }));
    const values = {
      url: servers[0]!.url,
      trusted: servers[1]!.url,
      silent: servers[2]!.url.replace("http:", "https:"),
      httpProxy: `http://127.0.0.1:${proxies[0]!.port}`,
      socksProxy: `socks5://127.0.0.1:${proxies[1]!.port}`,
      httpsProxy: `https://127.0.0.1:${proxies[2]!.port}`,
      tls: { ca: authority.cert },
    };
    prelude = `
import { createTransport } from ${JSON.stringify(new URL("../../platform/transport.ts", import.meta.url).href)};
const { url, trusted, silent, httpProxy, socksProxy, httpsProxy, tls } = ${JSON.stringify(values)};
const make = (options) => createTransport(options, { env: () => undefined });
const pool = make({ tls });
const read = async (response) => console.log(await (await response).text());
const get = async (path) => await (await pool.fetch(url + path)).text();
const refuse = (promise) => promise.then(() => { throw new Error("it succeeded") }, () => {});
`;
  });

  after(async () => {
    await Promise.all([...servers, ...proxies].map((it) => it.close()));
    removeScratch();
  });

  for (const [name, body] of Object.entries(programs)) {
    it(`after ${name}`, async () => {
      const path = fresh("program.ts");
      writeFileSync(path, `${prelude}${body}\nconsole.log("done");\n`);
      const { code, signal, printed } = await exitOf(path, trusting);
      assert.deepEqual({ code, signal }, { code: 0, signal: null }, printed);
      assert.match(printed, /^(hello\n)*done\n$/);
    });
  }
});

/** Runs a program on this runtime; one that is still there after 15 s is ended. */
function exitOf(
  path: string,
  trusting: string,
): Promise<{ code: number | null; signal: string | null; printed: string }> {
  const args = "Deno" in globalThis ? ["run", "--no-check", "--allow-all", path] : [path];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 15_000,
    env: { ...process.env, NODE_EXTRA_CA_CERTS: trusting },
  });
  let printed = "";
  child.stdout.on("data", (chunk) => printed += chunk);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, printed }));
  });
}
