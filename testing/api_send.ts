import type { ServerResponse } from "node:http";
import type { ApiResponse } from "./api_types.ts";

// The server compresses from here on (apiserver/pkg/endpoints/handlers/responsewriters/writers.go).
const gzipThreshold = 128 * 1024;

/** How to send it. */
export interface SendOptions {
  /** The client's Accept-Encoding. */
  readonly acceptEncoding: string;
  /** Announce all, send this many bytes, drop the connection. */
  readonly truncate?: number;
}

/**
 * Sends one answer. Resolves when it has been sent, or when the client has left.
 *
 * @param response node:http's side of it
 * @param answer What to send
 * @param options Compression, and how to break it
 */
export async function send(response: ServerResponse, answer: ApiResponse, options: SendOptions): Promise<void> {
  const { status, headers = {}, body = "" } = answer;
  response.setHeader("audit-id", crypto.randomUUID());
  response.setHeader("cache-control", "no-cache, private");
  const json = typeof body === "object" && !(body instanceof Uint8Array);
  response.setHeader("content-type", json ? "application/json" : "text/plain; charset=utf-8");
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.statusCode = status;
  if (answer.stream) return await stream(response, answer.stream, options.truncate);
  const bytes = compressed(response, toBytes(body), options.acceptEncoding);
  response.setHeader("content-length", bytes.length);
  if (options.truncate === undefined) {
    response.end(bytes);
    return;
  }
  cut(response, bytes, options.truncate);
}

async function stream(
  response: ServerResponse,
  pieces: NonNullable<ApiResponse["stream"]>,
  truncate: number = Infinity,
): Promise<void> {
  const left = new AbortController();
  response.on("close", () => left.abort());
  response.flushHeaders();
  let room = truncate;
  for await (const piece of pieces(left.signal)) {
    const bytes = toBytes(piece);
    if (bytes.length > room) return cut(response, bytes, room);
    room -= bytes.length;
    response.write(bytes);
  }
  response.end();
}

function cut(response: ServerResponse, bytes: Uint8Array, length: number): void {
  response.write(bytes.subarray(0, length), () => response.socket?.destroy());
}

function toBytes(body: string | object): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body) + "\n");
}

function compressed(response: ServerResponse, bytes: Uint8Array, acceptEncoding: string): Uint8Array {
  if (bytes.length < gzipThreshold || !/\bgzip\b/.test(acceptEncoding)) return bytes;
  response.setHeader("content-encoding", "gzip");
  response.setHeader("vary", "Accept-Encoding");
  return process.getBuiltinModule("node:zlib").gzipSync(bytes);
}
