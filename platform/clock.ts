/** The longest that one timer can wait; a longer one would fire at once. */
export const longestTimer = 2 ** 31 - 1;

/**
 * Waits.
 *
 * @param ms Milliseconds
 * @param signal Ends the wait; the promise then rejects with its reason
 */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const abort = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    if (signal?.aborted) return abort();
    signal?.addEventListener("abort", abort, { once: true });
    wait(ms);

    function wait(left: number): void {
      timer = setTimeout(() => {
        if (left > longestTimer) return wait(left - longestTimer);
        signal?.removeEventListener("abort", abort);
        resolve();
      }, Math.min(left, longestTimer));
    }
  });
}
