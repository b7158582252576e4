import { KubecredError } from "../errors.ts";
import { sleep } from "./clock.ts";
import { homeFrom } from "./home.ts";
import { outwardFetch } from "./outward_fetch.ts";
import type { Platform, Transport, TransportOptions } from "./types.ts";

/**
 * A place that has `fetch` and nothing below it: Cloudflare Workers, Vercel's edge, browsers. What is missing throws
 * `unsupported` and says what to use in its place.
 *
 * @param env Reads one variable, where the caller has some
 * @returns The platform
 */
export function edgePlatform(env: Platform["env"] = () => undefined): Platform {
  return {
    name: "edge",
    os: "posix",
    env,
    environ: () => ({}),
    home: () => homeFrom({ env, os: "posix" }),
    cwd: () => "/",
    readFile: (path) => Promise.reject(noFiles("read", path)),
    writeFile: (path) => Promise.reject(noFiles("write", path)),
    stat: (path) => Promise.reject(noFiles("read", path)),
    run: ({ argv }) =>
      Promise.reject(unsupported(
        `Cannot run ${
          argv[0]
        }: this runtime has no processes. Sources that need none are a token, a client certificate, ` +
          "basic authentication and any async function that returns a credential",
      )),
    fetch: outwardFetch,
    transport: fetchTransport,
    now: () => Date.now(),
    sleep,
    random: () => Math.random(),
    terminal: undefined,
  };
}

function noFiles(verb: string, path: string): KubecredError {
  return unsupported(
    `Cannot ${verb} ${path}: this runtime has no files. Pass the content instead: parseKubeconfig(text), and the ...-data fields in it`,
    path,
  );
}

/** One pool cannot be told from another under `fetch`, so it takes only what needs none of its own. */
function fetchTransport({ tls = {}, proxy }: TransportOptions): Transport {
  const fields = [...Object.entries(tls), ["proxy", proxy] as const];
  const [field] = fields.find(([, value]) => value !== undefined && value !== false) ?? [];
  if (field !== undefined) {
    throw unsupported(
      `Cannot connect: this runtime's fetch takes no ${field}. The server needs a certificate from a public authority`,
    );
  }
  let closed = false;
  return {
    fetch(url, init) {
      if (closed) {
        return Promise.reject(
          new KubecredError("closed", `Cannot connect to ${new URL(url).host}: the transport is closed`),
        );
      }
      const pairs = init?.headers instanceof Array ? init.headers : [];
      const names = pairs.map(([name]) => name!.toLowerCase());
      const twice = names.find((name, at) => names.indexOf(name) !== at);
      if (twice !== undefined) {
        return Promise.reject(unsupported(`Cannot send ${twice} twice: this runtime's fetch joins the two into one`));
      }
      return outwardFetch(url, { ...init, redirect: "manual" });
    },
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
}

function unsupported(message: string, path?: string): KubecredError {
  return new KubecredError("unsupported", message, { path });
}
