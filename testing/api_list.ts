import type { ObjectTarget } from "./api_objects.ts";
import { failure } from "./api_status.ts";
import { type ApiStore, storePrefix } from "./api_store.ts";
import type { ApiObject, ApiResponse } from "./api_types.ts";
import { matchesFields, matchesLabels } from "./selectors.ts";

/** What a `continue` token holds, as apimachinery's storage/continue.go writes it. */
interface ContinueToken {
  readonly v: "meta.k8s.io/v1";
  readonly rv: number;
  readonly start: string;
}

const tooOld = "The provided continue parameter is too old to display a consistent list result. You can start a new " +
  "list without the continue parameter, or use the continue token in this response to retrieve the remainder of the " +
  "results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, " +
  "or deleted between the time the first chunk was returned and now may show up in the list.";

/**
 * One page of a list. Pages show the objects of now rather than those of the first page's revision.
 *
 * @param store Where the objects are
 * @param target Kind and query: limit, continue, labelSelector, fieldSelector
 * @returns The list, or 400 and 410 as the real server answers
 */
export function listObjects(store: ApiStore, target: ObjectTarget): ApiResponse {
  const { query, resource, namespace, typed } = target;
  const { group = "", version, kind } = resource;
  const token = query.get("continue") ?? "";
  const from = token === "" ? undefined : decodeToken(token);
  if (token !== "" && !from) {
    return failure(400, "invalid continue token: continue key is not valid: incorrect encoding");
  }
  if (from && from.rv >= 0 && from.rv <= store.compacted) {
    return failure(410, tooOld, { metadata: { continue: encodeToken({ ...from, rv: -1 }) } });
  }
  const selected = selectObjects(store.list(storePrefix(resource, namespace)), query);
  if (!selected) return failure(400, "unable to parse requirement");
  const rest = from ? selected.filter((object) => keyOf(object) > from.start.replace(/\0$/, "")) : selected;
  const limit = Number(query.get("limit") ?? 0);
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const left = rest.length - page.length;
  const filtered = query.get("labelSelector") || query.get("fieldSelector");
  const revision = from && from.rv >= 0 ? from.rv : store.revision;
  return {
    status: 200,
    body: {
      kind: `${kind}List`,
      apiVersion: group ? `${group}/${version}` : version,
      metadata: {
        resourceVersion: String(revision),
        ...(left > 0 && {
          continue: encodeToken({ v: "meta.k8s.io/v1", rv: revision, start: `${keyOf(page.at(-1)!)}\0` }),
        }),
        // A server does not count what it would have to filter first.
        ...(left > 0 && !filtered && { remainingItemCount: left }),
      },
      items: typed ? page.map(({ apiVersion: _, kind: __, ...item }) => item) : page,
    },
  };
}

/** Those that meet the query's selectors; undefined when one cannot be parsed. */
export function selectObjects(objects: readonly ApiObject[], query: URLSearchParams): ApiObject[] | undefined {
  const [labels, fields] = [query.get("labelSelector") ?? "", query.get("fieldSelector") ?? ""];
  const verdicts = objects.map((object) => [matchesLabels(labels, object), matchesFields(fields, object)]);
  if (verdicts.some((verdict) => verdict.includes(undefined))) return undefined;
  return objects.filter((_, index) => verdicts[index]!.every((met) => met));
}

function keyOf({ metadata: { namespace = "", name } }: ApiObject): string {
  return `${namespace}/${name}`;
}

function encodeToken(token: ContinueToken): string {
  const bytes = new TextEncoder().encode(JSON.stringify(token));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function decodeToken(text: string): ContinueToken | undefined {
  try {
    const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    const token = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0))));
    return token?.v === "meta.k8s.io/v1" ? token : undefined;
  } catch (error) {
    // Not base64, or not JSON.
    if (error instanceof SyntaxError || error instanceof DOMException) return undefined;
    throw error;
  }
}
