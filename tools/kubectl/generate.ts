/** Odd kubeconfigs from a seed. */
import { makeRandom, type Random } from "./random.ts";
import { base64s, booleans, oddScalars, plainScalars, soundStrings } from "./scalars.ts";
import { block, encode, flow, json, mutate, type Node } from "./write.ts";

/** One comparison: files, and how kubectl is called. */
export interface Case {
  /** Which one. */
  readonly seed: number;
  /** Content by path below the folder of the case. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Paths in KUBECONFIG; absent when the file is named by `--kubeconfig`. */
  readonly list?: readonly string[];
  /** Whether `--minify` is given. */
  readonly minify: boolean;
}

const oddKeys = [
  "a",
  "'q'",
  '"d"',
  "1",
  "yes",
  "1.5",
  "2020-01-01",
  "x y",
  "é",
  "!!str k",
  "~",
  "<<",
  "? z",
  "Token",
  "",
];

/** Generates the case of a seed. */
export function generateCase(seed: number): Case {
  const random = makeRandom(seed);
  const count = random.chance(0.6) ? 1 : 2 + random.below(2);
  const files: Record<string, Uint8Array> = {};
  for (let index = 0; index < count; index++) files[`d${index}/config${index}`] = content(random);
  const paths = Object.keys(files);
  const minify = random.chance(0.3);
  if (count === 1 && random.chance(0.3)) return { seed, files, minify };
  const list = [...paths];
  if (random.odd(10)) list.splice(random.below(list.length + 1), 0, random.pick(["missing", "", paths[0]!, "d0"]));
  return { seed, files, list, minify };
}

function content(random: Random): Uint8Array {
  let text = document(random);
  for (let edits = random.odd(8) ? 1 + random.below(2) : 0; edits > 0; edits--) text = mutate(random, text);
  if (random.odd(3)) text = text.replaceAll("\n", random.pick(["\r\n", "\r"]));
  return encode(random, text);
}

function document(random: Random): string {
  if (random.odd(2)) {
    return random.pick(["", "\n", "# only\n", "null", "~", "[]", "text", "5", "---\n", "...\n", "{}", "''", "- a"]);
  }
  const root = config(random);
  const style = random.next();
  const text = style < 0.12
    ? `${flow(root, random)}\n`
    : style < 0.2
    ? `${json(root, random)}\n`
    : block(root, "", random);
  const head = random.odd(8)
    ? random.pick([
      "---\n",
      "# head\n---\n",
      "%YAML 1.1\n---\n",
      "%YAML 1.2\n---\n",
      "%TAG !e! tag:yaml.org,2002:\n---\n",
      "\n\n",
      "--- # x\n",
      "---\n---\n",
      "...\n",
      "%FOO bar\n---\n",
    ])
    : "";
  const tail = random.odd(8)
    ? random.pick([
      "---\nclusters: 5\n",
      "...\n",
      "...\n{[",
      "---\n[",
      "--- [\n",
      "# end",
      "\n\n",
      "...\n---\nx: y\n",
      "\0",
      "  \n",
      "\t\n",
      "}\n",
    ])
    : "";
  return head + text + tail;
}

function config(random: Random): Node {
  const fields: [string, Node][] = [];
  const anchored = random.chance(0.12);
  if (random.chance(0.8)) {
    fields.push([
      "apiVersion",
      !random.odd(5) ? "v1" : random.pick(["v2", "/v1", "foo/v1", "1", "''", "~", "a/b/c", "/"]),
    ]);
  }
  if (random.chance(0.8)) {
    fields.push(["kind", !random.odd(5) ? "Config" : random.pick(["config", "Foo", "5", "~", "''"])]);
  }
  if (random.odd(5)) {
    fields.push([random.pick(["Kind", "APIVERSION", "apiversion"]), random.pick(["Config", "v1", "5", "~"])]);
  }
  if (anchored) fields.push(["x-base", "&base {server: https://base, insecure-skip-tls-verify: true}"]);
  if (random.chance(0.9)) fields.push(["clusters", named(random, "cluster", () => cluster(random, anchored))]);
  if (random.chance(0.9)) fields.push(["contexts", named(random, "context", () => context(random))]);
  if (random.chance(0.9)) fields.push(["users", named(random, "user", () => user(random))]);
  if (random.chance(0.8)) {
    fields.push([
      "current-context",
      !random.odd(3) ? random.pick(["one", "two", "''", "'3'"]) : random.pick(oddScalars),
    ]);
  }
  if (random.chance(0.2)) {
    fields.push([
      "preferences",
      pickOr(random, ["{}", "~", "{colors: yes}", { fields: [["extensions", extensions(random)]] }], [
        "[]",
        "{colors: 1}",
      ]),
    ]);
  }
  if (random.chance(0.1)) fields.push(["extensions", extensions(random)]);
  return { fields: shuffle(random, withOddities(random, fields)) };
}

function named(random: Random, field: string, make: () => Node): Node {
  if (random.odd(2)) return random.pick(["~", "{}", "[]", "5", "[~]", "[[]]", "[5]", "{a: b}", "[~, ~]"]);
  const names = ["one", "two", "'3'", "y z", "''"].slice(0, 1 + random.below(4));
  if (random.odd(3)) names.push(random.pick(["one", "3", "yes", "~", "2020-01-01"]));
  return {
    items: names.map((name) => {
      const fields: [string, Node][] = [["name", name], [
        field,
        !random.odd() ? make() : random.pick(["~", "{}", "[]", "x"]),
      ]];
      if (random.odd()) fields.splice(random.below(2), 1);
      return { fields: withOddities(random, random.chance(0.5) ? fields : fields.reverse()) };
    }),
  };
}

function cluster(random: Random, anchored: boolean): Node {
  if (anchored && random.chance(0.3)) return "*base";
  const fields: [string, Node][] = [];
  if (anchored && random.chance(0.5)) {
    fields.push([
      "<<",
      random.pick(["*base", "[*base]", "{server: https://merged}", "[*base, {proxy-url: http://p}]"]),
    ]);
  }
  add("server", soundStrings, 0.9);
  add("tls-server-name", soundStrings, 0.2);
  add("insecure-skip-tls-verify", booleans, 0.3);
  add("certificate-authority", soundStrings, 0.3);
  add("certificate-authority-data", base64s, 0.3);
  add("proxy-url", soundStrings, 0.2);
  add("disable-compression", booleans, 0.2);
  if (random.chance(0.1)) fields.push(["extensions", extensions(random)]);
  return { fields: withOddities(random, fields) };

  function add(name: string, values: readonly string[], probability: number): void {
    if (random.chance(probability)) fields.push([name, value(random, values)]);
  }
}

function context(random: Random): Node {
  const name = () =>
    random.chance(0.9) ? random.pick(["one", "one", "one", "two", "gone"]) : value(random, soundStrings);
  const fields: [string, Node][] = [["cluster", name()], ["user", name()]];
  if (random.chance(0.4)) fields.push(["namespace", value(random, soundStrings)]);
  if (random.chance(0.1)) fields.push(["extensions", extensions(random)]);
  return { fields: withOddities(random, fields) };
}

function user(random: Random): Node {
  const fields: [string, Node][] = [];
  for (
    const name of ["client-certificate", "client-key", "token", "tokenFile", "as", "as-uid", "username", "password"]
  ) {
    if (random.chance(0.25)) fields.push([name, value(random, soundStrings)]);
  }
  for (const name of ["client-certificate-data", "client-key-data"]) {
    if (random.chance(0.15)) fields.push([name, value(random, base64s)]);
  }
  if (random.chance(0.15)) fields.push(["as-groups", strings(random)]);
  if (random.chance(0.15)) {
    fields.push([
      "as-user-extra",
      random.pick<Node>(["~", "{}", "{a: [b], c: ~}", {
        fields: [["x/y", strings(random)], ["1", strings(random)]],
      }]),
    ]);
  }
  if (random.chance(0.15)) {
    fields.push([
      "auth-provider",
      pickOr(random, ["~", "{}", "{name: oidc, config: ~}", {
        fields: [["name", "oidc"], ["config", { fields: [["id-token", value(random, soundStrings)], ["k", "~"]] }]],
      }], ["{config: {a: 1}}", "[]", "{config: [a]}"]),
    ]);
  }
  if (random.chance(0.3)) {
    fields.push(["exec", !random.odd(3) ? exec(random) : random.pick(["~", "{}", "[]", "x"])]);
  }
  return { fields: withOddities(random, fields) };
}

function exec(random: Random): Node {
  const fields: [string, Node][] = [["command", value(random, soundStrings)]];
  for (const name of ["apiVersion", "installHint", "interactiveMode"]) {
    if (random.chance(0.6)) fields.push([name, value(random, soundStrings)]);
  }
  if (random.chance(0.4)) fields.push(["provideClusterInfo", value(random, booleans)]);
  if (random.chance(0.5)) fields.push(["args", strings(random)]);
  if (random.chance(0.4)) {
    fields.push([
      "env",
      pickOr(random, ["~", "[]", "[~]", "[{name: A}]", {
        items: [{ fields: [["name", "A"], ["value", value(random, soundStrings)]] }],
      }], ["[{name: A, value: 5}]", "{A: b}", "[[]]"]),
    ]);
  }
  return { fields: withOddities(random, fields) };
}

function strings(random: Random): Node {
  if (random.odd(3)) return random.pick(["~", "[]", "x", "{}", "[~]", "[1]", "[yes]"]);
  return { items: Array.from({ length: random.below(3) }, () => value(random, soundStrings)) };
}

function extensions(random: Random): Node {
  if (random.odd(3)) {
    return random.pick(["~", "[]", "{}", "[~]", "[{name: e}]", "[{name: e, extension: ~}, {name: e, extension: 1}]"]);
  }
  const names = !random.odd(5) ? ["client.authentication.k8s.io/exec", "e"] : ["e", "e"];
  return {
    items: names.slice(0, 1 + random.below(2)).map((name): Node => ({
      fields: [["name", name], ["extension", {
        fields: [["v", extra(random)], ["w", { items: [extra(random), extra(random)] }], [
          random.odd(5) ? random.pick(oddKeys) : "k",
          extra(random),
        ]],
      }]],
    })),
  };
}

function value(random: Random, sound: readonly string[]): Node {
  return !random.odd() ? random.pick(sound) : random.pick(oddScalars);
}

function pickOr(random: Random, sound: readonly Node[], unsound: readonly Node[]): Node {
  return random.pick(random.odd(3) ? unsound : sound);
}

function extra(random: Random): Node {
  return random.odd(3) ? random.pick(oddScalars) : random.pick(plainScalars);
}

function withOddities(random: Random, fields: [string, Node][]): [string, Node][] {
  if (random.odd(2)) fields.push([random.pick(oddKeys), random.pick(oddScalars)]);
  if (random.odd() && fields.length > 0) fields.push(random.pick(fields));
  if (random.odd(0.5) && fields.length > 0) fields.push([random.pick(fields)[0], random.pick(oddScalars)]);
  return fields;
}

function shuffle<T>(random: Random, items: T[]): T[] {
  return random.chance(0.7)
    ? items
    : items.map((item) => [random.next(), item] as const).sort(([a], [b]) => a - b).map(([, item]) => item);
}
