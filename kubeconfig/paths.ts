import { cleanPath, isAbsolutePath, joinPath, type PathRules, separatorOf } from "../encoding/lexical_path.ts";
import { KubecredError } from "../errors.ts";
import type { Platform } from "../platform/types.ts";

/**
 * The absolute directory that relative paths of a kubeconfig file start from: that of the path as given. Links stay links.
 *
 * @param path The file
 * @param platform Path rules, and the working directory for a path that is relative
 * @returns The directory
 * @see client-go tools/clientcmd/loader.go ResolveLocalPaths
 */
export function baseDirectory(path: string, platform: Pick<Platform, "os" | "cwd">): string {
  const { os } = platform;
  const end = os === "windows" ? Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) : path.lastIndexOf("/");
  const directory = cleanPath(path.slice(0, end + 1), os);
  return isAbsolutePath(directory, os) ? directory : joinPath(platform.cwd(), directory, os);
}

/**
 * Makes a path of a kubeconfig absolute. Empty and absolute ones stay as they are, and nothing is expanded.
 *
 * @param path The path
 * @param base Absolute directory of the kubeconfig file
 * @param rules Whose rules
 * @returns The absolute path
 * @see client-go tools/clientcmd/loader.go ResolvePaths
 */
export function absolutePath(path: string, base: string, rules: PathRules): string {
  return path === "" || isAbsolutePath(path, rules) ? path : joinPath(base, path, rules);
}

/**
 * Makes a path relative to a directory when it lies inside. One outside stays as it is.
 *
 * @param path The path
 * @param base Absolute directory
 * @param rules Whose rules
 * @returns The relative path, or the path itself
 * @throws `kubeconfig_invalid` when the path is relative and leads outside
 * @see client-go tools/clientcmd/loader.go RelativizePathWithNoBacksteps
 */
export function relativePath(path: string, base: string, rules: PathRules): string {
  if (path === "") return path;
  const separator = separatorOf(rules);
  const fold = (text: string) => rules === "windows" ? text.toLowerCase() : text;
  const target = cleanPath(absolutePath(path, base, rules), rules);
  const root = cleanPath(base, rules);
  if (fold(target) === fold(root)) return ".";
  const prefix = root.endsWith(separator) ? root : root + separator;
  if (fold(target).startsWith(fold(prefix))) return target.slice(prefix.length);
  if (isAbsolutePath(path, rules)) return path;
  throw new KubecredError("kubeconfig_invalid", `Cannot write path ${path}: it requires backsteps and is not absolute`);
}

/** Whether the `command` of a credential plugin is a path, and so relative to the kubeconfig. */
export function isPath(command: string, rules: PathRules): boolean {
  return command.includes(separatorOf(rules));
}
