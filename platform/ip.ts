/**
 * Reads an IP address as Go's `net.ParseIP` does: dotted decimal without leading zeros, or IPv6 in any of its spellings.
 *
 * @param text The address, without brackets or zone
 * @returns Its 16 bytes, an IPv4 address as its IPv4-mapped form; undefined when it is none
 */
export function parseIp(text: string): Uint8Array | undefined {
  const v4 = parseIpv4(text);
  if (v4) return new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...v4]);
  if (!text.includes(":") || !/^[0-9a-fA-F:.]+$/.test(text)) return undefined;
  // The URL parser knows every spelling, and writes eight groups of which one run may be left out.
  if (!URL.canParse(`http://[${text}]`)) return undefined;
  const [head = "", tail] = new URL(`http://[${text}]`).hostname.slice(1, -1).split("::");
  const before = groups(head);
  const after = groups(tail ?? "");
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return new Uint8Array(all.flatMap((group) => [group >> 8, group & 255]));
}

/** Whether an address is 127.0.0.0/8 or ::1. */
export function isLoopback(ip: Uint8Array): boolean {
  return isIpv4(ip) ? ip[12] === 127 : ip.every((byte, index) => byte === (index === 15 ? 1 : 0));
}

/**
 * Reads `address/bits` and returns the test for it.
 *
 * @param text An IPv4 or IPv6 network
 * @returns Whether an address lies in the network; undefined when the text names none
 */
export function parseNetwork(text: string): ((ip: Uint8Array) => boolean) | undefined {
  const [address = "", bits = "", ...rest] = text.split("/");
  const base = parseIp(address);
  if (!base || rest.length > 0 || !/^\d{1,3}$/.test(bits)) return undefined;
  const v4 = !address.includes(":");
  const prefix = Number(bits) + (v4 ? 96 : 0);
  if (prefix > 128) return undefined;
  return (ip) => {
    if (isIpv4(ip) !== v4) return false;
    for (let bit = 0; bit < prefix; bit++) {
      const index = bit >> 3;
      const mask = 128 >> (bit & 7);
      if ((ip[index]! & mask) !== (base[index]! & mask)) return false;
    }
    return true;
  };
}

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.map(Number);
}

function isIpv4(ip: Uint8Array): boolean {
  return ip[10] === 255 && ip[11] === 255 && ip.subarray(0, 10).every((byte) => byte === 0);
}

function groups(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => parseInt(group, 16));
}
