import { KubecredError } from "../errors.ts";
import { base64Fault, decodeBase64 } from "./base64.ts";

const anyBlock = /^-----BEGIN [^\n]+-----[ \t]*\r?$/m;
const certificate = /^-----BEGIN CERTIFICATE-----[ \t]*\r?\n([^-]*)-----END CERTIFICATE-----[ \t]*\r?$/gm;

/**
 * The certificates of a CA bundle. What else the bundle holds is passed over, as Go's `AppendCertsFromPEM` does.
 *
 * @param bundle PEM text
 * @returns The certificates alone, as PEM text
 * @throws `tls_failed` when there is not one
 */
export function rootCertificates(bundle: string): string {
  const blocks = [...bundle.matchAll(certificate)];
  const sound = blocks.filter(([, body]) => isDer(body!)).map(([block]) => block.trim());
  if (sound.length > 0) return `${sound.join("\n")}\n`;
  const reason = !anyBlock.test(bundle)
    ? "unable to parse bytes as PEM block"
    : blocks.length > 0
    ? "failed to parse certificate: malformed certificate"
    : "no valid certificate authority data seen";
  throw new KubecredError("tls_failed", `Cannot verify the server: unable to load root certificates: ${reason}`);
}

/** Whether base64 text is one DER sequence, whole. */
function isDer(text: string): boolean {
  const base64 = text.replace(/\s+/g, "");
  if (base64 === "" || base64Fault(base64) >= 0) return false;
  const bytes = decodeBase64(base64);
  if (bytes[0] !== 0x30 || bytes.length < 4) return false;
  const first = bytes[1]!;
  if (first < 0x80) return bytes.length === 2 + first;
  const size = first & 0x7f;
  let length = 0;
  for (let index = 2; index < 2 + size; index++) length = length * 256 + (bytes[index] ?? NaN);
  return bytes.length === 2 + size + length;
}
