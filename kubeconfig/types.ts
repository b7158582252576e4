/**
 * The nouns of a kubeconfig. Stanzas keep the field names of the file, so a reader of the Kubernetes documentation finds
 * them as they are written there, and fields that this version does not know survive a round trip.
 *
 * Source of the shapes: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */

/** A JSON value. Integers above 2^53 are kept exact, as `bigint`. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Where an entry came from. */
export interface Origin {
  /** `file`: read by {@linkcode loadKubeconfig}, trusted as kubectl trusts it. `text`: anything else. */
  readonly kind: "file" | "text";
  /** The file, where there is one. */
  readonly path?: string;
}

/** Arbitrary data under a name. */
export interface NamedExtension {
  /** Name of the extension. */
  readonly name: string;
  /** Its content. */
  readonly extension: JsonValue;
}

/** `clusters[].cluster` */
export interface ClusterStanza {
  /** `https://host:port`, a path prefix allowed. */
  readonly server?: string;
  /** Name for SNI and verification. */
  readonly "tls-server-name"?: string;
  /** Accept any server certificate. */
  readonly "insecure-skip-tls-verify"?: boolean;
  /** Path of the CA bundle; absolute once loaded from a file. */
  readonly "certificate-authority"?: string;
  /** CA bundle, base64 of PEM. */
  readonly "certificate-authority-data"?: string;
  /** `http`, `https` or `socks5`. */
  readonly "proxy-url"?: string;
  /** Ask the server not to compress. */
  readonly "disable-compression"?: boolean;
  /** `client.authentication.k8s.io/exec` is handed to the credential plugin. */
  readonly extensions?: readonly NamedExtension[];
  /** Fields that this version does not know. */
  readonly [field: string]: unknown;
}

/** `contexts[].context` */
export interface ContextStanza {
  /** Name of the cluster entry. */
  readonly cluster?: string;
  /** Name of the user entry. */
  readonly user?: string;
  /** Default namespace. */
  readonly namespace?: string;
  /** Arbitrary data. */
  readonly extensions?: readonly NamedExtension[];
  /** Fields that this version does not know. */
  readonly [field: string]: unknown;
}

/** `users[].user.exec`: a credential plugin. */
export interface ExecStanza {
  /** Program; absolute, relative to the kubeconfig when it has a separator, else searched on PATH. */
  readonly command: string;
  /** Arguments, passed as they are. */
  readonly args?: readonly string[] | null;
  /** Set over the inherited environment. */
  readonly env?: readonly { readonly name: string; readonly value?: string }[] | null;
  /** `client.authentication.k8s.io/v1` or `/v1beta1`. */
  readonly apiVersion?: string;
  /** Shown when the plugin fails. */
  readonly installHint?: string;
  /** Describe the cluster to the plugin. */
  readonly provideClusterInfo?: boolean;
  /** `Never`, `IfAvailable` or `Always`. */
  readonly interactiveMode?: string;
  /** Fields that this version does not know. */
  readonly [field: string]: unknown;
}

/** `users[].user.auth-provider`, of which only `oidc` is still alive. */
export interface AuthProviderStanza {
  /** Name of the provider. */
  readonly name: string;
  /** Its settings. */
  readonly config?: Readonly<Record<string, string>> | null;
}

/** `users[].user`. Fields that hold secrets do not print. */
export interface UserStanza {
  /** Path of the client certificate. */
  readonly "client-certificate"?: string;
  /** Client certificate, base64 of PEM. */
  readonly "client-certificate-data"?: string;
  /** Path of the private key. */
  readonly "client-key"?: string;
  /** Private key, base64 of PEM. */
  readonly "client-key-data"?: string;
  /** Bearer token. */
  readonly token?: string;
  /** File with a bearer token, read again as it changes; wins over `token`. */
  readonly tokenFile?: string;
  /** User to act as. */
  readonly as?: string;
  /** UID to act as. */
  readonly "as-uid"?: string;
  /** Groups to act as. */
  readonly "as-groups"?: readonly string[];
  /** Extra attributes to act with. */
  readonly "as-user-extra"?: Readonly<Record<string, readonly string[]>>;
  /** Basic authentication: user. */
  readonly username?: string;
  /** Basic authentication: password. */
  readonly password?: string;
  /** Legacy provider. */
  readonly "auth-provider"?: AuthProviderStanza;
  /** Credential plugin. */
  readonly exec?: ExecStanza;
  /** Arbitrary data. */
  readonly extensions?: readonly NamedExtension[];
  /** Fields that this version does not know. */
  readonly [field: string]: unknown;
}

/** One element of `clusters`. */
export interface NamedCluster {
  /** Name that contexts refer to. */
  readonly name: string;
  /** The entry. */
  readonly cluster: ClusterStanza;
  /** Where it came from; not written back. */
  readonly origin: Origin;
  /** Fields beside these that this version does not know. */
  readonly unknownFields?: Readonly<Record<string, unknown>>;
}

/** One element of `contexts`. */
export interface NamedContext {
  /** Name that `current-context` refers to. */
  readonly name: string;
  /** The entry. */
  readonly context: ContextStanza;
  /** Where it came from; not written back. */
  readonly origin: Origin;
  /** Fields beside these that this version does not know. */
  readonly unknownFields?: Readonly<Record<string, unknown>>;
}

/** One element of `users`. */
export interface NamedUser {
  /** Name that contexts refer to. */
  readonly name: string;
  /** The entry. */
  readonly user: UserStanza;
  /** Where it came from; not written back. */
  readonly origin: Origin;
  /** Fields beside these that this version does not know. */
  readonly unknownFields?: Readonly<Record<string, unknown>>;
}

/** What the files say, merged. Frozen to its leaves. */
export interface Kubeconfig {
  /** Context to use when none is named. */
  readonly "current-context"?: string;
  /** The file that set `current-context`. */
  readonly currentContextOrigin?: Origin;
  /** Clusters, in file order. */
  readonly clusters: readonly NamedCluster[];
  /** Contexts, in file order. */
  readonly contexts: readonly NamedContext[];
  /** Users, in file order. */
  readonly users: readonly NamedUser[];
  /** Files that were read, in order of precedence. */
  readonly files: readonly string[];
  /** What was odd but accepted: duplicate keys, missing files of a KUBECONFIG list. */
  readonly warnings: readonly string[];
  /** Deprecated and unused; kept for the round trip. */
  readonly preferences?: JsonValue;
  /** Arbitrary data. */
  readonly extensions?: readonly NamedExtension[];
  /** Top-level fields that this version does not know. */
  readonly unknownFields?: Readonly<Record<string, JsonValue>>;
}

/** PEM material: inline text, or a file that is read when it is needed. */
export type PemSource = { readonly data: string; readonly file?: undefined } | {
  readonly file: string;
  readonly data?: undefined;
};

/** TLS of a connection. */
export interface ConnectionTls {
  /** The only roots to trust. @default {the system's} */
  readonly ca?: PemSource;
  /** Client certificate, leaf first. */
  readonly certificate?: PemSource;
  /** Its private key. */
  readonly key?: PemSource;
  /** Name for SNI and verification. @default {the server's host} */
  readonly serverName?: string;
  /** Accept any server certificate. @default {false} */
  readonly insecure?: boolean;
}

/** Whom to act as. */
export interface Impersonation {
  /** `Impersonate-User` */
  readonly user: string;
  /** `Impersonate-Uid` */
  readonly uid?: string;
  /** `Impersonate-Group`, one line each. */
  readonly groups?: readonly string[];
  /** `Impersonate-Extra-<key>`, one line for each value. */
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** One context made concrete. Nothing in it has been fetched, read or run. */
export interface Connection {
  /** As the kubeconfig gives it: a URL, or `host:port`, which means plain HTTP. */
  readonly server: string;
  /** Default namespace. */
  readonly namespace: string;
  /** Name of the context that it came from. */
  readonly context?: string;
  /** Name of the cluster entry that it came from. */
  readonly cluster?: string;
  /** Name of the user entry that it came from, whether or not there is one. */
  readonly userName?: string;
  /** The user stanza; `{}` is anonymous. */
  readonly user: UserStanza;
  /** TLS material and switches. */
  readonly tls: ConnectionTls;
  /** Explicit proxy; when absent the environment's applies. */
  readonly proxyUrl?: string;
  /** Ask the server not to compress. */
  readonly disableCompression?: boolean;
  /** Whom to act as. */
  readonly impersonate?: Impersonation;
  /** Content of the cluster extension `client.authentication.k8s.io/exec`. */
  readonly execConfig?: JsonValue;
  /** Where the user and the cluster came from; `text` makes the plugin policy default to `deny-all`. Absent: the caller wrote it. */
  readonly origin?: Origin;
  /** What was odd but accepted. */
  readonly warnings: readonly string[];
}

/** A connection as a caller may write it: only the server is needed. */
export type ConnectionInit = Partial<Connection> & Pick<Connection, "server">;
