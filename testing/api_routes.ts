import { serveObjects } from "./api_objects.ts";
import { discover, notServed, type ResourceTable } from "./api_resources.ts";
import { failure, forbidden } from "./api_status.ts";
import type { ApiStore } from "./api_store.ts";
import type { ApiRequest, ApiResponse, ApiUser } from "./api_types.ts";

/** What the routes serve. */
export interface ApiWorld {
  readonly store: ApiStore;
  readonly table: ResourceTable;
  readonly prefix: string;
}

const verbs: Readonly<Record<string, string>> = { POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };
const open = ["/version", "/healthz", "/livez", "/readyz"];

/**
 * Answers an authenticated request as the API server does. Users may do everything, the anonymous user nothing but ask
 * for version and health.
 *
 * @param request The request, its user known
 * @param world Objects and kinds
 * @returns The answer
 */
export function route(request: ApiRequest, world: ApiWorld): ApiResponse {
  if (!request.path.startsWith(`${world.prefix}/`)) return notServed();
  const url = new URL(request.path.slice(world.prefix.length), "http://host");
  const anonymous = request.user?.username === "system:anonymous";
  if (open.includes(url.pathname)) return url.pathname === "/version" ? version() : { status: 200, body: "ok" };
  const [root = "", ...rest] = url.pathname.slice(1).split("/").map(decodeURIComponent);
  const grouped = root === "api" ? ["", ...rest] : rest;
  const [group = "", apiVersion = "", ...path] = grouped;
  if (root !== "api" && root !== "apis" || path.length === 0) {
    if (anonymous) return forbidden(request);
    return acceptable(request) ? discover(world.table, [root, ...rest]) ?? notServed() : failure(406);
  }
  const kinds = world.table.inVersion(group, apiVersion);
  // /namespaces/NAME/PLURAL/... is inside a namespace; /namespaces/NAME is the namespace itself.
  const inside = path[0] === "namespaces" && path.length > 2 ? path[1] : undefined;
  const [plural = "", name, subresource] = inside === undefined ? path : path.slice(2);
  if (anonymous) {
    const read = name !== undefined ? "get" : url.searchParams.has("watch") ? "watch" : "list";
    const target = { verb: verbs[request.method] ?? read, group, plural, name, namespace: inside };
    return forbidden(request, target);
  }
  if (plural === "selfsubjectreviews" && group === "authentication.k8s.io") {
    return request.method === "POST" ? whoAmI(request.user!) : failure(405);
  }
  if (kinds.length === 0) return group === "" ? failure(404) : notServed();
  const resource = kinds.find((kind) => kind.plural === plural);
  const placed = resource && (resource.namespaced === (inside !== undefined) || inside === undefined && !name);
  if (!placed || subresource !== undefined) return failure(404);
  if (!acceptable(request)) return failure(406);
  const typed = world.table.isBuiltIn(resource);
  return serveObjects(world.store, request, { resource, namespace: inside, name, query: url.searchParams, typed });
}

function acceptable(request: ApiRequest): boolean {
  const accept = request.headers.filter(([name]) => name.toLowerCase() === "accept").map(([, value]) => value).join();
  return accept.trim() === "" || /\*\/\*|application\/(\*|json)/.test(accept);
}

function version(): ApiResponse {
  const body = {
    major: "1",
    minor: "35",
    gitVersion: "v1.35.4",
    gitCommit: "0000000000000000000000000000000000000000",
    gitTreeState: "clean",
    buildDate: "1970-01-01T00:00:00Z",
    goVersion: "go1.26.8",
    compiler: "gc",
    platform: "linux/amd64",
  };
  return { status: 200, body };
}

function whoAmI({ username, groups }: ApiUser): ApiResponse {
  return {
    status: 201,
    body: {
      kind: "SelfSubjectReview",
      apiVersion: "authentication.k8s.io/v1",
      metadata: { creationTimestamp: new Date().toISOString().replace(/\.\d+/, "") },
      status: { userInfo: { username, groups } },
    },
  };
}
