import { KubeStatusError, type Status } from "../errors.ts";

/** What a request was for, to say so in an error. */
export interface Purpose {
  /** `get`, `list`, ... */
  readonly verb: string;
  /** `pods "web" in namespace "default"` */
  readonly target: string;
}

/** Most bytes of an error body that are read. A Status is far shorter. */
const bodyLimit = 1 << 20;
/** Most characters of a body without a Status that go into a message, as in client-go. */
const textLimit = 2048;

/** Reason and words for a status code without a Status body (client-go `rest/request.go`, apimachinery `api/errors`). */
const generic: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  400: ["BadRequest", "the server rejected our request for an unknown reason"],
  401: ["Unauthorized", "the server has asked for the client to provide credentials"],
  403: ["Forbidden", ""],
  404: ["NotFound", "the server could not find the requested resource"],
  405: ["MethodNotAllowed", "the server does not allow this method on the requested resource"],
  406: ["NotAcceptable", ""],
  409: ["Conflict", "the server reported a conflict"],
  410: ["Gone", "the resource version or the continue token is no longer available"],
  415: ["UnsupportedMediaType", ""],
  422: ["Invalid", "the server rejected our request due to an error in our request"],
  429: ["TooManyRequests", "the server has received too many requests and has asked us to try again later"],
  503: ["ServiceUnavailable", "the server is currently unable to handle the request"],
  504: [
    "Timeout",
    "the server was unable to return a response in the time allotted, but may still be processing the request",
  ],
};

/**
 * Reads a failed response, whatever its content type and size.
 *
 * @param response A response that is not a success
 * @param purpose What the request was for
 * @returns The error to throw
 */
export async function statusError(response: Response, purpose: Purpose): Promise<KubeStatusError> {
  const text = await readText(response);
  const status = parseStatus(text) ?? genericStatus(response, text);
  return makeStatusError(status, response, purpose);
}

/**
 * Makes the error of a Status, filling in what the response says beside it.
 *
 * @param status The Status
 * @param response The response that carried it
 * @param purpose What the request was for
 * @returns The error to throw
 */
export function makeStatusError(status: Status, response: Response, purpose: Purpose): KubeStatusError {
  const retryAfter = Number.parseInt(response.headers.get("retry-after") ?? "", 10);
  const details = status.details?.retryAfterSeconds === undefined && retryAfter >= 0
    ? { ...status.details, retryAfterSeconds: retryAfter }
    : status.details;
  const code = status.code ?? response.status;
  const message = status.message || generic[code]?.[1] || status.reason || `HTTP ${code}`;
  return new KubeStatusError(`Cannot ${purpose.verb} ${purpose.target}: ${message}`, { ...status, code, details });
}

function parseStatus(text: string): Status | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    const value = JSON.parse(text);
    return value.kind === "Status" && value.status !== "Success" ? value : undefined;
  } catch {
    return undefined; // Not JSON after all: the generic words stand in for it.
  }
}

function genericStatus(response: Response, text: string): Status {
  const { status: code } = response;
  const type = response.headers.get("content-type") ?? "";
  const words = readable(text, type);
  const [reason, message] = generic[code] ?? (code >= 500 ? ["InternalError", ""] : ["Unknown", ""]);
  const fallback = code >= 500
    ? `an error on the server (${JSON.stringify(words || "unknown")}) has prevented the request from succeeding`
    : words || "unknown";
  return {
    kind: "Status",
    apiVersion: "v1",
    status: "Failure",
    code,
    reason,
    message: (message || fallback) + (message && words ? ` (HTTP ${code}: ${words})` : ` (HTTP ${code})`),
    details: { causes: [{ reason: "UnexpectedServerResponse", message: words || "unknown" }] },
  };
}

// Of a page, its title says most; of other text, the text; bytes say nothing to a reader.
function readable(text: string, type: string): string {
  if (/html/i.test(type) || /^\s*<(!doctype|html)/i.test(text)) {
    const title = /<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1] ?? "";
    return `an HTML page${title.trim() ? ` titled "${clean(title)}"` : ""}, perhaps of a proxy in between`;
  }
  return type === "" || /^(text\/|application\/json)/i.test(type) ? clean(text) : "";
}

// Control characters of a server must not reach a terminal.
function clean(text: string): string {
  return text.slice(0, textLimit).replace(/\p{Cc}+/gu, " ").trim();
}

async function readText(response: Response): Promise<string> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let size = 0; size < bodyLimit;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text;
}
