import type { Kubeconfig } from "./types.ts";

type Named = { readonly name: string };

/**
 * Merges kubeconfigs as kubectl merges the files of KUBECONFIG: whole entries, the first of a name wins; the first
 * `current-context` that is set wins. Each entry keeps its provenance.
 *
 * @example
 * ```ts
 * import { mergeKubeconfigs, parseKubeconfig } from "@kubecred/kubecred/kubeconfig";
 * import assert from "node:assert/strict";
 *
 * const first = parseKubeconfig("users: [{ name: red, user: { as: a } }]");
 * const second = parseKubeconfig("users: [{ name: red, user: { as: b } }, { name: blue, user: {} }]");
 * const { users } = mergeKubeconfigs([first, second]);
 * assert.deepEqual(users.map(({ name, user }) => [name, user.as]), [["red", "a"], ["blue", undefined]]);
 * ```
 *
 * @param kubeconfigs Kubeconfigs in order of precedence
 * @returns One kubeconfig, frozen
 * @see client-go tools/clientcmd/loader.go Load, merge.go
 */
export function mergeKubeconfigs(kubeconfigs: readonly Kubeconfig[]): Kubeconfig {
  if (kubeconfigs.length === 1) return kubeconfigs[0]!;
  const current = kubeconfigs.find((config) => config["current-context"]);
  const colors = kubeconfigs.some(({ preferences }) => (preferences as { colors?: boolean } | undefined)?.colors);
  const preferenceExtensions = firstByName(
    kubeconfigs.map(({ preferences }) => (preferences as Pick<Kubeconfig, "extensions"> | undefined)?.extensions),
  );
  const preferences = {
    ...Object.assign({}, ...kubeconfigs.map((config) => config.preferences).reverse()),
    ...(colors && { colors }),
    ...(preferenceExtensions && { extensions: preferenceExtensions }),
  };
  const unknown = Object.assign({}, ...kubeconfigs.map((config) => config.unknownFields).reverse());
  return Object.freeze({
    "current-context": current?.["current-context"],
    currentContextOrigin: current?.currentContextOrigin,
    clusters: firstByName(kubeconfigs.map(({ clusters }) => clusters)) ?? Object.freeze([]),
    contexts: firstByName(kubeconfigs.map(({ contexts }) => contexts)) ?? Object.freeze([]),
    users: firstByName(kubeconfigs.map(({ users }) => users)) ?? Object.freeze([]),
    files: Object.freeze(kubeconfigs.flatMap(({ files }) => files)),
    warnings: Object.freeze(kubeconfigs.flatMap(({ warnings }) => warnings)),
    preferences: kubeconfigs.some((config) => config.preferences) ? Object.freeze(preferences) : undefined,
    extensions: firstByName(kubeconfigs.map(({ extensions }) => extensions)),
    unknownFields: Object.keys(unknown).length > 0 ? Object.freeze(unknown) : undefined,
  });
}

function firstByName<T extends Named>(lists: readonly (readonly T[] | undefined)[]): readonly T[] | undefined {
  if (!lists.some((list) => list)) return undefined;
  const byName = new Map<string, T>();
  for (const entry of lists.flatMap((list) => list ?? [])) {
    if (!byName.has(entry.name)) byName.set(entry.name, entry);
  }
  return Object.freeze([...byName.values()]);
}
