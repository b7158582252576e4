import type { Authority, IssuedCertificate } from "./pki.ts";

/** A Kubernetes object, as far as the server looks at it. */
export interface ApiObject {
  /** `v1`, or `group/version`. */
  readonly apiVersion: string;
  /** `Pod` and so on. */
  readonly kind: string;
  /** Name, namespace, labels; the server adds uid, creationTimestamp and resourceVersion. */
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly resourceVersion?: string;
    readonly [field: string]: unknown;
  };
  /** Everything else. */
  readonly [field: string]: unknown;
}

/** A kind that the server serves. */
export interface ApiResource {
  /** API group; `""` is the core group. @default {""} */
  readonly group?: string;
  /** `v1` and so on. */
  readonly version: string;
  /** The name in URLs. */
  readonly plural: string;
  /** The name in objects. */
  readonly kind: string;
  /** Whether it lives in namespaces. */
  readonly namespaced: boolean;
  /** What people type. @default {none} */
  readonly shortName?: string;
}

/** Who a request is from. */
export interface ApiUser {
  /** User name; `system:anonymous` when no credential was sent. */
  readonly username: string;
  /** Its groups. */
  readonly groups: readonly string[];
}

/** One request as it arrived. */
export interface ApiRequest {
  /** GET and so on. */
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  /** Header lines in order, names as sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body as text. */
  readonly body: string;
  /** Bearer token, accepted or not. */
  readonly token?: string;
  /** Common name of the client certificate, accepted or not. */
  readonly clientCertificate?: string;
  /** Who it was taken to be from; absent when refused with 401. */
  readonly user?: ApiUser;
  /** Which connection it came over, counted from 1. */
  readonly connection: number;
  /** Status of the answer; absent while there is none, and when the connection was dropped instead. */
  readonly status?: number;
}

/** An answer. */
export interface ApiResponse {
  /** HTTP status. */
  readonly status: number;
  /** Header fields; several values become several lines. @default {{}} */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Text, bytes, or a value to send as JSON. @default {""} */
  readonly body?: string | Uint8Array | object;
  /** Text to send piece by piece, in the place of a body. The signal aborts when the client has left. */
  readonly stream?: (signal: AbortSignal) => AsyncIterable<string>;
}

/** Something that goes wrong, on the next request unless told otherwise. Members combine. */
export interface Fault {
  /** Answer with this status, and with the Status body that a real server has for it. */
  readonly status?: number;
  /** Answer with this body instead; the status is 200 unless given. */
  readonly body?: string | Uint8Array | object;
  /** Header fields to add to the answer, or to replace in it. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Milliseconds to wait before the answer. */
  readonly delay?: number;
  /** Drop the connection without an answer. */
  readonly reset?: boolean;
  /** Send this many bytes of the body, having announced all of it, then drop the connection. */
  readonly truncate?: number;
  /** Only requests for which this is true. @default {every request} */
  readonly when?: (request: ApiRequest) => boolean;
  /** How many requests it befalls. @default {1} */
  readonly times?: number;
}

/** Options of {@linkcode startApiServer}. */
export interface ApiServerOptions {
  /** Bearer tokens to accept, each with its user name. @default {{ "test-token": "test-user" }} */
  readonly tokens?: Readonly<Record<string, string>>;
  /** Objects to begin with, beside the namespaces default and kube-system. @default {[]} */
  readonly objects?: readonly ApiObject[];
  /** Kinds to serve beside the built-in ones. @default {[]} */
  readonly resources?: readonly ApiResource[];
  /** Serve plain HTTP. @default {false} */
  readonly http?: boolean;
  /** Path that everything lives under, such as `/k8s/clusters/c-1`. @default {""} */
  readonly prefix?: string;
  /** Signs the server's certificate, and those of clients that it accepts. @default {a new one} */
  readonly authority?: Authority;
  /** The server's certificate. @default {one for 127.0.0.1, ::1, localhost and kubernetes.default.svc} */
  readonly certificate?: IssuedCertificate;
  /** Answers before the server does, once the request is authenticated; undefined leaves it to the server. @default {none} */
  readonly handler?: (
    request: ApiRequest,
  ) => ApiResponse | undefined | Promise<ApiResponse | undefined>;
}

/** Options of {@linkcode ApiServer.kubeconfig}. */
export interface ApiServerKubeconfigOptions {
  /** The user stanza. @default {the first accepted token} */
  readonly user?: object;
  /** Fields to add to the cluster stanza, or to replace in it. @default {{}} */
  readonly cluster?: object;
  /** The context's namespace. @default {none} */
  readonly namespace?: string;
  /** Name of context, cluster and user. @default {"test"} */
  readonly name?: string;
}

/** A running server. */
export interface ApiServer {
  /** Base URL, the path prefix included. */
  readonly url: string;
  /** Signed the server's certificate. Client certificates that it issues are accepted. */
  readonly authority: Authority;
  /** Tokens that are accepted now, with their user names. Change it to expire, revoke or rotate. */
  readonly tokens: Map<string, string>;
  /** All requests so far, in order of arrival. */
  readonly requests: readonly ApiRequest[];
  /** Connections accepted so far. */
  readonly connections: number;
  /** Connections open now. */
  readonly openConnections: number;
  /** Distinct bearer tokens so far, in order of arrival, accepted or not. */
  readonly tokensSeen: readonly string[];
  /** Lets something go wrong. Faults wait in a queue; a request meets the first that fits it. */
  fault(fault: Fault): void;
  /** Creates or replaces an object, as another client would. Returns it as stored. */
  put(object: ApiObject): ApiObject;
  /** Deletes an object, as another client would. */
  remove(object: ApiObject): void;
  /** Forgets history: every `continue` token and resourceVersion so far is answered with 410. */
  compact(): void;
  /** Drops all connections, those that carry a watch included. */
  disconnect(): void;
  /** A kubeconfig for this server, its CA inline, as JSON, which is YAML as well. */
  kubeconfig(options?: ApiServerKubeconfigOptions): string;
  /** Drops all connections and stops. */
  close(): Promise<void>;
}
