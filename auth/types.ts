/** A client certificate with its key, PEM text. */
export interface ClientCertificate {
  /** Leaf first, intermediates after it. */
  readonly cert: string;
  /** Private key, not encrypted. */
  readonly key: string;
}

/** HTTP basic authentication. */
export interface BasicCredential {
  /** User name. */
  readonly username: string;
  /** Password. */
  readonly password: string;
}

/** What is presented to the server. Frozen; its secrets are readable by name and do not print. */
export interface Credential {
  /** Bearer token. */
  readonly token?: string;
  /** Client certificate. */
  readonly certificate?: ClientCertificate;
  /** Basic authentication. */
  readonly basic?: BasicCredential;
  /** Epoch milliseconds; absent when it lasts until the server refuses it. */
  readonly expiresAt?: number;
}

/** What a request tells the source. */
export interface CredentialRequest {
  /** Gives up waiting. It never ends work that others wait for. */
  readonly signal?: AbortSignal;
  /** The credential that the server just refused. A caching source refreshes only if it still holds that one. */
  readonly rejected?: Credential;
}

/** Where credentials come from: any async function. */
export interface CredentialSource {
  /** The credential to use now. */
  (request?: CredentialRequest): Promise<Credential>;
  /** Ends what the source has under way. Present on sources that hold something. */
  close?(): Promise<void>;
}

/** Why a cached source asked for a new credential. */
export type RefreshReason = "empty" | "expired" | "ahead" | "rejected";

/** What happened inside a source, for logs and metrics. Holds no secret. */
export type AuthEvent =
  | {
    /** A plugin ran, as client-go's `rest_client_exec_plugin_call_total`. */
    readonly type: "plugin_run";
    /** The command as configured. */
    readonly command: string;
    /** Exit code; 1 when it did not start, -1 when a signal ended it. */
    readonly exitCode: number;
    /** client-go's `call_status`. */
    readonly status: "no_error" | "plugin_execution_error" | "plugin_not_found_error" | "client_internal_error";
    /** Milliseconds that it took. */
    readonly duration: number;
  }
  | {
    /** The plugin policy decided, as client-go's `rest_client_exec_plugin_policy_call_total`. */
    readonly type: "plugin_policy";
    /** The command as configured. */
    readonly command: string;
    /** The decision. */
    readonly decision: "allowed" | "denied";
  }
  | {
    /** A cached source refreshed, or failed to. */
    readonly type: "refresh";
    /** Why it did. */
    readonly reason: RefreshReason;
    /** Expiry of the new credential, epoch milliseconds. */
    readonly expiresAt?: number;
    /** Why it failed. */
    readonly error?: Error;
  }
  | {
    /** Earliest expiry of all client certificates from plugins in this process, as client-go's `..._ttl_seconds`. */
    readonly type: "certificate_expiry";
    /** Epoch milliseconds; absent when there is none. */
    readonly notAfter?: number;
  };

/** Who wants to hear of it. Functions that report take these. */
export interface Observers {
  /** Called with a line for a person to read. @default {nothing} */
  readonly onWarning?: (text: string) => void;
  /** Called with each event. @default {nothing} */
  readonly onEvent?: (event: AuthEvent) => void;
}
