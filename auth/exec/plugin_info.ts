import { decodeBase64Text } from "../../encoding/base64.ts";
import { typeProblem } from "../../encoding/typed.ts";
import { hasCode, KubecredError } from "../../errors.ts";
import type { ConnectionInit } from "../../kubeconfig/types.ts";
import { type DecodedObject, decodeObject } from "./decode.ts";
import { execCredentialShape } from "./exec_credential.ts";
import { execGroup, type ExecInfo, execInfoVariable, execVersions } from "./exec_info.ts";

/**
 * Reads `KUBERNETES_EXEC_INFO` as a plugin does, with the words of client-go's helper (client-go-semantics 1.15).
 *
 * @param text Value of the variable; undefined where it is not set
 * @returns The version to answer in, whether there is a terminal, and the cluster where it is told
 * @throws {KubecredError} `protocol` when it is missing or no `ExecCredential`
 * @see client-go tools/auth/exec/exec.go LoadExecCredential
 */
export function parseExecInfo(text: string | undefined): ExecInfo {
  if (!text) throw invalid(`${execInfoVariable} env var is unset or empty`);
  const { fields, kind, apiVersion } = decode(text);
  if (!fields.kind) throw invalid("decode: Object 'Kind' is missing");
  if (!fields.apiVersion) throw invalid("decode: Object 'apiVersion' is missing");
  const group = apiVersion.includes("/") ? `.${apiVersion.slice(0, apiVersion.indexOf("/"))}` : "";
  if (`${kind}${group}` !== `ExecCredential.${execGroup}`) {
    throw invalid(`invalid group/kind: wanted ExecCredential.${execGroup}, got ${kind}${group}`);
  }
  const goPackage = Object.hasOwn(execVersions, apiVersion) ? execVersions[apiVersion] : undefined;
  if (!goPackage) throw invalid(`decode: no kind "ExecCredential" is registered for version "${apiVersion}"`);
  const problem = typeProblem(fields, execCredentialShape, { package: goPackage });
  if (problem !== undefined) throw invalid(`decode: ${problem}`);
  const { interactive, cluster } = (fields.spec ?? {}) as Partial<ExecInfo>;
  return { apiVersion, interactive: interactive ?? false, ...(cluster && { cluster }) };
}

/**
 * The connection that a plugin may use to ask the cluster something, without any credential.
 *
 * @param info What the plugin is told
 * @returns Server, TLS, proxy and compression
 * @throws {KubecredError} `protocol` when it is not told of the cluster, or the proxy is no URL
 */
export function execInfoConnection({ cluster }: ExecInfo): ConnectionInit {
  if (!cluster) throw invalid("ExecCredential does not contain cluster information");
  const { "certificate-authority-data": ca, "proxy-url": proxyUrl } = cluster;
  if (proxyUrl && !URL.canParse(proxyUrl)) throw invalid("cannot create rest.Config: cannot parse proxy URL");
  return {
    server: cluster.server ?? "",
    tls: {
      ...(ca && { ca: { data: decodeBase64Text(ca) } }),
      ...(cluster["tls-server-name"] && { serverName: cluster["tls-server-name"] }),
      ...(cluster["insecure-skip-tls-verify"] && { insecure: true }),
    },
    ...(proxyUrl && { proxyUrl }),
    ...(cluster["disable-compression"] && { disableCompression: true }),
  };
}

function decode(text: string): DecodedObject {
  try {
    return decodeObject(new TextEncoder().encode(text), { action: "decode" });
  } catch (error) {
    if (!hasCode(error, "plugin_output")) throw error;
    throw invalid(error.message);
  }
}

function invalid(reason: string): KubecredError {
  return new KubecredError("protocol", `Cannot read ${execInfoVariable}: ${reason}`);
}
