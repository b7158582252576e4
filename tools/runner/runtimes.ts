/** A runtime that the tests run on. */
export interface Runtime {
  /** What it is called in the output. */
  readonly name: "deno" | "node" | "bun";
  /** Its version. */
  readonly version: string;
  /** The program. */
  readonly program: string;
}

/** The versions that come from npm where the machine has none that will do. */
const wanted = { node: "22.23.3", bun: "1.4.5" };
/** The first Node that runs TypeScript without a flag. */
const oldestNode = [22, 18] as const;

/** The Deno that runs this. */
export function deno(): Runtime {
  return { name: "deno", version: Deno.version.deno, program: Deno.execPath() };
}

/** Node from the path when it is new enough, else from npm. */
export async function node(): Promise<Runtime> {
  const version = (await output("node", ["-p", "process.versions.node"]))?.trim();
  const [major = 0, minor = 0] = version?.split(".").map(Number) ?? [];
  const newEnough = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  if (version && newEnough) return { name: "node", version, program: "node" };
  const program = await fromNpm(`node-${npmPlatform()}-${npmArch()}`, wanted.node, "bin/node");
  return { name: "node", version: wanted.node, program };
}

/** Bun from npm, always the same version. */
export async function bun(): Promise<Runtime> {
  const arch = npmArch() === "arm64" ? "aarch64" : "x64";
  const program = await fromNpm(`@oven/bun-${npmPlatform()}-${arch}`, wanted.bun, "bin/bun");
  return { name: "bun", version: wanted.bun, program };
}

/** Installs the package that holds the program itself, which needs no install script, once per user. */
async function fromNpm(name: string, version: string, program: string): Promise<string> {
  const cache = cacheFolder();
  const folder = `${cache}/${name.replace("/", "+")}-${version}`;
  const path = `${folder}/node_modules/${name}/${program}`;
  if (await output(path, ["--version"])) return path;
  console.log(`getting ${name} ${version} from npm`);
  await Deno.mkdir(cache, { recursive: true });
  const fresh = await Deno.makeTempDir({ dir: cache, prefix: "install-" });
  try {
    const install = new Deno.Command("npm", {
      args: [
        "install",
        "--prefix",
        fresh,
        "--no-save",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
        `${name}@${version}`,
      ],
      stdout: "null",
      stdin: "null",
    });
    const { success } = await install.output();
    if (!success) throw new Error(`Cannot get ${name} ${version}: npm install failed`);
    await Deno.remove(folder, { recursive: true }).catch(ignoreMissing);
    await Deno.rename(fresh, folder);
  } finally {
    await Deno.remove(fresh, { recursive: true }).catch(ignoreMissing);
  }
  if (!await output(path, ["--version"])) throw new Error(`Cannot run ${name} ${version}: ${path} does not start`);
  return path;
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

async function output(program: string, args: string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(program, { args, stdin: "null", stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function cacheFolder(): string {
  const home = Deno.env.get("XDG_CACHE_HOME") ?? (Deno.env.has("HOME") ? `${Deno.env.get("HOME")}/.cache` : undefined);
  return `${home ?? "/tmp"}/kubecred/runtimes`;
}

function npmPlatform(): string {
  return Deno.build.os === "windows" ? "win" : Deno.build.os;
}

function npmArch(): string {
  return Deno.build.arch === "aarch64" ? "arm64" : "x64";
}
