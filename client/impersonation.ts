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
  const lines: [string, string][] = [["Impersonate-User", impersonate.user]];
  if (impersonate.uid) lines.push(["Impersonate-Uid", impersonate.uid]);
  for (const group of impersonate.groups ?? []) lines.push(["Impersonate-Group", group]);
  for (const [key, values] of Object.entries(impersonate.extra ?? {})) {
    for (const value of values) lines.push([`Impersonate-Extra-${escapeKey(key)}`, value]);
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
