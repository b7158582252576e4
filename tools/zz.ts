import { generateCase } from "./kubectl/generate.ts";
import { loadKubeconfig } from "../kubeconfig/load.ts";
import { parseKubeconfig } from "../kubeconfig/parse.ts";
let n=0;
const errs = new Map<string, number>();
for (let s = 1; s < 400; s++) { const c = generateCase(s); for (const b of Object.values(c.files)) { try { parseKubeconfig(new TextDecoder().decode(b)); n++; } catch (e) { const m=(e as Error).message.replace(/\d+/g,"N"); errs.set(m,(errs.get(m)??0)+1);} } if (s===3) console.log(new TextDecoder().decode(Object.values(c.files)[0])); }
console.log(n, [...errs].sort((a,b)=>b[1]-a[1]).slice(0,25));
