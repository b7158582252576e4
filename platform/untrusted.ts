import { KubecredError } from "../errors.ts";

/**
 * The error for a file or a URL that a kubeconfig names which did not come from a file: a hostile one could have tokens
 * read and sent elsewhere.
 *
 * @param action What was to be done, after `Cannot`
 * @param what What may not be named
 * @returns The error, code `plugin_denied`
 */
export function untrusted(action: string, what: "files" | "URLs"): KubecredError {
  return new KubecredError(
    "plugin_denied",
    `Cannot ${action}: a kubeconfig that did not come from a file may not name ${what}. ` +
      `${what === "files" ? "Use inline data, or pass" : "Pass"} policy: "allow-all" if you trust it`,
  );
}
