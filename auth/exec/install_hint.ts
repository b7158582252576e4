/** Options of {@linkcode createHintLimit}. */
export interface HintLimitOptions {
  /** Most times in a window. @default {10} */
  readonly threshold?: number;
  /** Length of a window, milliseconds. @default {3600000} */
  readonly interval?: number;
}

/** What client-go adds when a command is not found. */
export const installHelp = `

It looks like you are trying to use a client-go credential plugin that is not installed.

To learn more about this feature, consult the documentation available at:
      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins`;

/**
 * Limits how often help is shown, so that a program which tries on and on does not fill its log. Windows are of fixed
 * length; one begins with the first call after the last has ended (client-go's `sometimes`).
 *
 * @param now Epoch milliseconds
 * @param options How often
 * @returns Whether to show it this time
 */
export function createHintLimit(now: () => number, options: HintLimitOptions = {}): () => boolean {
  const { threshold = 10, interval = 3_600_000 } = options;
  let start: number | undefined;
  let count = 0;
  return () => {
    const time = now();
    if (start === undefined || time - start >= interval) {
      start = time;
      count = 0;
    }
    return count++ < threshold;
  };
}
