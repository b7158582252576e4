import type { ClientRequest, IncomingMessage } from "./builtin.ts";
import type { OutgoingRequest } from "./https.ts";
import { connectionError } from "./tls_errors.ts";

/** What belongs together. */
export interface ResponseContext {
  /** The response, its head read. */
  readonly incoming: IncomingMessage;
  /** What it answers. */
  readonly outgoing: OutgoingRequest;
}

/**
 * Makes a `Response` of what came in. Its body streams with backpressure; cancelling it closes the connection.
 *
 * @param request The exchange
 * @param context The response, and what it answers
 * @returns A real `Response`
 */
export function toResponse(request: ClientRequest, { incoming, outgoing }: ResponseContext): Response {
  const headers: [string, string][] = [];
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    headers.push([incoming.rawHeaders[index]!, incoming.rawHeaders[index + 1]!]);
  }
  const { statusCode: status = 0, statusMessage: statusText } = incoming;
  const empty = outgoing.method === "HEAD" || status === 204 || status === 205 || status === 304;
  if (empty) incoming.resume();
  return new Response(empty ? null : bodyStream(request, { incoming, outgoing }), { status, statusText, headers });
}

function bodyStream(request: ClientRequest, { incoming, outgoing }: ResponseContext): ReadableStream<Uint8Array> {
  const { signal, method, url } = outgoing;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      let ended = false;
      incoming.on("data", (chunk: Uint8Array) => {
        controller.enqueue(chunk);
        if (controller.desiredSize! <= 0) incoming.pause();
      });
      incoming.on("end", () => ended = true);
      incoming.on("error", () => {});
      // By then the connection is back in the pool, for whoever reads to the end and asks again.
      request.on("close", () => {
        if (ended) return controller.close();
        if (signal?.aborted) return controller.error(signal.reason);
        const action = `read the response of ${method} ${url.origin}${url.pathname}`;
        controller.error(connectionError(new Error("connection closed in the middle of the response"), action));
      });
      incoming.pause();
    },
    pull: () => void incoming.resume(),
    cancel: () => void request.destroy(),
  }, new ByteLengthQueuingStrategy({ highWaterMark: 65_536 }));
}
