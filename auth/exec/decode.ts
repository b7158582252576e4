import { jsonProblem } from "../../encoding/json_syntax.ts";
import { jsonType } from "../../encoding/typed.ts";
import { parseYaml, YamlError } from "../../encoding/yaml.ts";
import { KubecredError } from "../../errors.ts";
import { execGroup } from "./exec_info.ts";

/** An object of the Kubernetes API, as far as it says what it is. */
export interface DecodedObject {
  /** All that it holds; empty when the text was empty or `null`. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** `ExecCredential` where it says nothing. */
  readonly kind: string;
  /** `client.authentication.k8s.io/__internal`, client-go's name for no version, where it says nothing. */
  readonly apiVersion: string;
}

const metaType =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** Options of {@linkcode decodeObject}. */
export interface DecodeOptions {
  /** What client-go puts before its reason. */
  readonly action: "decoding stdout" | "decode";
}

/**
 * Reads an API object from JSON or YAML, by the rules and with the words of client-go's decoder
 * (client-go-semantics 1.8): text whose first character is `{` is JSON, all else is YAML. Unknown fields pass.
 *
 * @param bytes UTF-8, a byte order mark is passed over; other bytes become U+FFFD
 * @param options What is being done, for the message
 * @returns The object and what it says it is
 * @throws {KubecredError} `plugin_output` in client-go's words, which quote nothing but one character
 */
export function decodeObject(bytes: Uint8Array, options: DecodeOptions): DecodedObject {
  const value = readValue(bytes);
  if (jsonType(value) !== "object" && value !== null) {
    throw notVersioned(`json: cannot unmarshal ${jsonType(value)} into Go value of type ${metaType}`);
  }
  const fields = (value ?? {}) as Readonly<Record<string, unknown>>;
  const kind = metaField(fields, "kind") || "ExecCredential";
  const apiVersion = metaField(fields, "apiVersion") || `${execGroup}/__internal`;
  if (apiVersion.split("/").length > 2) throw failed(`unexpected GroupVersion string: ${apiVersion.slice(0, 80)}`);
  return { fields, kind, apiVersion };

  function readValue(bytes: Uint8Array): unknown {
    const text = new TextDecoder().decode(bytes);
    return /^\s*\{/.test(text) ? readJson(text) : readYaml(text);
  }

  function readJson(text: string): unknown {
    const problem = jsonProblem(text);
    if (problem !== undefined) throw notVersioned(problem);
    return JSON.parse(text);
  }

  function readYaml(text: string): unknown {
    try {
      return parseYaml(text).value;
    } catch (error) {
      if (!(error instanceof YamlError)) throw error;
      throw failed(`yaml: ${error.line > 0 ? `line ${error.line}: ` : ""}${error.reason}`);
    }
  }

  // Go reads these two, and only these two, without regard to case.
  function metaField(fields: Readonly<Record<string, unknown>>, name: "kind" | "apiVersion"): string {
    let found = "";
    for (const [key, value] of Object.entries(fields)) {
      if (key.toLowerCase() !== name.toLowerCase() || value === null) continue;
      if (typeof value !== "string") {
        throw notVersioned(`json: cannot unmarshal ${jsonType(value)} into Go struct field .${name} of type string`);
      }
      found = value;
    }
    return found;
  }

  function notVersioned(problem: string): KubecredError {
    return failed(`couldn't get version/kind; json parse error: ${problem}`);
  }

  function failed(problem: string): KubecredError {
    return new KubecredError("plugin_output", `${options.action}: ${problem}`);
  }
}
