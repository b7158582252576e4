/** A cluster whose server is a function. */
import type { ClusterClient } from "../../client/mod.ts";

export interface StubCluster extends ClusterClient {
  readonly paths: string[];
}

export function stubCluster(answer: (path: string) => Response | Promise<Response>): StubCluster {
  const paths: string[] = [];
  const fetch = (path: string) => {
    paths.push(path);
    return Promise.resolve(answer(path));
  };
  return { fetch, namespace: "shop", paths };
}

export function json(value: unknown, init?: ResponseInit): Response {
  return new Response(JSON.stringify(value), { headers: { "content-type": "application/json" }, ...init });
}
