import { stringifyJson, type StringifyJsonOptions } from "../../encoding/json.ts";
import type { ExecCluster } from "./cluster_info.ts";

/** The API group of the protocol. */
export const execGroup = "client.authentication.k8s.io";

/** The versions that client-go accepts, with the name of the Go package of each. */
export const execVersions: Readonly<Record<string, string>> = {
  [`${execGroup}/v1`]: "v1",
  [`${execGroup}/v1beta1`]: "v1beta1",
};

/** Name of the variable in which a plugin is told what it is asked for. */
export const execInfoVariable = "KUBERNETES_EXEC_INFO";

/** What a plugin is told. */
export interface ExecInfo {
  /** Version that it must answer in. */
  readonly apiVersion: string;
  /** Whether it has been given the terminal as its stdin. */
  readonly interactive: boolean;
  /** The cluster, where the stanza asks for it. */
  readonly cluster?: ExecCluster;
}

/**
 * Writes `KUBERNETES_EXEC_INFO`, byte for byte as client-go does (client-go-semantics 1.4): compact JSON in the order of
 * the Go types, `<`, `>` and `&` escaped, one line break at the end.
 *
 * @param info What to tell
 * @returns The value of the variable
 */
export function encodeExecInfo({ apiVersion, interactive, cluster }: ExecInfo): string {
  const described = cluster === undefined ? "" : `"cluster":${encodeCluster(cluster)},`;
  const spec = `{${described}"interactive":${interactive}}`;
  return `{"kind":"ExecCredential","apiVersion":${encode(apiVersion)},"spec":${spec}}\n`;
}

function encodeCluster(cluster: ExecCluster): string {
  const fields = encode({
    server: cluster.server,
    "tls-server-name": cluster["tls-server-name"] || undefined,
    "insecure-skip-tls-verify": cluster["insecure-skip-tls-verify"] || undefined,
    "certificate-authority-data": cluster["certificate-authority-data"] || undefined,
    "proxy-url": cluster["proxy-url"] || undefined,
    "disable-compression": cluster["disable-compression"] || undefined,
  });
  return `${fields.slice(0, -1)},"config":${encode(cluster.config ?? null, { sortKeys: true })}}`;
}

function encode(value: unknown, options: StringifyJsonOptions = {}): string {
  return stringifyJson(value, { ...options, htmlSafe: true });
}
