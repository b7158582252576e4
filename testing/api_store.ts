import type { ApiObject, ApiResource } from "./api_types.ts";

/** One change. */
export interface StoreEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: ApiObject;
  readonly revision: number;
  readonly key: string;
}

/** Objects under keys, one revision counter over all, and the history since the last compaction, as etcd has it. */
export interface ApiStore {
  /** Revision of the last change. */
  readonly revision: number;
  /** Revisions up to this one are forgotten. */
  readonly compacted: number;
  /** Objects whose key begins so, in order of key. */
  list(prefix: string): ApiObject[];
  /** One object. */
  get(key: string): ApiObject | undefined;
  /** Creates or replaces. */
  put(key: string, object: ApiObject): ApiObject;
  /** Deletes; the object as it was last, or undefined. */
  remove(key: string): ApiObject | undefined;
  /** Changes after a revision, and those to come. */
  changes(after: number, signal: AbortSignal): AsyncIterable<StoreEvent>;
  /** Forgets history. */
  compact(): void;
}

/** Where an object of a resource is stored: `group/plural/namespace/name`, with nothing for a namespace it does not have. */
export function storeKey({ group = "", plural }: ApiResource, namespace: string = "", name: string = ""): string {
  return `${group}/${plural}/${namespace}/${name}`;
}

/** What the keys of all objects of a resource, or of those in one namespace, begin with. */
export function storePrefix({ group = "", plural }: ApiResource, namespace?: string): string {
  return namespace === undefined ? `${group}/${plural}/` : `${group}/${plural}/${namespace}/`;
}

/** An empty store. */
export function createStore(): ApiStore {
  const objects = new Map<string, ApiObject>();
  const history: StoreEvent[] = [];
  const waiting = new Set<() => void>();
  let revision = 100;
  let compacted = 0;

  function record(type: StoreEvent["type"], key: string, object: ApiObject): ApiObject {
    revision += 1;
    const { uid, creationTimestamp, ...given } = object.metadata;
    const metadata = {
      ...given,
      uid: uid ?? crypto.randomUUID(),
      resourceVersion: String(revision),
      creationTimestamp: creationTimestamp ?? new Date().toISOString().replace(/\.\d+/, ""),
    };
    const { kind, apiVersion, ...rest } = object;
    const stored = { kind, apiVersion, ...rest, metadata };
    history.push({ type, key, revision, object: stored });
    for (const wake of waiting) wake();
    return stored;
  }

  async function* changes(after: number, signal: AbortSignal): AsyncGenerator<StoreEvent> {
    let next = history.findIndex((event) => event.revision > after);
    if (next < 0) next = history.length;
    while (!signal.aborted) {
      const event = history[next];
      if (event) {
        next += 1;
        yield event;
        continue;
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          waiting.delete(wake);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        waiting.add(wake);
        signal.addEventListener("abort", wake);
      });
    }
  }

  return {
    get revision() {
      return revision;
    },
    get compacted() {
      return compacted;
    },
    list: (prefix) =>
      [...objects].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => a < b ? -1 : 1).map(([, object]) =>
        object
      ),
    get: (key) => objects.get(key),
    put(key, object) {
      const before = objects.get(key)?.metadata;
      const kept = before && { uid: before.uid, creationTimestamp: before.creationTimestamp };
      const whole = { ...object, metadata: { ...object.metadata, ...kept } };
      const stored = record(before ? "MODIFIED" : "ADDED", key, whole);
      objects.set(key, stored);
      return stored;
    },
    remove(key) {
      const object = objects.get(key);
      if (!object) return undefined;
      objects.delete(key);
      return record("DELETED", key, object);
    },
    changes,
    compact() {
      compacted = revision;
      revision += 1;
    },
  };
}
