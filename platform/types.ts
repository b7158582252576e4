/** What a child process is started with. */
export interface Command {
  /** Program and arguments. No shell, no expansion. */
  readonly argv: readonly string[];
  /** Entries set over the inherited environment; a later entry wins. */
  readonly env?: Readonly<Record<string, string>>;
  /** Start from an empty environment. @default {false} */
  readonly clearEnv?: boolean;
  /** Working directory. @default {the caller's} */
  readonly cwd?: string;
  /** The null device, the caller's own stdin, or these bytes and then end of file. @default {"null"} */
  readonly stdin?: "null" | "inherit" | Uint8Array;
  /** Pass stderr through live, or collect it. @default {"inherit"} */
  readonly stderr?: "inherit" | "capture";
  /** Most bytes of stdout (and of captured stderr) before the process is ended. @default {1048576} */
  readonly outputLimit?: number;
  /** Milliseconds until the process is ended. @default {no deadline} */
  readonly deadline?: number;
  /** Ends the process. */
  readonly signal?: AbortSignal;
}

/** How a child process ended. */
export interface CommandOutput {
  /** Exit code; -1 when a signal ended the process. */
  readonly code: number;
  /** Name of the signal that ended it. */
  readonly signal?: string;
  /** All of stdout. */
  readonly stdout: Uint8Array;
  /** All of stderr, when it was captured. */
  readonly stderr?: Uint8Array;
}

/** The terminal that a person may be sitting at. */
export interface Terminal {
  /** Whether stdin is a terminal. */
  isTerminal(): boolean;
}

/** TLS material and switches of one connection pool, PEM text throughout. */
export interface TlsOptions {
  /** The only roots to trust. @default {the system's} */
  readonly ca?: string;
  /** Client certificate, leaf first. */
  readonly certificate?: string;
  /** Private key of the client certificate. */
  readonly key?: string;
  /** Name to send as SNI and to verify. @default {the URL's host} */
  readonly serverName?: string;
  /** Accept any server certificate. @default {false} */
  readonly insecure?: boolean;
}

/** `fetch`, whose headers may also be pairs, so that one name can be sent as several header lines. */
export type PlatformFetch = (
  url: string | URL,
  init?: Omit<RequestInit, "headers"> & { headers?: HeadersInit | readonly (readonly [string, string])[] },
) => Promise<Response>;

/** One keep-alive pool. */
export interface Transport {
  /** Sends one request over the pool. Redirects are not followed. */
  readonly fetch: PlatformFetch;
  /**
   * Takes no more requests, closes idle connections now and each busy one when its response ends. Resolves then. With a
   * reason, busy ones are ended at once and their responses fail with it.
   */
  close(reason?: Error): Promise<void>;
}

/** What a pool is made of. */
export interface TransportOptions {
  /** TLS material and switches. @default {the system's roots, no client certificate} */
  readonly tls?: TlsOptions;
  /** Proxy URL, `http`, `https` or `socks5`, credentials included. @default {HTTPS_PROXY and its kin} */
  readonly proxy?: string;
}

/** Facts about a file. */
export interface FileInfo {
  /** Bytes. */
  readonly size: number;
  /** Last change, epoch milliseconds. */
  readonly mtime: number;
  /** Permission bits, where the system has them. */
  readonly mode?: number;
  /** Whether it is a regular file (or a link to one). */
  readonly isFile: boolean;
}

/**
 * Everything that credentials need of the runtime. Each function that touches the outside takes
 * `{ platform?: Partial<Platform> }`; what is left out comes from the runtime.
 */
export interface Platform {
  /** The runtime. */
  readonly name: "deno" | "node" | "bun" | "edge";
  /** The operating system, as far as its path rules differ. */
  readonly os: "posix" | "windows";
  /** One environment variable. Throws `permission_missing` where the runtime forbids it. */
  env(name: string): string | undefined;
  /** What a child process inherits. */
  environ(): Readonly<Record<string, string>>;
  /** The home directory, from HOME or USERPROFILE. */
  home(): string | undefined;
  /** The working directory. */
  cwd(): string;
  /** A whole file. Throws `file_not_found`, `file_denied` or `permission_missing`. */
  readFile(path: string): Promise<Uint8Array>;
  /** Replaces a file atomically. */
  writeFile(path: string, data: Uint8Array, options?: { readonly mode?: number }): Promise<void>;
  /** Facts about a file; undefined where there is none. */
  stat(path: string): Promise<FileInfo | undefined>;
  /** Runs a process to its end. Throws `plugin_not_found`, `plugin_failed`, `plugin_timeout` or `plugin_output`. */
  run(command: Command): Promise<CommandOutput>;
  /** Calls that leave for other hosts than the cluster. */
  fetch: PlatformFetch;
  /** A keep-alive pool with an owner. */
  transport(options: TransportOptions): Transport;
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after these milliseconds; rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0 <= n < 1, for jitter only. */
  random(): number;
  /** The terminal, where there is one. */
  readonly terminal?: Terminal;
}
