/** A module that Node, Deno and Bun carry, named without an import so that a bundle for the edge holds no trace of it. */
export function builtin<const Name extends BuiltinName>(name: Name): Builtin<Name> {
  // Deno looks a module up anew on each call, which shows in every request.
  const found = loaded.get(name) ?? globalThis.process.getBuiltinModule(name);
  loaded.set(name, found);
  return found as Builtin<Name>;
}

const loaded = new Map<BuiltinName, unknown>();

/** The modules that connections are made of. */
export type BuiltinName =
  | "node:crypto"
  | "node:http"
  | "node:net"
  | "node:stream"
  | "node:timers"
  | "node:tls"
  | "node:zlib";

/** What {@linkcode builtin} gives for a name. */
export type Builtin<Name extends BuiltinName> = ReturnType<typeof globalThis.process.getBuiltinModule<Name>>;

/** A TCP or TLS socket. */
export type Socket = InstanceType<Builtin<"node:net">["Socket"]>;

/** A request under way. */
export type ClientRequest = InstanceType<Builtin<"node:http">["ClientRequest"]>;

/** A response whose head has arrived. */
export type IncomingMessage = InstanceType<Builtin<"node:http">["IncomingMessage"]>;

/** A stream of bytes. */
export type Readable = InstanceType<Builtin<"node:stream">["Readable"]>;

/** The pool behind a transport. */
export type Agent = InstanceType<Builtin<"node:http">["Agent"]>;
