import { KubecredError } from "../errors.ts";

const outsideAlphabet = /[^A-Za-z0-9+/]/;
const chunk = 0x8000;

type Native = { fromBase64?(text: string): Uint8Array<ArrayBuffer> };
type NativeBytes = Uint8Array & { toBase64?(): string };

/**
 * Index of the character at which standard base64 breaks off, or -1 when the text is sound. Padding is required, line
 * breaks are skipped, spaces are not: what Go's `base64.StdEncoding` takes, and so kubectl.
 *
 * @param text The base64 text
 * @returns The index, or -1
 */
export function base64Fault(text: string): number {
  return isSound(text) || isSound(withoutBreaks(text)) ? -1 : slowFault(text);
}

/**
 * Decodes standard base64 as strictly as kubectl does.
 *
 * @param text Padded base64; line breaks are allowed
 * @returns The bytes
 * @throws {KubecredError} `invalid_argument` when the text is not sound
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const fault = base64Fault(text);
  if (fault >= 0) {
    throw new KubecredError("invalid_argument", `Cannot decode base64: illegal base64 data at input byte ${fault}`);
  }
  const clean = withoutBreaks(text);
  const native = (Uint8Array as Native).fromBase64;
  if (native) return native.call(Uint8Array, clean);
  const binary = atob(clean);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/**
 * Decodes standard base64 of UTF-8 text; what is not UTF-8 becomes U+FFFD.
 *
 * @param text Padded base64; line breaks are allowed
 * @returns The text
 * @throws {KubecredError} `invalid_argument` when the base64 is not sound
 */
export function decodeBase64Text(text: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(decodeBase64(text));
}

/**
 * Encodes bytes as standard, padded base64 without line breaks.
 *
 * @param bytes The bytes
 * @returns The base64 text
 */
export function encodeBase64(bytes: Uint8Array): string {
  const native = (bytes as NativeBytes).toBase64;
  if (native) return native.call(bytes);
  let binary = "";
  for (let start = 0; start < bytes.length; start += chunk) {
    binary += String.fromCharCode(...bytes.subarray(start, start + chunk));
  }
  return btoa(binary);
}

// `atob` is the fastest decoder on every runtime. It passes over spaces and missing padding, which the length gives away.
function isSound(text: string): boolean {
  if (text.length % 4 !== 0) return false;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  try {
    return atob(text).length === text.length / 4 * 3 - padding;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return false;
  }
}

function withoutBreaks(text: string): string {
  return text.includes("\n") || text.includes("\r") ? text.replace(/[\r\n]+/g, "") : text;
}

/** Walks the text as Go's decoder does, so that the index of the fault is the one that kubectl names. */
function slowFault(text: string): number {
  let digits = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!;
    if (char === "\n" || char === "\r") continue;
    if (char !== "=") {
      if (outsideAlphabet.test(char)) return index;
      digits = (digits + 1) % 4;
      continue;
    }
    if (digits < 2) return index;
    let next = skipBreaks(text, index + 1);
    if (digits === 2) {
      if (next === text.length) return text.length;
      if (text[next] !== "=") return next - 1;
      next = skipBreaks(text, next + 1);
    }
    return next === text.length ? -1 : next;
  }
  return digits === 0 ? -1 : text.length - digits;
}

function skipBreaks(text: string, index: number): number {
  while (text[index] === "\n" || text[index] === "\r") index++;
  return index;
}
