/**
 * Reads the kubeconfig alone: its contexts, and where each leads. No network, no credential, no plugin.
 *
 *     deno run --allow-env=HOME,KUBECONFIG --allow-read examples/kubeconfig_only.ts
 */
import { loadKubeconfig, resolveContext } from "../kubeconfig/mod.ts";

const kubeconfig = await loadKubeconfig();
for (const { name, origin } of kubeconfig.contexts) {
  const { server, namespace } = resolveContext(kubeconfig, { context: name });
  console.log(`${name === kubeconfig["current-context"] ? "*" : " "} ${name}\t${server}\t${namespace}\t${origin.path}`);
}
