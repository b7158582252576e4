import { hasCode } from "../errors.ts";
import type { Platform } from "./types.ts";

/**
 * An environment variable that one can do without: where the runtime withholds it, it counts as unset.
 *
 * @param env Reads one variable
 * @param name Its name
 * @returns Its value
 */
export function optionalEnv(env: Platform["env"], name: string): string | undefined {
  try {
    return env(name);
  } catch (error) {
    if (hasCode(error, "permission_missing")) return undefined;
    throw error;
  }
}
