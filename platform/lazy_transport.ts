import type { Platform, PlatformFetch, Transport, TransportOptions } from "./types.ts";

/**
 * A transport that loads its code with the first request, so that importing this library stays cheap.
 *
 * @param options TLS material and proxy
 * @param platform Where the environment's proxy is read
 * @returns The transport; TLS material that is not sound is told by the first request
 */
export function lazyTransport(options: TransportOptions, platform: Platform): Transport {
  let transport: Transport | undefined;
  let opening: Promise<Transport> | undefined;
  return { fetch, close };

  function fetch(...args: Parameters<PlatformFetch>): Promise<Response> {
    return transport ? transport.fetch(...args) : open().then((opened) => opened.fetch(...args));
  }

  function open(): Promise<Transport> {
    return opening ??= import("./transport.ts").then(({ createTransport }) =>
      transport = createTransport(options, platform)
    );
  }

  async function close(reason?: Error): Promise<void> {
    // One that could not be made was told of by its requests, and has nothing to close.
    const [opened] = await Promise.allSettled([open()]);
    if (opened.status === "fulfilled") await opened.value.close(reason);
  }
}
