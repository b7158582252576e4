/** The operating system, as far as its path rules differ. */
export type PathRules = "posix" | "windows";

/** `C:`, `\\host\share`, or nothing. */
const volume = /^(?:[A-Za-z]:|\\\\[^\\]+\\[^\\]+)?/;

/**
 * Shortens a path without asking the file system, as Go's `filepath.Clean` does: `.` and doubled separators go, `..`
 * takes the element before it along, links are not followed.
 *
 * @param path The path
 * @param rules Whose rules
 * @returns The shortest path that means the same; `.` for an empty one
 */
export function cleanPath(path: string, rules: PathRules): string {
  const separator = separatorOf(rules);
  const native = rules === "windows" ? path.replaceAll("/", separator) : path;
  const drive = rules === "windows" ? volume.exec(native)![0] : "";
  const rooted = native.startsWith(separator, drive.length);
  const kept: string[] = [];
  for (const element of native.slice(drive.length).split(separator)) {
    if (element === "" || element === ".") continue;
    if (element !== "..") kept.push(element);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!rooted) kept.push("..");
  }
  return drive + (rooted ? separator : "") + kept.join(separator) || ".";
}

/** The last element of a clean path. */
export function baseName(path: string, rules: PathRules): string {
  const separator = separatorOf(rules);
  return path.slice(path.lastIndexOf(separator) + 1) || separator;
}

/** Whether a path starts at a root. */
export function isAbsolutePath(path: string, rules: PathRules): boolean {
  return rules === "windows" ? /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path) : path.startsWith("/");
}

/** Puts a relative path below a directory, and cleans the result. */
export function joinPath(directory: string, path: string, rules: PathRules): string {
  return cleanPath(directory === "" ? path : directory + separatorOf(rules) + path, rules);
}

/** What separates the elements of a path. */
export function separatorOf(rules: PathRules): "/" | "\\" {
  return rules === "windows" ? "\\" : "/";
}
