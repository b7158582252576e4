import type { ApiObject, ApiResource, ApiResponse } from "./api_types.ts";

// group/version, then the kinds: plural:Kind:short name, cluster-scoped ones with an exclamation mark.
const builtIn = `
v1 pods:Pod:po configmaps:ConfigMap:cm secrets:Secret services:Service:svc serviceaccounts:ServiceAccount:sa
v1 endpoints:Endpoints:ep events:Event:ev persistentvolumeclaims:PersistentVolumeClaim:pvc
v1 replicationcontrollers:ReplicationController:rc namespaces:Namespace:ns! nodes:Node:no! persistentvolumes:PersistentVolume:pv!
apps/v1 deployments:Deployment:deploy replicasets:ReplicaSet:rs statefulsets:StatefulSet:sts daemonsets:DaemonSet:ds
batch/v1 jobs:Job cronjobs:CronJob:cj
coordination.k8s.io/v1 leases:Lease
networking.k8s.io/v1 ingresses:Ingress:ing networkpolicies:NetworkPolicy:netpol
rbac.authorization.k8s.io/v1 roles:Role rolebindings:RoleBinding clusterroles:ClusterRole! clusterrolebindings:ClusterRoleBinding!
apiextensions.k8s.io/v1 customresourcedefinitions:CustomResourceDefinition:crd!
`;

/** What the server serves. */
export interface ResourceTable {
  /** All kinds of a group and version; empty when it has none. */
  inVersion(group: string, version: string): readonly ApiResource[];
  /** Group and version of each, in order, without repetition. */
  versions(): readonly (readonly [group: string, version: string])[];
  /** The kind of an object; one that is not known is learnt from it. */
  of(object: ApiObject): ApiResource;
  /** Whether items of its lists leave out apiVersion and kind, as Go's typed lists do. */
  isBuiltIn(resource: ApiResource): boolean;
}

/** The built-in kinds and these. */
export function resourceTable(extra: readonly ApiResource[]): ResourceTable {
  const typed = parseBuiltIn();
  const all = [...typed, ...extra];
  return {
    inVersion: (group, version) => all.filter((one) => (one.group ?? "") === group && one.version === version),
    versions() {
      const names = new Set(all.map(({ group, version }) => `${group ?? ""}/${version}`));
      return [...names].map((name) => name.split("/") as [string, string]);
    },
    of(object) {
      const [group, version] = splitVersion(object.apiVersion);
      const known = this.inVersion(group, version).find(({ kind }) => kind === object.kind);
      if (known) return known;
      const { namespace } = object.metadata;
      const plural = pluralOf(object.kind);
      const learnt = { group, version, plural, kind: object.kind, namespaced: namespace !== undefined };
      all.push(learnt);
      return learnt;
    },
    isBuiltIn: (resource) => typed.includes(resource),
  };
}

/** `/api`, `/apis`, `/api/v1`, `/apis/GROUP` and `/apis/GROUP/VERSION`; undefined for any other path. */
export function discover(table: ResourceTable, segments: readonly string[]): ApiResponse | undefined {
  const [root, ...rest] = segments;
  const inGroup = (name: string) => table.versions().filter(([group]) => group === name);
  if (root === "api" && rest.length === 0) return { status: 200, body: { kind: "APIVersions", versions: ["v1"] } };
  if (root === "apis" && rest.length === 0) {
    const names = new Set(table.versions().map(([group]) => group).filter((group) => group !== ""));
    const groups = [...names].map((name) => groupOf(name, inGroup(name)));
    return { status: 200, body: { kind: "APIGroupList", apiVersion: "v1", groups } };
  }
  if (root === "apis" && rest.length === 1 && inGroup(rest[0]!).length > 0) {
    return { status: 200, body: { kind: "APIGroup", apiVersion: "v1", ...groupOf(rest[0]!, inGroup(rest[0]!)) } };
  }
  const [group, version] = root === "api" ? ["", rest[0]] : rest;
  if (rest.length !== (root === "api" ? 1 : 2)) return undefined;
  const resources = table.inVersion(group!, version!).map(({ plural, kind, namespaced, shortName }) => ({
    name: plural,
    singularName: kind.toLowerCase(),
    namespaced,
    kind,
    ...(shortName !== undefined && { shortNames: [shortName] }),
    verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
  }));
  if (resources.length === 0) return notServed();
  const groupVersion = group ? `${group}/${version}` : version;
  return { status: 200, body: { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources } };
}

/** What the server says where nothing is served. */
export function notServed(): ApiResponse {
  return { status: 404, body: "404 page not found\n" };
}

/** Group and version of an apiVersion. */
function splitVersion(apiVersion: string): [group: string, version: string] {
  const [first = "", second] = apiVersion.split("/");
  return second === undefined ? ["", first] : [first, second];
}

function groupOf(name: string, versions: readonly (readonly [string, string])[]): object {
  const list = versions.map(([group, version]) => ({ groupVersion: `${group}/${version}`, version }));
  return { name, versions: list, preferredVersion: list[0] };
}

function parseBuiltIn(): ApiResource[] {
  return builtIn.trim().split("\n").flatMap((line) => {
    const [apiVersion = "", ...kinds] = line.split(" ");
    const [group, version] = splitVersion(apiVersion);
    return kinds.map((entry) => {
      const [plural = "", kind = "", shortName] = entry.replace("!", "").split(":");
      return { group, version, plural, kind, shortName, namespaced: !entry.endsWith("!") };
    });
  });
}

function pluralOf(kind: string): string {
  const lower = kind.toLowerCase();
  if (/[^aeiou]y$/.test(lower)) return lower.slice(0, -1) + "ies";
  return lower + (/(s|x|ch|sh)$/.test(lower) ? "es" : "s");
}
