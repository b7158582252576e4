import { KubecredError } from "../errors.ts";
import { makeStatusError, type Purpose, statusError } from "./status.ts";
import { type Place, resourcePath } from "./resource.ts";
import type { ClusterClient, KubeObject, Resource } from "./types.ts";

/** What to read, and how to say so. */
export interface ReadRequest {
  /** `get`, `list`, ... */
  readonly verb: string;
  /** The kind of object. */
  readonly resource: Resource;
  /** Where it is. */
  readonly place: Place;
  /** Query parameters; those that are undefined are left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Gives up. */
  readonly signal?: AbortSignal;
}

/**
 * Reads one JSON object of the API. Anything else than an object of the API is an error.
 *
 * @param cluster Where to read it
 * @param request What to read
 * @returns The object
 */
export async function read<T extends KubeObject | object>(cluster: ClusterClient, request: ReadRequest): Promise<T> {
  const { resource, place, query = {}, signal } = request;
  const purpose: Purpose = { verb: request.verb, target: describe(resource, place) };
  const response = await cluster.fetch(resourcePath(resource, place) + queryString(query), {
    headers: [["Accept", "application/json"]],
    signal,
  });
  if (!response.ok) throw await statusError(response, purpose);
  const value = await readJson(response, purpose);
  if (value.kind === "Status" && value.status !== "Success" && value.status !== undefined) {
    throw makeStatusError(value as never, response, purpose);
  }
  return value as T;
}

/**
 * The namespace of a request.
 *
 * @param cluster Has a default namespace
 * @param resource The kind of object
 * @param namespace The caller's choice
 * @returns The namespace; undefined for cluster-scoped resources
 */
export function namespaceFor(cluster: ClusterClient, resource: Resource, namespace?: string): string | undefined {
  return resource.namespaced ? namespace ?? cluster.namespace ?? "default" : undefined;
}

// The parser's own error quotes the text, so it goes no further than here.
async function readJson(response: Response, purpose: Purpose): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = await response.json();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  const type = response.headers.get("content-type") ?? "no content type";
  const reason = `the server answered ${response.status} with ${type}, not an object of the API`;
  throw new KubecredError("protocol", `Cannot ${purpose.verb} ${purpose.target}: ${reason}; is a proxy in between?`);
}

function describe(resource: Resource, { namespace, name, subresource }: Place): string {
  const group = resource.group === "" ? "" : `.${resource.group}`;
  const part = subresource ? `/${subresource}` : "";
  return `${resource.plural}${group}${part}${name === undefined ? "" : ` "${name}"`}` +
    (namespace === undefined ? "" : ` in namespace "${namespace}"`);
}

function queryString(query: NonNullable<ReadRequest["query"]>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  if (given.length === 0) return "";
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
