import { decodeBase64, encodeBase64 } from "../../encoding/base64.ts";
import { withoutQuery } from "../../encoding/server_url.ts";
import { hasCode, KubecredError } from "../../errors.ts";
import type { ConnectionInit, JsonValue } from "../../kubeconfig/types.ts";
import { resolvePlatform } from "../../platform/mod.ts";
import type { Platform } from "../../platform/types.ts";

/**
 * The cluster as a credential plugin is told of it, in the field names of `client.authentication.k8s.io`.
 *
 * @see https://kubernetes.io/docs/reference/config-api/client-authentication.v1/#client-authentication-k8s-io-v1-Cluster
 */
export interface ExecCluster {
  /** `https://host:port`, a path prefix allowed. */
  readonly server: string;
  /** Name for SNI and verification. @default {the server's host} */
  readonly "tls-server-name"?: string;
  /** Accept any server certificate. @default {false} */
  readonly "insecure-skip-tls-verify"?: boolean;
  /** CA bundle, base64 of PEM. @default {the system's roots} */
  readonly "certificate-authority-data"?: string;
  /** Explicit proxy. @default {none} */
  readonly "proxy-url"?: string;
  /** Ask the server not to compress. @default {false} */
  readonly "disable-compression"?: boolean;
  /** Content of the cluster extension `client.authentication.k8s.io/exec`. @default {null} */
  readonly config?: JsonValue;
}

/** Options of {@linkcode execCluster}. */
export interface ExecClusterOptions {
  /** Content of the CA file that the connection names. @default {its inline data} */
  readonly ca?: Uint8Array;
}

/** Options of {@linkcode loadExecCluster}. */
export interface LoadExecClusterOptions {
  /** Reads the CA file. @default {the runtime's} */
  readonly platform?: Partial<Platform>;
}

/**
 * Describes the cluster of a connection to a credential plugin.
 *
 * @example
 * ```ts
 * import { execCluster } from "@kubecred/kubecred/auth/exec";
 * import assert from "node:assert/strict";
 *
 * const cluster = execCluster({ server: "https://10.0.0.1:6443", tls: { serverName: "api.example.com" } });
 * assert.equal(cluster["tls-server-name"], "api.example.com");
 * ```
 *
 * @param connection The connection; proxies of the environment are no part of it
 * @param options Content of the CA file, where there is one
 * @returns The cluster
 * @throws {KubecredError} `kubeconfig_invalid` when the proxy cannot apply to the server
 * @see client-go rest/exec.go ConfigToExecCluster
 */
export function execCluster(connection: ConnectionInit, options: ExecClusterOptions = {}): ExecCluster {
  const { server, tls = {}, proxyUrl, disableCompression, execConfig } = connection;
  const { ca = tls.ca?.data === undefined ? undefined : bundleBytes(tls.ca.data) } = options;
  if (proxyUrl) checkProxy(server, proxyUrl);
  return {
    server: withoutQuery(server),
    "tls-server-name": tls.serverName,
    "insecure-skip-tls-verify": tls.insecure,
    "certificate-authority-data": ca && encodeBase64(ca),
    "proxy-url": proxyUrl,
    "disable-compression": disableCompression,
    config: execConfig,
  };
}

/**
 * Describes the cluster of a connection to a credential plugin, and reads its CA file when it names one.
 *
 * @example
 * ```ts
 * import { loadExecCluster } from "@kubecred/kubecred/auth/exec";
 * import assert from "node:assert/strict";
 *
 * const platform = { readFile: () => Promise.resolve(new TextEncoder().encode("PEM")) };
 * const connection = { server: "https://10.0.0.1:6443", tls: { ca: { file: "/etc/ca.pem" } } };
 * const cluster = await loadExecCluster(connection, { platform });
 * assert.equal(cluster["certificate-authority-data"], btoa("PEM"));
 * ```
 *
 * @param connection The connection
 * @param options Platform
 * @returns The cluster
 * @throws {KubecredError} `file_not_found`, `file_denied` or `permission_missing` when the CA file cannot be read;
 * `kubeconfig_invalid` as {@linkcode execCluster}
 */
export async function loadExecCluster(
  connection: ConnectionInit,
  options: LoadExecClusterOptions = {},
): Promise<ExecCluster> {
  const file = connection.tls?.ca?.file;
  if (file === undefined) return execCluster(connection);
  try {
    return execCluster(connection, { ca: await resolvePlatform(options.platform).readFile(file) });
  } catch (error) {
    if (!hasCode(error, "file_not_found", "file_denied", "permission_missing")) throw error;
    const reason = `failed to load CA bundle for execProvider: ${error.message}`;
    throw new KubecredError(error.code, `Cannot describe the cluster: ${reason}`, { path: file });
  }
}

function bundleBytes(data: string): Uint8Array {
  return data.includes("-----BEGIN ") ? new TextEncoder().encode(data) : decodeBase64(data);
}

function checkProxy(server: string, proxyUrl: string): void {
  const fail = (reason: string) => {
    throw new KubecredError("kubeconfig_invalid", `Cannot describe the cluster: ${reason}`);
  };
  if (/[\s\p{Cc}]/u.test(server) || !(URL.canParse(server) || URL.canParse(`http://${server}`))) {
    fail("failed to create proxy URL request for execProvider: the server is not a URL");
  }
  if (!URL.canParse(proxyUrl)) fail("failed to get proxy URL for execProvider: it is not a URL");
}
