import { encodeBase64 } from "../encoding/base64.ts";
import { assign } from "./plain.ts";
import type { ClusterStanza, Impersonation, PemSource, UserStanza } from "./types.ts";

/** What to put over the kubeconfig: kubectl's flags. One that is absent or empty changes nothing. */
export interface ResolveContextOptions {
  /** Context to use (`--context`). @default {current-context} */
  readonly context?: string;
  /** Cluster entry to use (`--cluster`). @default {the context's} */
  readonly cluster?: string;
  /** User entry to use (`--user`). @default {the context's} */
  readonly user?: string;
  /** Namespace (`--namespace`); `ns/name` is taken as well. @default {the context's, else "default"} */
  readonly namespace?: string;
  /** Server (`--server`). Takes `tls-server-name` away unless that is given too. @default {the cluster's} */
  readonly server?: string;
  /** Server when the kubeconfig gives none. @default {none} */
  readonly defaultServer?: string;
  /** Name for SNI and verification (`--tls-server-name`). @default {the cluster's} */
  readonly tlsServerName?: string;
  /** Accept any server certificate (`--insecure-skip-tls-verify`). Takes the cluster's CA away. @default {the cluster's} */
  readonly insecure?: boolean;
  /** The only roots to trust (`--certificate-authority`). Takes the other form and `insecure` away. @default {the cluster's} */
  readonly certificateAuthority?: PemSource;
  /** Client certificate (`--client-certificate`). @default {the user's} */
  readonly clientCertificate?: PemSource;
  /** Its private key (`--client-key`). @default {the user's} */
  readonly clientKey?: PemSource;
  /** Bearer token (`--token`). A `tokenFile` of the user still wins, as in kubectl. @default {the user's} */
  readonly token?: string;
  /** File with a bearer token. @default {the user's} */
  readonly tokenFile?: string;
  /** Basic authentication (`--username`). @default {the user's} */
  readonly username?: string;
  /** Basic authentication (`--password`). @default {the user's} */
  readonly password?: string;
  /** Whom to act as (`--as` and its kin); what it leaves out stays. @default {the user's} */
  readonly impersonate?: Partial<Impersonation>;
  /** Proxy to the cluster. @default {the cluster's} */
  readonly proxyUrl?: string;
  /** Ask the server not to compress (`--disable-compression`). @default {the cluster's} */
  readonly disableCompression?: boolean;
}

const namespacePrefix = /^(?:namespaces|namespace|ns)\/(?=.)/is;

/**
 * Reads a namespace as kubectl's flag does: `ns/name`, `namespace/name` and `namespaces/name` mean `name`.
 *
 * @param value The flag's value
 * @returns The namespace
 * @see client-go tools/clientcmd/overrides.go RemoveNamespacesPrefix
 */
export function namespaceName(value: string): string {
  return value.replace(namespacePrefix, "");
}

/** Puts overrides over a cluster entry, as client-go's `getCluster` does. */
export function overrideCluster(cluster: ClusterStanza, options: ResolveContextOptions): ClusterStanza {
  const { certificateAuthority: ca, server, tlsServerName } = options;
  const trust = ca || options.insecure
    ? {
      "insecure-skip-tls-verify": options.insecure,
      "certificate-authority": ca?.file,
      "certificate-authority-data": base64Of(ca),
    }
    : {};
  const name = tlsServerName || server ? { "tls-server-name": tlsServerName || undefined } : {};
  const given = present({
    server: server || (cluster.server ? undefined : options.defaultServer),
    "proxy-url": options.proxyUrl,
    "disable-compression": options.disableCompression,
  });
  return assign<ClusterStanza>(cluster, { ...given, ...trust, ...name }, ["proxy-url"]);
}

/** Puts overrides over a user entry, as client-go's `getAuthInfo` does. */
export function overrideUser(user: UserStanza, options: ResolveContextOptions): UserStanza {
  const { clientCertificate: certificate, clientKey: key, impersonate } = options;
  const given = present({
    token: options.token,
    tokenFile: options.tokenFile,
    username: options.username,
    password: options.password,
    as: impersonate?.user,
    "as-uid": impersonate?.uid,
    "as-groups": impersonate?.groups?.length ? impersonate.groups : undefined,
    "as-user-extra": impersonate?.extra && { ...user["as-user-extra"], ...impersonate.extra },
  });
  const pair = {
    ...(certificate && { "client-certificate": certificate.file, "client-certificate-data": base64Of(certificate) }),
    ...(key && { "client-key": key.file, "client-key-data": base64Of(key) }),
  };
  return assign<UserStanza>(user, { ...given, ...pair }, ["token", "password", "client-key-data"]);
}

function base64Of(pem: PemSource | undefined): string | undefined {
  return pem?.data === undefined ? undefined : encodeBase64(new TextEncoder().encode(pem.data));
}

function present<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value)) as Partial<T>;
}
