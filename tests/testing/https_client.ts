import https from "node:https";
import http from "node:http";

/** An answer as it came over the wire. */
export interface WireResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  /** The body, when it is JSON. */
  readonly json: ReturnType<typeof JSON.parse>;
}

/** Sends one request with node:https, and nothing of this library. Rejects when the connection breaks. */
export function send(url: string, options: https.RequestOptions & { body?: string } = {}): Promise<WireResponse> {
  const { body, ...rest } = options;
  return new Promise((resolve, reject) => {
    const begin = url.startsWith("https:") ? https.request : http.request;
    const request = begin(url, { agent: false, ...rest }, (response) => {
      const chunks: Uint8Array[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = new TextDecoder().decode(joined(chunks));
        const json = response.headers["content-type"] === "application/json" && !response.headers["content-encoding"]
          ? JSON.parse(text)
          : undefined;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(chunks.flatMap((chunk) => [...chunk]));
}
