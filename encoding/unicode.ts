/** Why bytes are not text; holds nothing of them. */
export class UnicodeError extends Error {}

/**
 * Reads the bytes of a text file: UTF-8, or UTF-16 when a byte order mark says so, as libyaml does. The mark is dropped.
 *
 * @param bytes The bytes
 * @returns The text
 * @throws {UnicodeError} When they are not text in that encoding
 */
export function decodeUnicode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const little = first === 0xff && second === 0xfe;
  const big = first === 0xfe && second === 0xff;
  try {
    if (!little && !big) return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return new TextDecoder("utf-16le", { fatal: true }).decode(big ? swapped(bytes) : bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UnicodeError(`it is not ${little || big ? "UTF-16" : "UTF-8"} text`);
  }
}

function swapped(bytes: Uint8Array): Uint8Array {
  const result = bytes.slice();
  for (let index = 0; index + 1 < result.length; index += 2) {
    [result[index], result[index + 1]] = [result[index + 1]!, result[index]!];
  }
  return result;
}
