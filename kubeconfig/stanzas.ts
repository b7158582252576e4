/** The fields that client-go knows, in its types (tools/clientcmd/api/v1/types.go). */
import {
  anything,
  base64,
  FieldError,
  type Fields,
  flag,
  list,
  map,
  mapping,
  type Reader,
  struct,
  text,
  texts,
} from "./fields.ts";
import type { ClusterStanza, ContextStanza, NamedExtension, UserStanza } from "./types.ts";

const anyExtensions = list(
  struct({ name: text, extension: anything }, { defaults: { name: "", extension: null } }),
  () => Object.freeze({ name: "", extension: null }),
);

// client-go keeps them in a map, where an extension that is null leaves its name free.
const extensions: Reader = (value) => {
  const found = anyExtensions(value) as readonly NamedExtension[] | undefined;
  const taken = new Map<string, NamedExtension>();
  for (const entry of found ?? []) {
    if ((taken.get(entry.name)?.extension ?? null) !== null) {
      throw new FieldError(`duplicate name ${JSON.stringify(entry.name)} in list`);
    }
    taken.set(entry.name, entry);
  }
  return found && Object.freeze([...taken.values()]);
};

const exec = struct({
  command: text,
  args: texts,
  env: list(struct({ name: text, value: text }, { defaults: { name: "" } }), () => Object.freeze({ name: "" })),
  apiVersion: text,
  installHint: text,
  provideClusterInfo: flag,
  interactiveMode: text,
}, { secrets: ["args", "env"], defaults: { command: "" } });

const withoutMode = ["client.authentication.k8s.io/v1beta1", "client.authentication.k8s.io/v1alpha1"];

// client-go tools/clientcmd/api/v1/defaults.go: only these versions may leave the mode out.
const execWithDefaults: Reader = (value) => {
  if (value === null) return undefined;
  const fields = mapping(value);
  const { apiVersion, interactiveMode } = fields;
  if (withoutMode.includes(apiVersion as string) && (interactiveMode ?? "") === "") {
    fields.interactiveMode = "IfAvailable";
  }
  return exec(fields);
};

const cluster = struct({
  server: text,
  "tls-server-name": text,
  "insecure-skip-tls-verify": flag,
  "certificate-authority": text,
  "certificate-authority-data": base64,
  "proxy-url": text,
  "disable-compression": flag,
  extensions,
}, { secrets: ["proxy-url"] });

const user = struct({
  "client-certificate": text,
  "client-certificate-data": base64,
  "client-key": text,
  "client-key-data": base64,
  token: text,
  tokenFile: text,
  as: text,
  "as-uid": text,
  "as-groups": texts,
  "as-user-extra": map(texts, () => Object.freeze([])),
  username: text,
  password: text,
  "auth-provider": struct({ name: text, config: map(text, () => "") }, { secrets: ["config"], defaults: { name: "" } }),
  exec: execWithDefaults,
  extensions,
}, { secrets: ["client-key-data", "token", "password"] });

const context = struct({ cluster: text, user: text, namespace: text, extensions });
const preferences = struct({ colors: flag, extensions });

/** Fields of the top level, kind and version aside. */
export const topLevel: Readonly<Record<string, Reader>> = {
  "current-context": text,
  preferences,
  extensions,
  clusters: entries("cluster", cluster),
  contexts: entries("context", context),
  users: entries("user", user),
};

/** A cluster, context or user under its name, with what else stands beside it. */
export interface Entry {
  /** Name of the entry. */
  readonly name: string;
  /** Its content. */
  readonly stanza: ClusterStanza & ContextStanza & UserStanza;
  /** Fields beside the two. */
  readonly unknownFields?: Fields;
}

function entries(field: string, stanza: Reader): Reader {
  const known = struct({ name: text, [field]: stanza });
  const empty = (): Entry => ({ name: "", stanza: Object.freeze({}) });
  return list((value) => {
    const fields = known(value) as Fields | undefined;
    if (fields === undefined) return undefined;
    const { name = "", [field]: stanza = Object.freeze({}) } = fields;
    if (Object.keys(fields).every((key) => key === "name" || key === field)) return { name, stanza };
    const { name: _name, [field]: _stanza, ...rest } = fields;
    return { name, stanza, unknownFields: Object.freeze(rest) };
  }, empty);
}
