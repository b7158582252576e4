import { permissionError } from "./error_mapping.ts";
import type { PlatformFetch } from "./types.ts";

/**
 * The runtime's own `fetch`, looked up at each call, so that one put in its place later is the one that is used.
 *
 * @param url Where to
 * @param init As `fetch` takes it; two header pairs of one name become one line, as `fetch` joins them
 * @returns The response; rejects with `permission_missing` where the runtime withholds the network
 */
export const outwardFetch: PlatformFetch = async (url, init) => {
  try {
    return await globalThis.fetch(url, init as RequestInit | undefined);
  } catch (error) {
    throw permissionError(error, `reach ${new URL(url).origin}`) ?? error;
  }
};
