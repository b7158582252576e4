import { UnicodeError } from "../encoding/unicode.ts";
import { parseYaml, YamlError } from "../encoding/yaml.ts";
import { KubecredError } from "../errors.ts";
import { anything, at, FieldError, type Fields, text } from "./fields.ts";
import { type Entry, topLevel } from "./stanzas.ts";
import type { JsonValue, Kubeconfig, NamedExtension, Origin } from "./types.ts";

/** Options of {@linkcode parseKubeconfig}. */
export interface ParseKubeconfigOptions {
  /** What errors, warnings and the provenance of entries call the text. @default {nothing} */
  readonly path?: string;
}

const versions = ["", "/", "v1", "/v1"];

/**
 * Reads a kubeconfig from YAML or JSON text, the way kubectl does: the first document counts, known fields must have
 * their type, and all base64 must be sound. Relative paths stay as they are. Credential plugins of a kubeconfig that was
 * read from text do not run unless a policy allows them.
 *
 * @example
 * ```ts
 * import { parseKubeconfig } from "@kubecred/kubecred/kubeconfig";
 * import assert from "node:assert/strict";
 *
 * const kubeconfig = parseKubeconfig(`
 * current-context: dev
 * contexts:
 * - name: dev
 *   context: { cluster: dev, user: me }
 * users:
 * - name: me
 *   user: { token: hidden }
 * `);
 * assert.equal(kubeconfig.users[0]?.user.token, "hidden");
 * assert.ok(!JSON.stringify(kubeconfig).includes("hidden"));
 * ```
 *
 * @param text The kubeconfig; empty text is an empty kubeconfig
 * @param options What to call the text
 * @returns The kubeconfig, frozen to its leaves; secrets in it do not print
 * @throws `kubeconfig_invalid`. The message names line or field and quotes no value
 * @see client-go tools/clientcmd/loader.go Load
 */
export function parseKubeconfig(text: string, options: ParseKubeconfigOptions = {}): Kubeconfig {
  const { path } = options;
  try {
    return decodeKubeconfig(text, { kind: "text", path });
  } catch (error) {
    const name = path === undefined ? "text" : JSON.stringify(path);
    throw new KubecredError("kubeconfig_invalid", `Cannot read kubeconfig ${name}: ${faultOf(error)}`, { path });
  }
}

/**
 * Reads a kubeconfig from text of any provenance.
 *
 * @param source The text
 * @param from Its provenance
 * @returns The kubeconfig; its paths are as they were written
 * @throws What {@linkcode faultOf} words
 */
export function decodeKubeconfig(source: string, from: Origin): Kubeconfig {
  const { value, warnings } = parseYaml(source);
  if (value !== null && (typeof value !== "object" || Array.isArray(value))) {
    throw new FieldError(`the top level is not a mapping`);
  }
  const origin: Origin = Object.freeze(from.path === undefined ? { kind: from.kind } : { ...from });
  const known: Fields = {};
  const unknown: Fields = {};
  checkKind(value ?? {});
  for (const [name, field] of Object.entries(value ?? {})) {
    const read = topLevel[name];
    if (read && Object.hasOwn(topLevel, name)) known[name] = at(name, read, field);
    else if (name !== "kind" && name !== "apiVersion") unknown[name] = anything(field);
  }
  const current = known["current-context"] as string | undefined;
  return Object.freeze({
    "current-context": current || undefined,
    currentContextOrigin: current ? origin : undefined,
    clusters: named(known, "cluster", origin),
    contexts: named(known, "context", origin),
    users: named(known, "user", origin),
    files: Object.freeze(origin.path === undefined ? [] : [origin.path]),
    warnings: Object.freeze(warnings.map((text) => origin.path === undefined ? text : `${origin.path}: ${text}`)),
    preferences: known.preferences as JsonValue | undefined,
    extensions: known.extensions as readonly NamedExtension[] | undefined,
    unknownFields: Object.keys(unknown).length > 0 ? Object.freeze(unknown as Record<string, JsonValue>) : undefined,
  });
}

/** What is wrong with the text, in words that quote nothing of it. Any other error is thrown on. */
export function faultOf(error: unknown): string {
  if (error instanceof YamlError || error instanceof FieldError || error instanceof UnicodeError) return error.message;
  throw error;
}

// Go looks for the two in any case, and takes the last that it meets, before it decodes the rest in exact case.
function checkKind(fields: Fields): void {
  const found = { kind: "", apiversion: "" };
  for (const name of Object.keys(fields).sort()) {
    const key = name.toLowerCase();
    if (key === "kind" || key === "apiversion") found[key] = at(name, text, fields[name]) ?? found[key];
  }
  const { kind, apiversion: version } = found;
  if ((kind === "" || kind === "Config") && versions.includes(version)) return;
  throw new FieldError(
    `no kind ${JSON.stringify(kind || "Config")} is registered for version ${JSON.stringify(version || "v1")}; ` +
      'a kubeconfig has kind "Config" and apiVersion "v1"',
  );
}

function named<F extends "cluster" | "context" | "user">(known: Fields, field: F, origin: Origin) {
  const entries = known[`${field}s`] as readonly Entry[] | undefined ?? [];
  const names = new Set<string>();
  return Object.freeze(entries.map(({ name, stanza, unknownFields }) => {
    if (names.has(name)) throw new FieldError(`duplicate name ${JSON.stringify(name)} in list`).within(`${field}s`);
    names.add(name);
    const entry = { name, [field]: stanza, origin };
    return Object.freeze(unknownFields ? { ...entry, unknownFields } : entry) as
      & { readonly name: string; readonly origin: Origin }
      & Record<F, Entry["stanza"]>;
  }));
}
