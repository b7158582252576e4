import type { PlatformFetch, TlsOptions } from "../../platform/types.ts";

/** A request as a transport was given it, and the number of the transport. */
export interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: [string, string][];
  readonly body: unknown;
  readonly transport: number;
}

/** A platform whose transports are a function; what they were asked is recorded. */
export function fakeTransports(answer: (sent: Sent) => Response | Promise<Response>) {
  const sent: Sent[] = [];
  const made: { tls: TlsOptions; proxy?: string; closed: unknown[] }[] = [];
  const platform = {
    run: () => Promise.reject(new Error("no process")),
    transport({ tls = {}, proxy }: { tls?: TlsOptions; proxy?: string }) {
      const transport = made.length;
      made.push({ tls, proxy, closed: [] });
      const fetch: PlatformFetch = async (url, init = {}) => {
        await null;
        const headers = init.headers as [string, string][];
        sent.push({ url: String(url), method: init.method!, headers, body: init.body, transport });
        return await answer(sent.at(-1)!);
      };
      return { fetch, close: (reason?: Error) => Promise.resolve(void made[transport]!.closed.push(reason)) };
    },
  };
  return { platform, sent, made };
}
