import { baseName, cleanPath } from "../../encoding/lexical_path.ts";
import { KubecredError } from "../../errors.ts";
import type { Platform } from "../../platform/types.ts";
import { lookPath, type ResolvedCommand } from "./command_path.ts";

/** A plugin that may run. */
export interface AllowlistEntry {
  /** A name, allowed wherever PATH finds it, or an absolute path. */
  readonly command: string;
}

/**
 * Which plugins may run: all, none, or those on a list, with the match rules of kubectl's `kuberc`.
 *
 * @see https://github.com/kubernetes/enhancements/tree/master/keps/sig-auth/3104-introduce-kuberc
 */
export type PluginPolicy = "allow-all" | "deny-all" | { readonly allowlist: readonly AllowlistEntry[] };

/** A policy in the fields of kubectl's `kuberc`. */
export interface PolicyFields {
  /** `AllowAll`, `DenyAll` or `Allowlist`. @default {"AllowAll"} */
  readonly credentialPluginPolicy?: string;
  /** Plugins that may run; with `Allowlist` only. */
  readonly credentialPluginAllowlist?: readonly AllowlistEntry[] | null;
}

/**
 * Reads a policy from the fields of kubectl's `kuberc`, with client-go's checks and words.
 *
 * @param fields The two fields
 * @param rules Whose path rules an entry must be clean by
 * @returns The policy
 * @throws {KubecredError} `invalid_argument` when the fields contradict each other or an entry is not clean
 * @see client-go plugin/pkg/client/auth/exec/exec.go ValidatePluginPolicy
 */
export function parsePolicy(fields: PolicyFields, rules: Platform["os"] = "posix"): PluginPolicy {
  const { credentialPluginPolicy: type = "", credentialPluginAllowlist: list } = fields;
  if (type === "Allowlist") return { allowlist: checkAllowlist(list, rules) };
  if (!["", "AllowAll", "DenyAll"].includes(type)) throw invalid(`unknown plugin policy: ${JSON.stringify(type)}`);
  if (list !== undefined && list !== null) {
    const policy = JSON.stringify(type);
    throw invalid(
      `misconfigured credential plugin allowlist: plugin policy is ${policy} but allowlist is non-nil`,
    );
  }
  return type === "DenyAll" ? "deny-all" : "allow-all";
}

/**
 * Checks a policy as {@linkcode parsePolicy} does, for callers that the type checker does not reach.
 *
 * @param policy The policy
 * @param rules Whose path rules an entry must be clean by
 * @throws {KubecredError} `invalid_argument`
 */
export function checkPolicy(policy: PluginPolicy, rules: Platform["os"]): void {
  if (typeof policy === "object") checkAllowlist(policy.allowlist, rules);
  else if (policy !== "allow-all" && policy !== "deny-all") {
    throw invalid(`unknown plugin policy: ${JSON.stringify(policy)}`);
  }
}

/** Options of {@linkcode permitCommand}. */
export interface PermitOptions {
  /** What the command resolved to. */
  readonly resolved: ResolvedCommand;
  /** The environment and the files. */
  readonly platform: Platform;
}

/**
 * Applies a policy to a command, right before it is run (client-go-semantics 2.1).
 *
 * @param policy The policy
 * @param command The clean command of the stanza
 * @param options What it resolved to
 * @returns What to run: where a path was compared, exactly that path
 * @throws {KubecredError} `plugin_denied`
 */
export async function permitCommand(
  policy: PluginPolicy,
  command: string,
  { resolved, platform }: PermitOptions,
): Promise<ResolvedCommand> {
  if (policy === "allow-all") return resolved;
  if (policy === "deny-all") throw denied(`plugin ${JSON.stringify(command)} not allowed: policy set to "DenyAll"`);
  const listed = policy.allowlist.map((entry) => entry.command);
  if (listed.includes(command)) return resolved;
  const found = resolved.path === command ? await lookPath(command, platform) : resolved;
  const shown = JSON.stringify(found.path);
  // A name that only the runtime can search for cannot be compared with a path.
  const problem = found.problem ??
    (found.path === baseName(found.path, platform.os) ? "PATH may not be read" : undefined);
  if (problem !== undefined) {
    throw denied(`plugin path ${shown} cannot be resolved for credential plugin allowlist check: ${problem}`);
  }
  if (listed.includes(found.path)) return found;
  const name = baseName(found.path, platform.os);
  for (const entry of listed.filter((entry) => baseName(entry, platform.os) === name)) {
    const other = await lookPath(entry, platform);
    if (other.problem === undefined && other.path === found.path) return found;
  }
  throw denied(`plugin path ${shown} is not permitted by the credential plugin allowlist`);
}

function checkAllowlist(
  list: readonly AllowlistEntry[] | null | undefined,
  rules: Platform["os"],
): readonly AllowlistEntry[] {
  if (list === undefined || list === null) {
    throw invalid('credential plugin policy set to "Allowlist", but allowlist is unspecified');
  }
  if (list.length === 0) {
    throw invalid(
      'credential plugin policy set to "Allowlist", but allowlist is empty; use "DenyAll" policy instead',
    );
  }
  for (const [index, { command }] of list.entries()) {
    if (!command) throw invalid(`misconfigured credential plugin allowlist: empty allowlist entry #${index + 1}`);
    const clean = cleanPath(command, rules);
    if (clean !== command) {
      throw invalid(`non-normalized file path: ${JSON.stringify(command)} vs ${JSON.stringify(clean)}`);
    }
  }
  return list;
}

function invalid(reason: string): KubecredError {
  return new KubecredError("invalid_argument", `Cannot apply plugin policy: invalid plugin policy: ${reason}`);
}

function denied(reason: string): KubecredError {
  return new KubecredError("plugin_denied", reason);
}
