import type { ClientCertificate } from "../auth/types.ts";
import { untilAborted } from "../platform/abort.ts";
import type { Platform, PlatformFetch, TlsOptions, Transport } from "../platform/types.ts";

/** The connections to one server: a keep-alive pool for the TLS identity of the day. */
export interface Pool {
  /** Sends one request, with a client certificate from a credential; absent: the connection's own, if any. */
  send(certificate: ClientCertificate | undefined, ...request: Parameters<PlatformFetch>): Promise<Response>;
  /** Ends every request under way and closes every connection. */
  close(reason: Error): Promise<void>;
}

/** What a pool is made of. */
export interface PoolOptions {
  /** TLS material; a new object when it has changed. */
  readonly material: () => TlsOptions | Promise<TlsOptions>;
  /** Explicit proxy. */
  readonly proxy?: string;
}

/**
 * Keeps one transport per TLS identity. When the CA, the certificate or the key changes, later requests get a new
 * transport; requests and streams in flight end on the old one, which then closes.
 *
 * @param platform Makes the transports
 * @param options TLS material and proxy
 * @returns The pool
 */
export function createPool(platform: Platform, options: PoolOptions): Pool {
  const open = new Set<Transport>();
  const closing = new AbortController();
  let current: { material: TlsOptions; certificate?: ClientCertificate; transport: Transport } | undefined;
  return { send, close };

  async function send(...[certificate, url, init]: Parameters<Pool["send"]>): Promise<Response> {
    const read = options.material();
    const material = read instanceof Promise
      ? await untilAborted(untilAborted(read, closing.signal), init?.signal ?? undefined)
      : read;
    closing.signal.throwIfAborted();
    // At once: a wait in between would let another request close the transport first.
    return await transport(material, certificate).fetch(url, init);
  }

  function transport(material: TlsOptions, certificate: ClientCertificate | undefined): Transport {
    if (current?.material === material && sameCertificate(current.certificate, certificate)) return current.transport;
    const tls = certificate ? { ...material, certificate: certificate.cert, key: certificate.key } : material;
    const next = platform.transport({ tls, proxy: options.proxy });
    if (current) retire(current.transport);
    current = { material, certificate, transport: next };
    open.add(next);
    return next;
  }

  function retire(transport: Transport): void {
    transport.close().then(() => open.delete(transport));
  }

  async function close(reason: Error): Promise<void> {
    closing.abort(reason);
    current = undefined;
    await Promise.all([...open].map((transport) => transport.close(reason)));
    open.clear();
  }
}

function sameCertificate(a: ClientCertificate | undefined, b: ClientCertificate | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.cert === b.cert && a.key === b.key);
}
