/** Brings what kubectl prints and what we read into one shape, where what is empty is absent. */
import { dirname, isAbsolute, join } from "node:path";
import { decodeBase64, encodeBase64 } from "../../encoding/base64.ts";
import { stringifyJson } from "../../encoding/json.ts";
import { plainKubeconfig } from "../../kubeconfig/format.ts";
import type { Kubeconfig } from "../../kubeconfig/types.ts";

type Fields = Record<string, unknown>;

const strings = {
  cluster: ["server", "tls-server-name", "certificate-authority", "proxy-url"],
  context: ["cluster", "user", "namespace"],
  user: ["client-certificate", "client-key", "token", "tokenFile", "as", "as-uid", "username", "password"],
};
const flags = ["insecure-skip-tls-verify", "disable-compression"];
const data = ["certificate-authority-data", "client-certificate-data", "client-key-data"];

/** Canonical JSON of a kubeconfig of ours. */
export function canonical(kubeconfig: Kubeconfig): string {
  return canonicalPlain(plainKubeconfig(kubeconfig));
}

/**
 * Canonical JSON of a kubeconfig as kubectl prints it. `kubectl config` leaves paths as they are written: they are put
 * below the folder of the file that we say an entry came from.
 */
export function canonicalWithPaths(config: Fields, ours: Kubeconfig | undefined): string {
  const folders = new Map<unknown, string>();
  for (const { name, origin } of ours?.clusters ?? []) folders.set(`cluster ${name}`, dirname(origin.path!));
  for (const { name, origin } of ours?.users ?? []) folders.set(`user ${name}`, dirname(origin.path!));
  for (const { name = "", cluster } of (config.clusters ?? []) as Fields[]) {
    absolute(cluster as Fields, ["certificate-authority"], folders.get(`cluster ${name}`));
  }
  for (const { name = "", user } of (config.users ?? []) as Fields[]) {
    const folder = folders.get(`user ${name}`);
    const { exec } = user as { readonly exec?: Fields };
    absolute(user as Fields, ["client-certificate", "client-key", "tokenFile"], folder);
    if ((exec?.command as string | undefined)?.includes("/")) absolute(exec!, ["command"], folder);
  }
  return canonicalPlain(config);
}

function absolute(fields: Fields, names: readonly string[], folder: string | undefined): void {
  for (const name of names) {
    const path = fields[name] as string | undefined;
    if (folder && path && !isAbsolute(path)) fields[name] = join(folder, path);
  }
}

function canonicalPlain(config: Fields): string {
  const preferences = (config.preferences ?? {}) as Fields;
  return stringifyJson({
    current: config["current-context"] || undefined,
    colors: preferences.colors || undefined,
    preferenceExtensions: extensions(preferences.extensions),
    extensions: extensions(config.extensions),
    clusters: entries(config.clusters, "cluster"),
    contexts: entries(config.contexts, "context"),
    users: entries(config.users, "user"),
  }, { sortKeys: true });
}

function entries(list: unknown, field: "cluster" | "context" | "user"): Fields {
  return Object.fromEntries(((list ?? []) as Fields[]).map((entry) => [
    entry.name ?? "",
    stanza((entry[field] ?? {}) as Fields, field),
  ]));
}

function stanza(fields: Fields, field: "cluster" | "context" | "user"): Fields {
  const result: Fields = pick(fields, [...strings[field], ...(field === "cluster" ? flags : [])]);
  for (const name of data) if (fields[name]) result[name] = encodeBase64(decodeBase64(fields[name] as string));
  result.extensions = extensions(fields.extensions);
  if (field !== "user") return result;
  const { "as-groups": groups, "as-user-extra": extra, "auth-provider": provider, exec } = fields as Record<
    string,
    Fields
  >;
  result.groups = some(groups);
  result.extra = some(extra) && Object.fromEntries(Object.entries(extra!).map(([key, values]) => [key, values ?? []]));
  result.provider = provider && { ...pick(provider, ["name"]), config: some(provider.config) };
  result.exec = exec && {
    ...pick(exec, ["command", "apiVersion", "installHint", "provideClusterInfo", "interactiveMode"]),
    args: some(exec.args),
    env: some(exec.env) && (exec.env as Fields[]).map((variable) => pick(variable, ["name", "value"])),
  };
  return result;
}

function pick(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.filter((name) => fields[name]).map((name) => [name, fields[name]]));
}

function some(value: unknown): unknown {
  return value && Object.keys(value).length > 0 ? value : undefined;
}

function extensions(list: unknown): unknown {
  const found = ((list ?? []) as Fields[]).map(({ name, extension }) => [name ?? "", unsigned(extension ?? null)]);
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

// kubectl prints -0, which reads back as 0.
function unsigned(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(unsigned);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unsigned(item)]));
}
