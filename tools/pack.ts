/**
 * Lays the packed package out as npm would install it, with the packages that it needs.
 *
 * @param folder An empty folder
 * @returns The package's folder, under `node_modules/`
 */
export async function packInto(folder: string): Promise<string> {
  const { name }: { name: string } = JSON.parse(await Deno.readTextFile("deno.json"));
  const installed = `${folder}/node_modules/${name}`;
  await Deno.mkdir(installed, { recursive: true });
  await run(Deno.execPath(), ["pack", "--no-source-maps", "--allow-dirty", "--output", `${folder}/package.tgz`]);
  await run("tar", ["-xzf", `${folder}/package.tgz`, "-C", installed, "--strip-components=1"]);
  await Deno.symlink(await Deno.realPath("node_modules/js-yaml"), `${folder}/node_modules/js-yaml`);
  return installed;
}

/**
 * Runs a program to its end.
 *
 * @param program The program
 * @param args Its arguments
 * @param options Its environment, added to this one, and its working directory
 * @returns What it printed. Rejects with what it printed on stderr when it fails
 */
export async function run(
  program: string,
  args: string[],
  options: { env?: Record<string, string>; cwd?: string } = {},
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null", ...options }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot run ${program} ${args.join(" ")}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}
