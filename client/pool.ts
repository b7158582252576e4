import type { ClientCertificate } from "../auth/types.ts";
import type { Platform, TlsOptions, Transport } from "../platform/types.ts";

/** The connections to one server: a keep-alive pool for the TLS identity of the day. */
export interface Pool {
  /** The transport for a client certificate from a credential; absent: the connection's own, if any. */
  transport(certificate: ClientCertificate | undefined): Promise<Transport>;
  /** Ends every request under way and closes every connection. */
  close(reason: Error): Promise<void>;
}

/** What a pool is made of. */
export interface PoolOptions {
  /** TLS material; a new object when it has changed. */
  readonly material: () => Promise<TlsOptions>;
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
  let closed: Error | undefined;
  let current: { material: TlsOptions; certificate?: ClientCertificate; transport: Transport } | undefined;
  return { transport, close };

  async function transport(certificate: ClientCertificate | undefined): Promise<Transport> {
    const material = await options.material();
    if (closed) throw closed;
    if (current?.material === material && sameCertificate(current.certificate, certificate)) return current.transport;
    if (current) retire(current.transport);
    const tls = certificate ? { ...material, certificate: certificate.cert, key: certificate.key } : material;
    current = { material, certificate, transport: platform.transport({ tls, proxy: options.proxy }) };
    open.add(current.transport);
    return current.transport;
  }

  function retire(transport: Transport): void {
    transport.close().then(() => open.delete(transport));
  }

  async function close(reason: Error): Promise<void> {
    closed = reason;
    current = undefined;
    await Promise.all([...open].map((transport) => transport.close(reason)));
    open.clear();
  }
}

function sameCertificate(a: ClientCertificate | undefined, b: ClientCertificate | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.cert === b.cert && a.key === b.key);
}
