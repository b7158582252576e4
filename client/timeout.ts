import { KubecredError } from "../errors.ts";
import type { Platform } from "../platform/types.ts";
import type { PreparedRequest } from "./request.ts";

/**
 * Sends a request with a limit on the whole of it, its body included. Streams, which are meant to last, have none.
 *
 * @param request The request
 * @param options The limit in milliseconds, the clock, and what sends
 * @returns The response, whose body rejects with `timeout` when the time is over
 */
export async function withTimeout(request: PreparedRequest, options: {
  readonly platform: Platform;
  readonly timeout: number | undefined;
  readonly send: (request: PreparedRequest) => Promise<Response>;
}): Promise<Response> {
  const { platform, timeout, send } = options;
  if (timeout === undefined || isStream(request.url)) return await send(request);
  const limit = new AbortController();
  const done = new AbortController();
  const abort = () => limit.abort(request.signal!.reason);
  const message = `Cannot ${request.method} ${request.url.pathname}: no complete answer within ${timeout} ms`;
  request.signal?.addEventListener("abort", abort, { once: true });
  platform.sleep(timeout, done.signal).then(() => limit.abort(new KubecredError("timeout", message)), () => {});
  try {
    const response = await send({ ...request, signal: limit.signal });
    if (response.body) return withBody(response, response.body, finish);
    finish();
    return response;
  } catch (error) {
    finish();
    throw error;
  }

  function finish(): void {
    request.signal?.removeEventListener("abort", abort);
    done.abort();
  }
}

function isStream({ searchParams }: URL): boolean {
  return ["watch", "follow"].some((name) => /^(true|1)$/i.test(searchParams.get(name) ?? ""));
}

function withBody(response: Response, body: ReadableStream<Uint8Array>, finish: () => void): Response {
  const reader = body.getReader();
  const watched = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        finish();
        controller.close();
      } catch (error) {
        finish();
        controller.error(error);
      }
    },
    async cancel(reason) {
      finish();
      await reader.cancel(reason);
    },
  });
  return new Response(watched, { status: response.status, statusText: response.statusText, headers: response.headers });
}
