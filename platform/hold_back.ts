import type { Socket } from "./builtin.ts";

/** The part of a socket's handle that starts and stops reading. */
interface Handle {
  readStart(): unknown;
  readStop(): unknown;
}

/**
 * Lets a paused TLS socket hold its server back. Deno 2.9 stops handing out what it decrypts but reads on from the network,
 * without a limit, into memory; elsewhere there is nothing to do.
 *
 * @param secured The TLS socket
 * @param raw What it runs over
 */
export function holdBack(secured: Socket, raw: Socket): void {
  if (!("Deno" in globalThis)) return;
  const upper = handleOf(secured);
  if (!upper || !handleOf(raw)) return;
  for (const name of ["readStart", "readStop"] as const) {
    const own = upper[name].bind(upper);
    upper[name] = () => {
      handleOf(raw)?.[name]();
      return own();
    };
  }
}

function handleOf(socket: Socket): Handle | undefined {
  const { _handle } = socket as { readonly _handle?: Partial<Handle> | null };
  return typeof _handle?.readStart === "function" && typeof _handle.readStop === "function"
    ? _handle as Handle
    : undefined;
}
