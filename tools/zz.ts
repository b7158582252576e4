import { generateCase } from "./kubectl/generate.ts";
import { ask } from "/tmp/oracle.ts";
import { canonical, canonicalWithPaths } from "./kubectl/normalise.ts";
import { decodeKubeconfig } from "../kubeconfig/parse.ts";
import { decodeUnicode } from "../encoding/unicode.ts";
import { parseYaml } from "../encoding/yaml.ts";
let n = 0;
const errs = new Map<string, number>();
const cls = new Map<string, number>();
const a = Number(Deno.args[0] ?? 1), N = Number(Deno.args[1] ?? 4000), show = Number(Deno.args[2] ?? 2);
const files: Uint8Array[] = [];
for (let s = a; s < a + N; s++) files.push(...Object.values(generateCase(s).files));
let i = 0, diff = 0;
for (const r of ask(files, 1)) {
  const f = files[i++]!;
  if (r.ok) n++;
  else {
    const m = r.text.replace(/\d+/g, "N").replace(/"[^"]*"/g, "Q").slice(0, 110);
    errs.set(m, (errs.get(m) ?? 0) + 1);
  }
  let got: string | undefined, err = "";
  try {
    got = canonical(decodeKubeconfig(decodeUnicode(f), { kind: "text" }));
  } catch (e) {
    err = (e as Error).message;
    if (!/Error$/.test((e as Error).constructor.name)) throw e;
  }
  let want: string | undefined;
  if (r.ok) want = canonicalWithPaths(parseYaml(r.text).value as never, undefined);
  if (want === got) continue;
  diff++;
  const c = want === undefined
    ? "we accept: " + r.text.replace(/line \d+: |['`].*['`]/g, "")
    : got === undefined
    ? "we reject: " + err.replace(/.*\d: /, "")
    : "value";
  const k = (cls.get(c) ?? 0) + 1;
  cls.set(c, k);
  if (k <= show) {
    console.log("---", c);
    console.log(JSON.stringify(new TextDecoder().decode(f)));
    console.log(want ?? r.text);
    console.log(got ?? err);
  }
}
console.log(`${files.length} files, ${n} accepted by go, ${diff} differ`);
console.log([...cls].sort((a, b) => b[1] - a[1]));
if (Deno.args[3]) console.log([...errs].sort((a, b) => b[1] - a[1]).slice(0, 40));
