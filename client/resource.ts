import { KubecredError } from "../errors.ts";
import type { KubeObject, Resource } from "./types.ts";

/**
 * Names a kind of object, for the verbs: built-in or custom.
 *
 * @example A custom resource
 * ```ts
 * import { type KubeResource, resource } from "@kubecred/kubecred/client";
 *
 * const certificates = resource<KubeResource<{ dnsNames: string[] }>>({
 *   group: "cert-manager.io",
 *   version: "v1",
 *   plural: "certificates",
 *   kind: "Certificate",
 *   namespaced: true,
 * });
 * ```
 *
 * @param description Group (empty for the core group), version, plural, kind, and whether it lives in namespaces
 * @returns The resource, frozen
 */
export function resource<T extends KubeObject = KubeObject>(
  description: Omit<Resource<T>, "group" | "object"> & { readonly group?: string },
): Resource<T> {
  const { group = "", version, plural, kind, namespaced } = description;
  return Object.freeze({ group, version, plural, kind, namespaced });
}

/** Where an object or a collection is. */
export interface Place {
  /** Namespace; undefined for cluster-scoped resources and for all namespaces at once. */
  readonly namespace?: string;
  /** Name; undefined for the collection. */
  readonly name?: string;
  /** Part of the object, such as `status`. */
  readonly subresource?: string;
}

/**
 * The path of an object or of a collection.
 *
 * @param resource The kind of object
 * @param place Namespace, name and subresource
 * @returns A path without query, to be put behind the server's own
 */
export function resourcePath(resource: Resource, place: Place = {}): string {
  const { group, version, plural } = resource;
  let path = group === "" ? `/api/${segment(version)}` : `/apis/${segment(group)}/${segment(version)}`;
  if (place.namespace !== undefined) path += `/namespaces/${segment(place.namespace)}`;
  path += `/${segment(plural)}`;
  if (place.name !== undefined) path += `/${segment(place.name)}`;
  for (const part of place.subresource?.split("/") ?? []) path += `/${segment(part)}`;
  return path;
}

// client-go's rule for names in paths (api/validation/path): what would change the path is refused, the rest is encoded.
function segment(value: string): string {
  if (value === "" || value === "." || value === ".." || /[/%]/.test(value)) {
    throw new KubecredError("invalid_argument", `Cannot build a path: "${value}" may not be part of it`);
  }
  return encodeURIComponent(value);
}
