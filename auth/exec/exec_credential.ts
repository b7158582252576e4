import { type ObjectShape, typeProblem } from "../../encoding/typed.ts";
import { parseRfc3339 } from "../../encoding/rfc3339.ts";
import { KubecredError } from "../../errors.ts";
import { type CertificateValidity, checkCertificate } from "../../platform/client_certificate.ts";
import type { ClientCertificate } from "../types.ts";
import { decodeObject } from "./decode.ts";
import { execGroup, execVersions } from "./exec_info.ts";

/** What a plugin answered. Secret. */
export interface ExecStatus {
  /** Bearer token, as it was printed: not trimmed. */
  readonly token?: string;
  /** Client certificate and key. */
  readonly certificate?: ClientCertificate;
  /** How long the certificate is valid. Says nothing of the credential's own expiry. */
  readonly validity?: CertificateValidity;
  /** Epoch milliseconds; absent when it lasts until the server refuses it. */
  readonly expiresAt?: number;
}

/** The wire format, the same in both versions. */
export const execCredentialShape: ObjectShape = {
  name: "ExecCredential",
  fields: {
    kind: "string",
    apiVersion: "string",
    spec: {
      name: "ExecCredentialSpec",
      fields: {
        cluster: {
          name: "Cluster",
          fields: {
            server: "string",
            "tls-server-name": "string",
            "insecure-skip-tls-verify": "bool",
            "certificate-authority-data": "bytes",
            "proxy-url": "string",
            "disable-compression": "bool",
            config: "any",
          },
        },
        interactive: "bool",
      },
    },
    status: {
      name: "ExecCredentialStatus",
      fields: {
        expirationTimestamp: "time",
        token: "string",
        clientCertificateData: "string",
        clientKeyData: "string",
      },
    },
  },
};

interface StatusFields {
  readonly token?: string | null;
  readonly clientCertificateData?: string | null;
  readonly clientKeyData?: string | null;
  readonly expirationTimestamp?: string | null;
}

/** Go's zero time, which client-go takes for no expiry. */
const zeroTime = -62_135_596_800_000;

/**
 * Reads what a plugin printed, in client-go's order and words (client-go-semantics 1.8 and 1.9).
 *
 * @param stdout All that it printed
 * @param apiVersion The version that the stanza asks for
 * @returns What it answered
 * @throws {KubecredError} `plugin_output` when it is no valid answer; `credential_invalid` when the certificate and the key
 * do not parse or belong together. The message quotes no value but `kind`, `apiVersion` and a malformed time
 */
export function decodeExecCredential(stdout: Uint8Array, apiVersion: string): ExecStatus {
  const printed = decodeObject(stdout, { action: "decoding stdout" });
  if (printed.kind !== "ExecCredential" || !isKnown(printed.apiVersion)) {
    throw output(`decoding stdout: ${notRegistered(printed.kind, printed.apiVersion)}`);
  }
  const goPackage = execVersions[printed.apiVersion];
  const problem = goPackage && typeProblem(printed.fields, execCredentialShape, { package: goPackage });
  if (problem) throw output(`decoding stdout: ${problem}`);
  if (printed.apiVersion !== apiVersion) {
    throw output(
      `exec plugin is configured to use API version ${apiVersion}, plugin returned version ${printed.apiVersion}` +
        (goPackage ? `. Set apiVersion: ${printed.apiVersion} in the exec stanza` : ""),
    );
  }
  const status = printed.fields.status as StatusFields | null | undefined;
  if (!status) throw output("exec plugin didn't return a status field");
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = status;
  if (!token && !cert && !key) throw output("exec plugin didn't return a token or cert/key pair");
  if (!cert !== !key) throw output("exec plugin returned only certificate or key, not both");
  const validity = cert && key ? checkPair(cert, key) : undefined;
  return {
    ...(token && { token }),
    ...(validity && { certificate: { cert: cert!, key: key! }, validity }),
    ...expiry(expirationTimestamp),
  };
}

function isKnown(apiVersion: string): boolean {
  return Object.hasOwn(execVersions, apiVersion) || apiVersion === `${execGroup}/__internal`;
}

function notRegistered(kind: string, apiVersion: string): string {
  const version = apiVersion.endsWith("/__internal")
    ? `the internal version of group "${execGroup}"`
    : `version ${JSON.stringify(apiVersion.slice(0, 80))}`;
  return `no kind ${
    JSON.stringify(kind.slice(0, 80))
  } is registered for ${version} in scheme "pkg/client/auth/exec/exec.go:62"`;
}

function checkPair(cert: string, key: string): CertificateValidity {
  try {
    return checkCertificate(cert, key);
  } catch (error) {
    const { code, message } = error as KubecredError;
    throw new KubecredError(code, `failed parsing client key/certificate: ${message}`);
  }
}

function expiry(text: string | null | undefined): { expiresAt?: number } {
  if (text === undefined || text === null) return {};
  const result = parseRfc3339(text);
  if ("problem" in result) throw output(`decoding stdout: ${result.problem}`);
  return result.time === zeroTime ? {} : { expiresAt: result.time };
}

function output(problem: string): KubecredError {
  return new KubecredError("plugin_output", problem);
}
