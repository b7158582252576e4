/**
 * Waits for a promise for as long as a signal allows. The promise itself goes on.
 *
 * @param promise What to wait for
 * @param signal Gives up waiting
 * @returns What the promise resolves to; rejects with the signal's reason when it aborts first
 */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
