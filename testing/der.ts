/** Distinguished Encoding Rules, the writing half, as far as X.509 needs it (ITU-T X.690). */

const encoder = new TextEncoder();

/** One element: tag, length, and its parts after one another. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const head = [tag, ...lengthOctets(size)];
  const out = new Uint8Array(head.length + size);
  out.set(head);
  let at = head.length;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** SEQUENCE */
export function sequence(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return element(0x30, ...parts);
}

/** SET of one member, so its order never matters. */
export function set(member: Uint8Array): Uint8Array<ArrayBuffer> {
  return element(0x31, member);
}

/** INTEGER, not negative, from big-endian bytes. */
export function integer(...bytes: readonly number[]): Uint8Array<ArrayBuffer> {
  const start = bytes.findIndex((byte) => byte !== 0);
  const shortest = start < 0 ? [0] : bytes.slice(start);
  return element(0x02, Uint8Array.from(shortest[0]! >= 0x80 ? [0, ...shortest] : shortest));
}

/** BOOLEAN TRUE */
export function yes(): Uint8Array<ArrayBuffer> {
  return element(0x01, Uint8Array.of(0xff));
}

/** OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Uint8Array<ArrayBuffer> {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return element(0x06, Uint8Array.from(octets));
}

/** OCTET STRING */
export function octets(content: Uint8Array): Uint8Array<ArrayBuffer> {
  return element(0x04, content);
}

/** BIT STRING whose last octet leaves `unused` bits. */
export function bits(content: Uint8Array, unused: number = 0): Uint8Array<ArrayBuffer> {
  return element(0x03, Uint8Array.of(unused), content);
}

/** UTF8String, or another string type by its tag. */
export function text(content: string, tag: number = 0x0c): Uint8Array<ArrayBuffer> {
  return element(tag, encoder.encode(content));
}

/** Time in whole seconds: UTCTime through 2049 and GeneralizedTime after it (RFC 5280, 4.1.2.5). */
export function time(epochMs: number): Uint8Array<ArrayBuffer> {
  const digits = new Date(epochMs).toISOString().replace(/[-:T]|\.\d+/g, "");
  return digits < "2050" ? text(digits.slice(2), 0x17) : text(digits, 0x18);
}

function lengthOctets(size: number): number[] {
  if (size < 0x80) return [size];
  const digits: number[] = [];
  for (let left = size; left > 0; left >>>= 8) digits.unshift(left & 0xff);
  return [0x80 | digits.length, ...digits];
}
