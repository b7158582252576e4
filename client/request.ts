/** One request, taken apart so that it can be sent twice. */
export interface PreparedRequest {
  /** Where it goes. */
  readonly url: URL;
  /** Method. */
  readonly method: string;
  /** Header lines; a name may occur more than once. */
  readonly headers: readonly (readonly [string, string])[];
  /** Body. */
  readonly body: RequestInit["body"];
  /** Whether the body can be sent again. */
  readonly replayable: boolean;
  /** What to do with a redirect. */
  readonly redirect: "follow" | "manual" | "error";
  /** Gives up. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads the arguments of a `fetch`. The body of a `Request` is read to its end, so that it can be sent again.
 *
 * @param base URL of the server
 * @param input As for `fetch`; a relative URL is put behind the server's path
 * @param init As for `fetch`
 * @returns The request
 */
export async function prepareRequest(
  base: URL,
  input: string | URL | Request,
  init: RequestInit = {},
): Promise<PreparedRequest> {
  const request = input instanceof Request ? input : undefined;
  const body = init.body ?? (request?.body ? await request.arrayBuffer() : null);
  const { payload, type } = await readBody(body);
  const headers = headerLines(init.headers ?? request?.headers);
  if (type && !hasHeader(headers, "content-type")) headers.push(["content-type", type]);
  return {
    url: requestUrl(base, request ? request.url : String(input)),
    method: (init.method ?? request?.method ?? "GET").toUpperCase(),
    headers,
    body: payload,
    replayable: !(payload instanceof ReadableStream),
    redirect: init.redirect ?? request?.redirect ?? "follow",
    signal: init.signal ?? request?.signal ?? undefined,
  };
}

/** Whether a header is among these lines, in any case. */
export function hasHeader(headers: PreparedRequest["headers"], name: string): boolean {
  return headers.some(([key]) => key.toLowerCase() === name);
}

// By text and not by URL resolution, in which "//host/path" would leave the server.
function requestUrl(base: URL, input: string): URL {
  if (/^[a-z][a-z0-9+.-]*:/i.test(input)) return new URL(input);
  return new URL(base.origin + base.pathname.replace(/\/$/, "") + (input.startsWith("/") ? "" : "/") + input);
}

function headerLines(headers: RequestInit["headers"]): [string, string][] {
  if (!headers) return [];
  if (!(Symbol.iterator in headers)) return Object.entries(headers as Record<string, string>);
  return Array.from(headers as Iterable<readonly [string, string]>, ([name, value]) => [name, value]);
}

// Streams are passed on; text and bytes are sent as they are; Response knows how to write all else, such as FormData.
async function readBody(body: RequestInit["body"]): Promise<{ payload: RequestInit["body"]; type?: string }> {
  if (body === null || body === undefined || body instanceof ReadableStream) return { payload: body ?? null };
  if (typeof body === "string") return { payload: body, type: "text/plain;charset=UTF-8" };
  if (body instanceof ArrayBuffer) return { payload: new Uint8Array(body) };
  if (ArrayBuffer.isView(body)) return { payload: new Uint8Array(body.buffer, body.byteOffset, body.byteLength) };
  const packed = new Response(body);
  // Bun forgets the type once the body is read.
  const type = packed.headers.get("content-type") ?? undefined;
  return { payload: new Uint8Array(await packed.arrayBuffer()), type };
}
