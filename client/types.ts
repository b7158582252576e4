/** `fetch`, authenticated to one cluster. Relative URLs go to its server. */
export interface ClusterFetch {
  /** Sends one request. Same signature as `fetch`; header pairs keep repeated names apart. */
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Ends every request under way and closes every connection. */
  close(): Promise<void>;
}

/** What every verb takes first: a cluster, or anything that can fetch from one. */
export interface ClusterClient {
  /** Sends one request to the cluster; relative URLs go to its server. */
  readonly fetch: (input: string, init?: RequestInit) => Promise<Response>;
  /** Namespace of requests that name none. @default {"default"} */
  readonly namespace?: string;
}

/** A reference from an object to its owner. */
export interface OwnerReference {
  /** API version of the owner. */
  readonly apiVersion: string;
  /** Kind of the owner. */
  readonly kind: string;
  /** Name of the owner. */
  readonly name: string;
  /** UID of the owner. */
  readonly uid: string;
  /** Whether the owner manages the object. */
  readonly controller?: boolean;
  /** Whether the owner waits for the object's deletion. */
  readonly blockOwnerDeletion?: boolean;
}

/** `meta/v1 ObjectMeta`. Times are RFC 3339 strings, as on the wire. */
export interface ObjectMeta {
  /** Name, unique in the namespace. */
  name: string;
  /** Prefix for a generated name. */
  generateName?: string;
  /** Namespace; absent on cluster-scoped objects. */
  namespace?: string;
  /** Unique in time and space. */
  uid?: string;
  /** Version of the object, opaque. */
  resourceVersion?: string;
  /** Version of the desired state. */
  generation?: number;
  /** When it was made. */
  creationTimestamp?: string;
  /** When it goes. */
  deletionTimestamp?: string;
  /** Seconds left for a graceful end. */
  deletionGracePeriodSeconds?: number;
  /** Labels. */
  labels?: Record<string, string>;
  /** Annotations. */
  annotations?: Record<string, string>;
  /** Owners. */
  ownerReferences?: OwnerReference[];
  /** What has to happen before it can go. */
  finalizers?: string[];
  /** Who manages which field. */
  managedFields?: unknown[];
}

/** Any object of the API. */
export interface KubeObject {
  /** Group and version; absent on the items of a list. */
  apiVersion?: string;
  /** Kind; absent on the items of a list. */
  kind?: string;
  /** Its metadata. */
  metadata: ObjectMeta;
}

/** An object with a desired and an observed state. */
export interface KubeResource<Spec = Record<string, unknown>, Condition = Record<string, unknown>> extends KubeObject {
  /** The desired state. */
  spec?: Spec;
  /** The observed state. */
  status?: Condition;
}

/** A page of objects. */
export interface KubeList<T> {
  /** Group and version of the list. */
  apiVersion: string;
  /** Kind of the list. */
  kind: string;
  /** Version of the list and where it goes on. */
  metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number };
  /** The objects. */
  items: T[];
}

/** A kind of object and where the API serves it. */
export interface Resource<T extends KubeObject = KubeObject> {
  /** API group; empty for the core group. */
  readonly group: string;
  /** Version. */
  readonly version: string;
  /** Lower-case plural, as in URLs. */
  readonly plural: string;
  /** Kind. */
  readonly kind: string;
  /** Whether its objects live in namespaces. */
  readonly namespaced: boolean;
  /** Carries the object's type; never set. */
  readonly object?: T;
}
