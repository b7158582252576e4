/**
 * Text as the value of a header: each byte of its UTF-8 as one character, which is how `fetch` and `node:http` take
 * bytes. Go writes the same bytes.
 *
 * @param text Any text
 * @returns The value to set
 */
export function byteString(text: string): string {
  return text.replace(/\P{ASCII}+/gu, (part) => String.fromCharCode(...new TextEncoder().encode(part)));
}
