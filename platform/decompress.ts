import { builtin, type IncomingMessage, type Readable } from "./builtin.ts";

/**
 * Undoes the content encoding of a response, as `fetch` does: the body is plain, and the headers no longer speak of it.
 *
 * @param incoming The response, its head read
 * @returns Where to read the body, and the header lines that are true of it
 */
export function decompress(incoming: IncomingMessage): { body: Readable; headers: [name: string, value: string][] } {
  const { rawHeaders } = incoming;
  const headers: [string, string][] = [];
  // The runtime's own `headers` is made on first use, and costs more than the rest of the head.
  for (let index = 0; index < rawHeaders.length; index += 2) headers.push([rawHeaders[index]!, rawHeaders[index + 1]!]);
  const encoding = headers.find(([name]) => /^content-encoding$/i.test(name))?.[1];
  const decoder = encoding && decoderOf(encoding);
  if (!decoder) return { body: incoming, headers };
  return {
    body: incoming.pipe(decoder),
    headers: headers.filter(([name]) => !/^content-(encoding|length)$/i.test(name)),
  };
}

function decoderOf(encoding: string) {
  const { createGunzip, createInflate, createBrotliDecompress } = builtin("node:zlib");
  // The default of 16 KiB takes five times as long for a list of megabytes.
  const chunkSize = 262_144;
  switch (encoding.toLowerCase()) {
    case "gzip":
    case "x-gzip":
      return createGunzip({ chunkSize });
    case "deflate":
      return createInflate({ chunkSize });
    case "br":
      return createBrotliDecompress({ chunkSize });
  }
}
