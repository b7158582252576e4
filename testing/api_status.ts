import type { ApiRequest, ApiResponse } from "./api_types.ts";

/** What a Status says beside its code. */
interface StatusOptions {
  readonly details?: object;
  readonly metadata?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const mediaTypes = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

const reasons: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  400: ["BadRequest", "the server rejected our request for an unknown reason"],
  401: ["Unauthorized", "Unauthorized"],
  403: ["Forbidden", "forbidden"],
  404: ["NotFound", "the server could not find the requested resource"],
  405: ["MethodNotAllowed", "the server does not allow this method on the requested resource"],
  406: ["NotAcceptable", `406: Not Acceptable\n\nAvailable representations: ${mediaTypes}`],
  409: ["Conflict", "the server reported a conflict"],
  410: ["Expired", "The resourceVersion for the provided list is too old."],
  415: ["UnsupportedMediaType", "415: Unsupported Media Type"],
  422: ["Invalid", "the server rejected our request due to an error in our request"],
  429: ["TooManyRequests", "Too many requests, please try again later."],
  500: ["InternalError", "Internal error occurred: unexpected"],
  503: ["ServiceUnavailable", "the server is currently unable to handle the request"],
  504: ["Timeout", "Timeout: request did not complete within the allotted timeout"],
};

/**
 * A failure as the API server writes it.
 *
 * Source: k8s.io/apimachinery/pkg/api/errors, and answers of kube-apiserver 1.35.4.
 *
 * @param code HTTP status
 * @param message What the server says; by default what it says when it has nothing particular to say
 * @param options Reason, details and metadata of the Status, and header fields
 * @returns The answer
 */
export function failure(
  code: number,
  message?: string,
  options: StatusOptions & { readonly reason?: string } = {},
): ApiResponse {
  const [reason, text] = reasons[code] ?? ["Unknown", "unknown"];
  const retry = code === 429 || code === 503;
  return {
    status: code,
    headers: { ...(retry ? { "retry-after": "1" } : {}), ...options.headers },
    body: {
      kind: "Status",
      apiVersion: "v1",
      metadata: options.metadata ?? {},
      status: "Failure",
      message: message ?? text,
      reason: options.reason ?? reason,
      // These two have no details at all; the others at least an empty object.
      ...(code === 400 || code === 401 ? {} : { details: options.details ?? (retry ? { retryAfterSeconds: 1 } : {}) }),
      code,
    },
  };
}

/**
 * 403, in the words of the authorizer.
 *
 * @param request Whose user may not
 * @param target The resource, its group and namespace; absent for a path that is no resource
 */
export function forbidden(request: ApiRequest, target?: ForbiddenTarget): ApiResponse {
  const user = request.user?.username ?? "system:anonymous";
  if (!target) {
    const path = request.path.split("?")[0];
    const verb = verbs[request.method] ?? "get";
    return failure(403, `forbidden: User "${user}" cannot ${verb} path "${path}"`);
  }
  const { verb, plural, group, name, namespace } = target;
  const full = group ? `${plural}.${group}` : plural;
  const subject = name ? `${full} "${name}"` : full;
  const scope = namespace ? `in the namespace "${namespace}"` : "at the cluster scope";
  return failure(
    403,
    `${subject} is forbidden: User "${user}" cannot ${verb} resource "${plural}" in API group "${group}" ${scope}`,
    { details: { ...(name && { name }), ...(group && { group }), kind: plural } },
  );
}

/** What may not be touched. */
export interface ForbiddenTarget {
  readonly verb: string;
  readonly plural: string;
  readonly group: string;
  readonly name?: string;
  readonly namespace?: string;
}

const verbs: Readonly<Record<string, string>> = {
  GET: "get",
  HEAD: "head",
  POST: "post",
  PUT: "put",
  PATCH: "patch",
  DELETE: "delete",
};
