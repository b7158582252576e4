import type { Platform } from "../../platform/types.ts";
import type { Observers } from "../types.ts";
import type { ExecCluster } from "./cluster_info.ts";
import type { PluginPolicy } from "./policy.ts";

/** Options of {@linkcode execSource}. */
export interface ExecOptions extends Observers {
  /** Processes, files, environment, terminal and clock. @default {the runtime's} */
  readonly platform?: Partial<Platform>;
  /** The cluster that the plugin is told of when its stanza says `provideClusterInfo`. @default {none} */
  readonly cluster?: ExecCluster;
  /** Which plugins may run. @default {"allow-all"} */
  readonly policy?: PluginPolicy;
  /** The caller needs stdin for something else. @default {false} */
  readonly stdinUnavailable?: boolean;
  /** What for; stands in the error of a plugin that must have it. @default {not said} */
  readonly stdinUnavailableMessage?: string;
  /** Milliseconds until the plugin is ended. @default {60000; 600000 at a terminal, unless the mode is Never} */
  readonly timeout?: number;
  /** Most bytes that the plugin may print. @default {1048576} */
  readonly outputLimit?: number;
  /** Name of the user in the kubeconfig, for messages. @default {not said} */
  readonly user?: string;
}
