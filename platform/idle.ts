import { type Agent, builtin, type Socket } from "./builtin.ts";

/**
 * Ends the connections of a pool that nobody has used for a while. One timer serves them all: the pool's own timeout, set on
 * each socket before and after each request, takes a twentieth of the time of a request. The timer does not keep the
 * program alive.
 *
 * @param agent The pool
 * @param limit Milliseconds without use, give or take a third
 * @returns Stops it
 */
export function endIdleAfter(agent: Agent, limit: number): () => void {
  const { setInterval, clearInterval } = builtin("node:timers");
  const since = new WeakMap<Socket, number>();
  agent.on("free", (socket: Socket) => since.set(socket, performance.now()));
  const timer = setInterval(() => {
    const before = performance.now() - limit;
    for (const socket of idleSockets(agent)) if ((since.get(socket) ?? 0) <= before) socket.destroy();
  }, limit / 3);
  timer.unref();
  return () => clearInterval(timer);
}

/** Connections of a pool that serve nobody now. */
export function idleSockets(agent: Agent): readonly Socket[] {
  return Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);
}
