import { KubecredError } from "../errors.ts";
import type { ClientRequest, IncomingMessage } from "./builtin.ts";
import { decompress } from "./decompress.ts";
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

/** Reads its stream without the detour that the runtimes take for a stream that is not their own. */
class StreamedResponse extends Response {
  override async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return join(await readAll(this));
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer, byteOffset, length } = await this.bytes();
    return length === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + length);
  }

  override async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  override async json(): Promise<unknown> {
    const chunks = await readAll(this);
    // Deno and Bun parse a long text where it lies, in half the time and memory.
    if (chunks.length > 4) return await new Response(new Blob(chunks)).json();
    return JSON.parse(new TextDecoder().decode(join(chunks)));
  }
}

async function readAll(response: Response): Promise<Uint8Array<ArrayBuffer>[]> {
  if (response.bodyUsed) throw new TypeError("Body already consumed");
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  // Deno takes three times as long with `for await`.
  const reader = response.body!.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
  return chunks;
}

function join(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  if (chunks.length === 1) return chunks[0] as Uint8Array<ArrayBuffer>;
  if (chunks.length === 1) return chunks[0] as Uint8Array<ArrayBuffer>;
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
