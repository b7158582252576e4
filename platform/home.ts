import type { Platform } from "./types.ts";

/**
 * The home directory as the environment names it.
 *
 * @param platform Its environment and path rules
 * @returns HOME; on Windows, where it is seldom set, then USERPROFILE, then HOMEDRIVE with HOMEPATH, the order of
 *   client-go's `util/homedir` for a home without a kubeconfig
 */
export function homeFrom(platform: Pick<Platform, "env" | "os">): string | undefined {
  const { env, os } = platform;
  const home = env("HOME");
  if (home) return home;
  if (os === "posix") return undefined;
  const profile = env("USERPROFILE");
  if (profile) return profile;
  const drive = env("HOMEDRIVE"), path = env("HOMEPATH");
  return drive && path ? drive + path : undefined;
}
