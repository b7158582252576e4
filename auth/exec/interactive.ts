import { KubecredError } from "../../errors.ts";

/** What decides whether a plugin may talk to a person. */
export interface InteractionOptions {
  /** Whether stdin is a terminal. */
  readonly isTerminal: boolean;
  /** The caller needs stdin for something else. @default {false} */
  readonly stdinUnavailable?: boolean;
  /** What for. @default {not said} */
  readonly stdinUnavailableMessage?: string;
}

/**
 * Decides, for one run, whether the plugin gets the terminal as its stdin (client-go-semantics 1.3).
 *
 * @param mode `interactiveMode`, case-sensitive
 * @param options The terminal, and what the caller says of it
 * @returns Whether it does
 * @throws {KubecredError} `plugin_failed` when `Always` cannot be had; `kubeconfig_invalid` when the mode is unknown
 */
export function isInteractive(mode: string, options: InteractionOptions): boolean {
  const { isTerminal, stdinUnavailable = false, stdinUnavailableMessage } = options;
  switch (mode) {
    case "Never":
      return false;
    case "IfAvailable":
      return isTerminal && !stdinUnavailable;
    case "Always":
      if (!isTerminal) throw refused("plugin_failed", "standard input is not a terminal");
      if (!stdinUnavailable) return true;
      throw refused(
        "plugin_failed",
        `standard input is unavailable${stdinUnavailableMessage ? `: ${stdinUnavailableMessage}` : ""}`,
      );
    default:
      throw refused("kubeconfig_invalid", `unknown interactiveMode: ${JSON.stringify(mode)}`);
  }
}

function refused(code: "plugin_failed" | "kubeconfig_invalid", reason: string): KubecredError {
  return new KubecredError(code, `exec plugin cannot support interactive mode: ${reason}`);
}
