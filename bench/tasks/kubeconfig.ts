/** Loading, merging and resolving a kubeconfig of 1,000 contexts, against js-yaml on the same text and nothing else. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { load } from "js-yaml";
import { loadKubeconfig, mergeKubeconfigs, resolveContext } from "../../kubeconfig/mod.ts";
import { input, interleave, output } from "./measure.ts";

const { contexts, rounds } = input<{ contexts: number; rounds: number }>();
const text = kubeconfig(contexts);
const folder = mkdtempSync(`${tmpdir()}/kubecred-bench-`);
const path = `${folder}/config`;
writeFileSync(path, text);
output({ ...await interleave(rounds, ours, () => load(text)), bytes: text.length });
rmSync(folder, { recursive: true });

async function ours(): Promise<void> {
  const merged = mergeKubeconfigs([await loadKubeconfig({ path })]);
  resolveContext(merged, { context: `context-${contexts - 1}` });
}

function kubeconfig(count: number): string {
  const certificate = "TUlJQmpUQ0NBVEtn".repeat(60);
  const each = (entry: (index: number) => string) => Array.from({ length: count }, (_, index) => entry(index)).join("");
  return `apiVersion: v1
kind: Config
current-context: context-0
clusters:
${
    each((n) =>
      `- name: cluster-${n}\n  cluster:\n    server: https://10.0.0.1:6443\n    certificate-authority-data: ${certificate}\n`
    )
  }contexts:
${
    each((n) =>
      `- name: context-${n}\n  context:\n    cluster: cluster-${n}\n    user: user-${n}\n    namespace: team-${n}\n`
    )
  }users:
${
    each((n) =>
      `- name: user-${n}\n  user:\n    client-certificate-data: ${certificate}\n    client-key-data: ${certificate}\n`
    )
  }`;
}
