import { KubecredError } from "../errors.ts";
import { type Agent, builtin, type ClientRequest, type IncomingMessage } from "./builtin.ts";
import { hasErrno, messageOf } from "./error_mapping.ts";
import { toResponse } from "./response.ts";
import { connectionError } from "./tls_errors.ts";

/** One request, ready to be written. */
export interface OutgoingRequest {
  /** Where it goes. */
  readonly url: URL;
  /** What the pool keeps its connections by, and hands on to what makes them. */
  readonly route: Route;
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

/** How a server is reached. */
export interface Route {
  /** Origin of its URLs. */
  readonly origin: string;
  /** The proxy in between. */
  readonly proxy?: URL;
}

/** Connections, and whether they are all to end. */
export interface Pool {
  /** Keeps them alive. */
  readonly agent: Agent;
  /** Why every exchange is to stop, if it is. */
  readonly stop: () => Stop | undefined;
}

/** Why an exchange is to stop. */
export interface Stop {
  /** What its promise or its body rejects with. */
  readonly reason: unknown;
}

/** A request under way. */
export interface Exchange {
  /** Its response, as soon as the head is there. */
  readonly response: Promise<Response>;
  /** Resolves when nothing of it is left on a connection. */
  readonly over: Promise<void>;
}

/**
 * Sends a request over a pool. One that meets a connection which the server has just closed is sent again, as Go's
 * `net/http` does: only what may be sent twice without harm, and only while no byte of an answer has come.
 *
 * @param pool The connections
 * @param outgoing The request
 * @returns The response, and the end of the exchange
 * @throws `invalid_argument` when HTTP cannot carry a header
 */
export function send(pool: Pool, outgoing: OutgoingRequest): Exchange {
  const { url, method, signal } = outgoing;
  const request = open(pool.agent, outgoing);
  const stopped = () => signal?.aborted ? { reason: signal.reason } : pool.stop();
  let answered = false;
  let finish!: (end?: Promise<void>) => void;
  const over = new Promise<void>((resolve) => finish = resolve);
  const response = new Promise<Response>((resolve, reject) => {
    const abort = () => void request.destroy();
    signal?.addEventListener("abort", abort, { once: true });
    request.on("response", (incoming: IncomingMessage) => {
      answered = true;
      try {
        resolve(toResponse(request, { incoming, outgoing, stopped }));
      } catch (error) {
        reject(error);
      }
    });
    request.on("error", (error: Error) => {
      const stop = stopped();
      if (stop) return reject(stop.reason);
      if (request.reusedSocket && !answered && hasErrno(error, "ECONNRESET", "EPIPE") && isReplayable(outgoing)) {
        const again = send(pool, outgoing);
        finish(again.over);
        return resolve(again.response);
      }
      reject(connectionError(error, `${method} ${url.origin}${url.pathname}`));
    });
    request.on("close", () => {
      signal?.removeEventListener("abort", abort);
      finish();
    });
  });
  write(request, outgoing);
  return { response, over };
}

function open(agent: Agent, { url, route, method, target, headers, signal }: OutgoingRequest): ClientRequest {
  try {
    const options = { agent, method, path: target, headers: headers.flat(), route, giveUp: signal };
    // Deno's `node:http` sends again whatever meets a closed connection, a POST too, unless it believes it has done so.
    return Object.assign(builtin("node:http").request(options), { _retrying: true });
  } catch (error) {
    // The message of the runtime names the header and never its value.
    throw new KubecredError("invalid_argument", `Cannot ${method} ${url.origin}${url.pathname}: ${messageOf(error)}`);
  }
}

function isReplayable({ method, body }: OutgoingRequest): boolean {
  return /^(GET|HEAD|OPTIONS|TRACE)$/.test(method) && !(body instanceof ReadableStream);
}

async function write(request: ClientRequest, { body }: OutgoingRequest): Promise<void> {
  if (!(body instanceof ReadableStream)) return void request.end(body);
  const reader = body.getReader();
  request.on("close", () => reader.cancel().catch(() => {}));
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (!request.write(next.value)) {
        await new Promise<void>((resolve) => request.once("drain", resolve).once("close", resolve));
      }
    }
    request.end();
  } catch (error) {
    request.destroy(error instanceof Error ? error : new Error(messageOf(error)));
  }
}
