import { KubecredError } from "../errors.ts";
import { type Agent, builtin, type ClientRequest, type IncomingMessage } from "./builtin.ts";
import { addressOf } from "./dial.ts";
import { toResponse } from "./response.ts";
import { connectionError } from "./tls_errors.ts";

/** One request, ready to be written. */
export interface OutgoingRequest {
  /** Where it goes. */
  readonly url: URL;
  /** The method, upper case. */
  readonly method: string;
  /** What stands in the first line: the path, or the whole URL for a proxy. */
  readonly target: string;
  /** Header lines, in order, repeated names kept. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body. */
  readonly body?: Uint8Array | ReadableStream<Uint8Array>;
  /** Ends the request, also while the body of the response is being read. */
  readonly signal?: AbortSignal;
}

/**
 * Sends a request over a pool.
 *
 * @param agent The pool
 * @param outgoing The request
 * @returns The response, once its head is there, and when the exchange is over
 */
export function send(agent: Agent, outgoing: OutgoingRequest): Promise<Response> {
  const { url, method, target, headers, body, signal } = outgoing;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const request: ClientRequest = open();
    const abort = () => void request.destroy();
    signal?.addEventListener("abort", abort, { once: true });
    request.on("close", () => signal?.removeEventListener("abort", abort));
    request.on("response", (incoming: IncomingMessage) => resolve(toResponse(request, { incoming, outgoing })));
    request.on("error", (error: Error) => {
      if (signal?.aborted) return reject(signal.reason);
      const stale = request.reusedSocket && isReset(error) && isReplayable(outgoing);
      if (stale) return resolve(send(agent, outgoing));
      reject(connectionError(error, `${method} ${url.origin}${url.pathname}`));
    });
    write(request, body);
  });

  function open(): ClientRequest {
    try {
      const { host, port } = addressOf(url);
      const options = {
        agent,
        host,
        port,
        method,
        path: target,
        headers: headers.flat(),
        url,
        signal: undefined,
        giveUp: signal,
      };
      return builtin("node:http").request(options);
    } catch (error) {
      const name = /\["?([\w-]+)"?\]/.exec(error instanceof Error ? error.message : "")?.[1];
      throw new KubecredError(
        "invalid_argument",
        `Cannot ${method} ${url.origin}${url.pathname}: ${
          name ? `header ${name} holds a character that HTTP does not allow` : "the request is malformed"
        }`,
      );
    }
  }
}

/** As Go's net/http: only what may be sent twice without harm, and only while no byte of an answer has come. */
function isReplayable({ method, body }: OutgoingRequest): boolean {
  return /^(GET|HEAD|OPTIONS|TRACE)$/.test(method) && !(body instanceof ReadableStream);
}

function isReset(error: Error & { code?: string }): boolean {
  return error.code === "ECONNRESET" || error.code === "EPIPE";
}

async function write(request: ClientRequest, body: OutgoingRequest["body"]): Promise<void> {
  if (!(body instanceof ReadableStream)) return void request.end(body);
  try {
    for await (const chunk of body) {
      if (!request.write(chunk)) {
        await new Promise<void>((resolve) => request.once("drain", resolve).once("close", resolve));
      }
      if (request.destroyed) break;
    }
    request.end();
  } catch (error) {
    request.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}
