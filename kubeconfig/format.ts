import { stringifyYaml } from "../encoding/yaml.ts";
import { revealDeep } from "./plain.ts";
import type { Kubeconfig } from "./types.ts";

/**
 * Writes a kubeconfig as YAML that kubectl reads back the same, unknown fields and extensions among it. Secrets are
 * written in full. Paths are written as they stand: absolute when they came from {@linkcode loadKubeconfig}, so that the
 * text works from any directory.
 *
 * @example
 * ```ts
 * import { formatKubeconfig, parseKubeconfig } from "@kubecred/kubecred/kubeconfig";
 * import assert from "node:assert/strict";
 *
 * const text = formatKubeconfig(parseKubeconfig('users: [{ name: "007", user: { token: hidden } }]'));
 * assert.match(text, /name: '007'/);
 * assert.equal(parseKubeconfig(text).users[0]?.user.token, "hidden");
 * ```
 *
 * @param kubeconfig The kubeconfig
 * @returns YAML text
 * @see client-go tools/clientcmd/loader.go Write
 */
export function formatKubeconfig(kubeconfig: Kubeconfig): string {
  return stringifyYaml(plainKubeconfig(kubeconfig));
}

/** The kubeconfig as the file has it: plain, secrets in sight, provenance left out. */
export function plainKubeconfig(kubeconfig: Kubeconfig): Record<string, unknown> {
  const { clusters, contexts, users, preferences, extensions, unknownFields } = kubeconfig;
  const entry = ({ origin: _, unknownFields: more, ...fields }: {
    readonly origin: unknown;
    readonly unknownFields?: object;
  }) => ({ ...fields, ...more });
  return revealDeep({
    apiVersion: "v1",
    kind: "Config",
    "current-context": kubeconfig["current-context"] ?? "",
    clusters: clusters.map(entry),
    contexts: contexts.map(entry),
    users: users.map(entry),
    ...(preferences !== undefined && { preferences }),
    ...(extensions !== undefined && { extensions }),
    ...unknownFields,
  }) as Record<string, unknown>;
}
