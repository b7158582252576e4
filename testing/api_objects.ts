import { listObjects } from "./api_list.ts";
import { failure } from "./api_status.ts";
import { type ApiStore, storeKey } from "./api_store.ts";
import type { ApiObject, ApiRequest, ApiResource, ApiResponse } from "./api_types.ts";
import { watchObjects } from "./api_watch.ts";

/** A path under a group and version, taken apart. */
export interface ObjectTarget {
  readonly resource: ApiResource;
  readonly namespace?: string;
  readonly name?: string;
  readonly query: URLSearchParams;
  /** Whether list items leave out apiVersion and kind. */
  readonly typed: boolean;
}

/**
 * Carries out one verb on a resource: get, list, watch, create, update, merge patch, delete.
 *
 * @param store Where the objects are
 * @param request Method and body
 * @param target What it is about
 * @returns The answer
 */
export function serveObjects(store: ApiStore, request: ApiRequest, target: ObjectTarget): ApiResponse {
  const { resource, namespace, name, query } = target;
  const key = storeKey(resource, namespace, name);
  const { method } = request;
  if (name === undefined) {
    if (method === "GET") {
      const watching = ["1", "true"].includes(query.get("watch") ?? "");
      return watching ? watchObjects(store, target) : listObjects(store, target);
    }
    // Over all namespaces one can only read.
    const elsewhere = resource.namespaced && namespace === undefined;
    return method === "POST" && !elsewhere ? create(store, request, target) : failure(405);
  }
  const current = store.get(key);
  if (!["GET", "PUT", "PATCH", "DELETE"].includes(method)) return failure(405);
  if (!current) return about(404, target, `not found`, "NotFound");
  if (method === "GET") return { status: 200, body: current };
  if (method === "DELETE") return deleted(target, store.remove(key)!);
  if (contentType(request) !== (method === "PATCH" ? "application/merge-patch+json" : "application/json")) {
    return failure(415);
  }
  const sent = parse(request.body);
  if (!sent) return failure(400, `the object provided is unrecognized (must be of type ${resource.kind})`);
  const next = method === "PUT" ? sent : merge(current, sent) as ApiObject;
  const expected = next.metadata?.resourceVersion;
  if (expected !== undefined && expected !== current.metadata.resourceVersion) return conflict(target);
  return { status: 200, body: store.put(key, next) };
}

function create(store: ApiStore, request: ApiRequest, target: ObjectTarget): ApiResponse {
  const { resource, namespace } = target;
  if (contentType(request) !== "application/json") return failure(415);
  const object = parse(request.body);
  if (!object) return failure(400, `the object provided is unrecognized (must be of type ${resource.kind})`);
  const { name } = object.metadata ?? {};
  if (!name) return invalid(target);
  const key = storeKey(resource, namespace, name);
  if (store.get(key)) return about(409, { ...target, name }, "already exists", "AlreadyExists");
  const { group = "", version, kind } = resource;
  const apiVersion = group ? `${group}/${version}` : version;
  const metadata = { ...object.metadata, ...(namespace && { namespace }) };
  return { status: 201, body: store.put(key, { ...object, apiVersion, kind, metadata }) };
}

function deleted({ name, resource: { group, plural } }: ObjectTarget, { metadata: { uid } }: ApiObject): ApiResponse {
  const details = { name, ...(group && { group }), kind: plural, uid };
  return { status: 200, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details } };
}

function about(code: number, target: ObjectTarget, text: string, reason: string): ApiResponse {
  const { name, resource: { group, plural } } = target;
  const details = { name, ...(group && { group }), kind: plural };
  return failure(code, `${group ? `${plural}.${group}` : plural} "${name}" ${text}`, { reason, details });
}

function conflict(target: ObjectTarget): ApiResponse {
  const { name, resource: { group, plural } } = target;
  const full = group ? `${plural}.${group}` : plural;
  const reason = "the object has been modified; please apply your changes to the latest version and try again";
  return failure(409, `Operation cannot be fulfilled on ${full} "${name}": ${reason}`, {
    details: { name, ...(group && { group }), kind: plural },
  });
}

function invalid({ resource: { group, kind } }: ObjectTarget): ApiResponse {
  const cause = "Required value: name or generateName is required";
  return failure(422, `${group ? `${kind}.${group}` : kind} "" is invalid: metadata.name: ${cause}`, {
    details: {
      ...(group && { group }),
      kind,
      causes: [{ reason: "FieldValueRequired", message: cause, field: "metadata.name" }],
    },
  });
}

function contentType(request: ApiRequest): string {
  const [, value] = request.headers.find(([name]) => name.toLowerCase() === "content-type") ?? [];
  // As the API server, JSON is taken for granted.
  return value?.split(";")[0]?.trim() ?? "application/json";
}

function parse(body: string): ApiObject | undefined {
  try {
    const value = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** RFC 7396. */
function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const isObject = typeof target === "object" && target !== null && !Array.isArray(target);
  const result: Record<string, unknown> = isObject ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merge(result[name], value);
  }
  return result;
}
