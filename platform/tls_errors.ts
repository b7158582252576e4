import { KubecredError } from "../errors.ts";
import { errnoOf, messageOf } from "./error_mapping.ts";

/** What the runtimes' codes mean, in words, with the next step. */
const reasons: readonly (readonly [code: RegExp, reason: string])[] = [
  [/CERT_HAS_EXPIRED/, "x509: certificate has expired; renew the server's, or check this machine's clock"],
  [/CERT_NOT_YET_VALID/, "x509: certificate is not yet valid; check this machine's clock"],
  [
    /UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|SELF_SIGNED_CERT|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|INVALID_CA/,
    "x509: certificate signed by unknown authority; check certificate-authority-data",
  ],
];

/** Faults of TLS that no code above names. */
const tlsCode = /^ERR_(SSL|TLS|OSSL|BORINGSSL)_|^(EPROTO|CERT_|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/;
const clientCertificate = /CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|ALERT_CERTIFICATE|DECRYPT_ERROR/i;
const network = /^E(CONN|HOST|NET|PIPE|ADDR|TIMEDOUT|AI_)|^ENOTFOUND$|^ERR_STREAM_PREMATURE_CLOSE$/;

/**
 * Says in one of this library's errors what went wrong on a connection.
 *
 * @param error What the runtime threw
 * @param action What could not be done, as `connect to 127.0.0.1:6443`
 * @returns `tls_failed` with the reason in words, `protocol` for what is no HTTP, or `connection_failed`
 */
export function connectionError(error: unknown, action: string): KubecredError {
  if (error instanceof KubecredError) return error;
  const code = errnoOf(error);
  const text = messageOf(error);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return tls(`${wrongName(error)}; set tls-server-name to a name that it has`);
  }
  if (code === "UNABLE_TO_VERIFY_LEAF_SIGNATURE" && "Deno" in globalThis) {
    // Deno gives this code to whatever is wrong with a chain.
    return tls(
      "x509: certificate signed by unknown authority, or it has expired or is not yet valid; " +
        "check certificate-authority-data and this machine's clock",
    );
  }
  for (const [pattern, reason] of reasons) if (pattern.test(code)) return tls(reason);
  if (clientCertificate.test(`${code} ${text}`)) return tls(`the server refused the client certificate (${text})`);
  if (tlsCode.test(code)) return tls(text);
  if (code.startsWith("HPE_")) return new KubecredError("protocol", `Cannot ${action}: ${text}`, { cause: error });
  const reason = network.test(code) && !text.includes(code) ? `${text} (${code})` : text;
  return new KubecredError("connection_failed", `Cannot ${action}: ${reason}`, { cause: error });

  function tls(reason: string): KubecredError {
    return new KubecredError("tls_failed", `Cannot ${action}: ${reason}`, { cause: error });
  }
}

function wrongName(error: unknown): string {
  const { host, cert } = error as { host?: string; cert?: { subjectaltname?: string } };
  const names = cert?.subjectaltname?.replace(/\b(DNS|IP Address):/g, "") || "no name at all";
  return `x509: certificate is valid for ${names}, not ${host}`;
}
