import { startApiServer } from "../../testing/mod.ts";
import { type FileRun, runTests } from "./job.ts";
import type { Runtime } from "./runtimes.ts";

/** What the examples find on the cluster. */
const objects = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } },
  { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "default", labels: { app: "web" } } },
  { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "default" } },
];

/**
 * Runs every example in documentation comments and Markdown, type-checked, in one process. `KUBECONFIG` names a server of
 * the test kit, so that examples with `connect()` run as they stand.
 *
 * @param deno The runtime
 * @param files Modules and Markdown files
 * @param report Where the runtime writes its JUnit report
 * @returns The examples that ran, never none
 */
export async function runExamples(deno: Runtime, files: readonly string[], report: string): Promise<FileRun> {
  const server = await startApiServer({ objects });
  const kubeconfig = await Deno.makeTempFile({ prefix: "kubecred-examples-" });
  try {
    await Deno.writeTextFile(kubeconfig, server.kubeconfig());
    const args = ["test", "--doc", "--allow-all", `--junit-path=${report}`, ...files];
    const run = await runTests(deno, "documentation", { args, report, env: { KUBECONFIG: kubeconfig } });
    const here = `file://${Deno.cwd()}/`;
    return { ...run, cases: run.cases.map((test) => ({ ...test, name: test.name.replace(here, "") })) };
  } finally {
    await Deno.remove(kubeconfig);
    await server.close();
  }
}
