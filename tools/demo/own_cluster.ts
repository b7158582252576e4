import { connect, hasCode, list, namespaces, pods } from "../../mod.ts";

/** Which cluster to read. */
export interface DemoClusterOptions {
  readonly context?: string;
  readonly namespace?: string;
  readonly kubeconfig?: string;
}

/** Connects to the user's own cluster and reads: its version, and a few namespaces, or pods where those are forbidden. */
export async function demoCluster(options: DemoClusterOptions, say: (line: string) => void): Promise<void> {
  const cluster = await connect({
    ...options,
    onWarning: (text) => say(`warning     ${text}`),
    onEvent(event) {
      if (event.type === "plugin_run") say(`plugin      ${event.command} ran, exit code ${event.exitCode}`);
    },
  });
  try {
    say(
      `connected   ${cluster.server}, context ${cluster.connection.context ?? "none"}, namespace ${cluster.namespace}`,
    );
    const response = await cluster.fetch("/version");
    const version = await response.json() as { gitVersion?: string; message?: string };
    say(`version     ${version.gitVersion ?? version.message ?? response.status}`);
    for (const [plural, resource] of [["namespaces", namespaces], ["pods", pods]] as const) {
      if (plural === "namespaces" && options.namespace !== undefined) continue;
      const names = await firstNames(() => list(cluster, resource, { limit: 5 }));
      say(`${plural.padEnd(12)}${names ?? "forbidden for this user"}`);
      if (names !== undefined) break;
    }
  } finally {
    await cluster.close();
  }
}

type Page = { readonly items: readonly { readonly metadata: { readonly name?: string } }[] };

async function firstNames(read: () => Promise<Page>): Promise<string | undefined> {
  try {
    const { items } = await read();
    return items.map(({ metadata }) => metadata.name).join(", ") || "none";
  } catch (error) {
    if (hasCode(error, "status") && "status" in error && error.status === 403) return undefined;
    throw error;
  }
}
