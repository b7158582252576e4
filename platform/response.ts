import { KubecredError } from "../errors.ts";
import type { ClientRequest, IncomingMessage } from "./builtin.ts";
import { decompress } from "./decompress.ts";
import { messageOf } from "./error_mapping.ts";
import type { OutgoingRequest, Stop } from "./https.ts";
import { connectionError } from "./tls_errors.ts";

/** What belongs together. */
export interface ResponseContext {
  /** The response, its head read. */
  readonly incoming: IncomingMessage;
  /** What it answers. */
  readonly outgoing: OutgoingRequest;
  /** Why the exchange is to stop, if it is. */
  readonly stopped: () => Stop | undefined;
}

/**
 * Makes a `Response` of what came in. Its body streams with backpressure; cancelling it closes the connection. When it has
 * ended, the connection is back in the pool.
 *
 * @param request The exchange
 * @param context The response, and what it answers
 * @returns A real `Response`
 * @throws `protocol` when the head is none that HTTP allows
 */
export function toResponse(request: ClientRequest, { incoming, outgoing, stopped }: ResponseContext): Response {
  const { body, headers } = decompress(incoming);
  const status = incoming.statusCode!;
  const init = { status, statusText: incoming.statusMessage, headers };
  try {
    if (outgoing.method !== "HEAD" && status !== 204 && status !== 205 && status !== 304) {
      return new StreamedResponse(stream(), init);
    }
    body.resume();
    return new Response(null, init);
  } catch (error) {
    request.destroy();
    throw new KubecredError("protocol", `Cannot ${action()}: ${messageOf(error)}`);
  }

  function action(): string {
    return `read the response of ${outgoing.method} ${outgoing.url.origin}${outgoing.url.pathname}`;
  }

  function stream(): ReadableStream<Uint8Array> {
    let cancelled = false;
    return new ReadableStream<Uint8Array>({
      start(controller) {
        let ended = false;
        let broken: unknown;
        body.on("data", (chunk: Uint8Array) => {
          if (cancelled) return;
          controller.enqueue(chunk);
          if (controller.desiredSize! <= 0) body.pause();
        });
        body.on("end", () => ended = true);
        body.on("error", (error: unknown) => {
          // The decoder's own complaint; a cut connection shows in the request's close.
          if (body !== incoming) broken = new KubecredError("protocol", `Cannot ${action()}: ${messageOf(error)}`);
          request.destroy();
        });
        request.on("close", finish);

        function finish(): void {
          if (cancelled) return;
          if (ended) return controller.close();
          // What is compressed may outlast its connection.
          if (incoming.complete && !body.errored) return void body.once("end", finish).once("error", finish);
          body.destroy();
          const stop = stopped();
          if (stop) return controller.error(stop.reason);
          broken ??= new Error("connection closed in the middle of the response");
          controller.error(connectionError(broken, action()));
        }
      },
      pull: () => void body.resume(),
      cancel() {
        cancelled = true;
        body.destroy();
        request.destroy();
      },
    }, { highWaterMark: 65_536, size: (chunk) => chunk.length });
  }
}

/**
 * Reads its stream without the detour that the runtimes take for a stream that is not their own. The loops are written out:
 * `for await` takes Deno three times as long, and a callback keeps twenty megabytes alive that a list no longer needs.
 */
class StreamedResponse extends Response {
  override async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    const reader = readerOf(this);
    // A lie about the length costs no more than this.
    let bytes = new Uint8Array(Math.min(Number(this.headers.get("content-length")), 1 << 26));
    let length = 0;
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const needed = length + next.value.length;
      if (needed > bytes.length) bytes = widened(bytes.subarray(0, length), 2 * needed);
      bytes.set(next.value, length);
      length = needed;
    }
    return bytes.subarray(0, length);
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer, length } = await this.bytes();
    return length === buffer.byteLength ? buffer : buffer.slice(0, length);
  }

  override async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  override async json(): Promise<unknown> {
    if (!("Bun" in globalThis)) return JSON.parse(new TextDecoder().decode(await this.bytes()));
    // Bun parses what lies in a Blob in half the time; Deno takes half as much memory again for it.
    const reader = readerOf(this);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
    return await new Response(new Blob(chunks)).json();
  }
}

function readerOf(response: Response): ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> {
  if (response.bodyUsed) throw new TypeError("Body already consumed");
  return response.body!.getReader();
}

function widened(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const wide = new Uint8Array(length);
  wide.set(bytes);
  return wide;
}
