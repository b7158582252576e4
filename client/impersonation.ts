import { byteString } from "../encoding/byte_string.ts";
import type { Impersonation } from "../kubeconfig/types.ts";

/** Bytes that a header name may hold (RFC 9110 token), less `%`, which always stands for an escape. */
const literal = /[A-Za-z0-9!#$&'*+.^_`|~-]/;

/**
 * The header lines of an impersonation, one for each group and for each extra value
 * (client-go `transport/round_trippers.go`).
 *
 * @param impersonate Whom to act as
 * @returns Header lines, in client-go's order
 */
export function impersonationHeaders(impersonate: Impersonation): [string, string][] {
  const lines: [string, string][] = [["Impersonate-User", byteString(impersonate.user)]];
  if (impersonate.uid) lines.push(["Impersonate-Uid", byteString(impersonate.uid)]);
  for (const group of impersonate.groups ?? []) lines.push(["Impersonate-Group", byteString(group)]);
  for (const [key, values] of Object.entries(impersonate.extra ?? {})) {
    for (const value of values) lines.push([`Impersonate-Extra-${escapeKey(key)}`, byteString(value)]);
  }
  return lines;
}

function escapeKey(key: string): string {
  let escaped = "";
  for (const byte of new TextEncoder().encode(key)) {
    const character = String.fromCharCode(byte);
    escaped += literal.test(character) ? character : `%${byte.toString(16).padStart(2, "0")}`;
  }
  return escaped;
}
