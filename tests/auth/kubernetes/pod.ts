import { memoryPlatform } from "../memory_platform.ts";

/** Where a pod finds its service account. */
export const directory = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The environment of a pod. */
export const variables = { KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443", HOME: "/home/me" };

/**
 * A platform that looks like a pod.
 *
 * @param files Files beside or over those of the service account; undefined takes one away
 * @param env Environment
 * @returns The platform
 */
export function pod(files: Record<string, string | undefined> = {}, env: Record<string, string> = variables) {
  const all = { [`${directory}/token`]: "pod-token\n", [`${directory}/namespace`]: "icc\n", ...files };
  const present = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return memoryPlatform(Object.fromEntries(present), env);
}
