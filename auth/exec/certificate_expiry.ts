interface Entry {
  holders: number;
  notAfter?: number;
}

/** By key of the source. As its credential, an entry outlives the last holder; it counts only while there is one. */
const entries = new Map<string, Entry>();

/**
 * Counts a plugin source as live.
 *
 * @param key Key of the source
 * @returns Ends it; further calls do nothing
 */
export function holdSource(key: string): () => void {
  const entry = entries.get(key) ?? { holders: 0 };
  entries.set(key, entry);
  entry.holders++;
  let held = true;
  return () => {
    if (held) entry.holders--;
    held = false;
  };
}

/**
 * Notes until when the client certificate of a source is valid.
 *
 * @param key Key of the source
 * @param notAfter Epoch milliseconds; undefined when its credential has no certificate
 * @returns The earliest over all live sources of the process; undefined when none has a certificate
 * @see client-go plugin/pkg/client/auth/exec/metrics.go certificateExpirationTracker
 */
export function earliestExpiry(key: string, notAfter: number | undefined): number | undefined {
  const entry = entries.get(key);
  if (entry) entry.notAfter = notAfter;
  const all = Array.from(entries.values(), ({ holders, notAfter }) => holders > 0 ? notAfter : undefined);
  return all.reduce((least, next) => next === undefined || least! <= next ? least : next, undefined);
}
