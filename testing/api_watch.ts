import { selectObjects } from "./api_list.ts";
import type { ObjectTarget } from "./api_objects.ts";
import { failure } from "./api_status.ts";
import { type ApiStore, storePrefix } from "./api_store.ts";
import type { ApiResponse } from "./api_types.ts";

/**
 * A watch: what is there (unless it starts from a resourceVersion), and then each change until the client goes away.
 * Objects do not enter or leave the selection by a change of labels, and there are no bookmarks.
 *
 * @param store Where the objects are
 * @param target Kind and query: resourceVersion, labelSelector, fieldSelector
 * @returns The stream
 */
export function watchObjects(store: ApiStore, target: ObjectTarget): ApiResponse {
  const scope = storePrefix(target.resource, target.namespace);
  const since = Number(target.query.get("resourceVersion") ?? 0);
  return { status: 200, headers: { "content-type": "application/json" }, stream: lines };

  async function* lines(signal: AbortSignal): AsyncGenerator<string> {
    if (since > 0 && since <= store.compacted) {
      const message = `The resourceVersion for the provided watch is too old.`;
      yield line("ERROR", failure(410, message).body as object);
      return;
    }
    const start = store.revision;
    if (since === 0) { for (const object of select(store.list(scope))) yield line("ADDED", object); }
    for await (const { key, type, object } of store.changes(since || start, signal)) {
      if (key.startsWith(scope) && select([object]).length > 0) yield line(type, object);
    }
  }

  function select(objects: Parameters<typeof selectObjects>[0]): object[] {
    return selectObjects(objects, target.query) ?? [];
  }
}

function line(type: string, object: object): string {
  return JSON.stringify({ type, object }) + "\n";
}
