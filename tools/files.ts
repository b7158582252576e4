/** Folders of the package, beside the modules at the root. */
const rooms = ["auth", "client", "encoding", "kubeconfig", "platform", "testing"];

/**
 * Lists files under folders, sorted.
 *
 * @param roots Folders, or files, which are taken as they are
 * @param wanted Whether a file of this name belongs to the list
 * @returns Paths that begin with the root that they were found under
 */
export async function filesUnder(roots: readonly string[], wanted: (name: string) => boolean): Promise<string[]> {
  const found: string[] = [];
  for (const root of roots) {
    if ((await Deno.stat(root)).isFile) found.push(root);
    else {
      for await (const entry of Deno.readDir(root)) {
        if (entry.isDirectory || wanted(entry.name)) found.push(...await filesUnder([`${root}/${entry.name}`], wanted));
      }
    }
  }
  return found.sort();
}

/**
 * Lists the modules that the package consists of.
 *
 * @returns Paths from the project's root
 */
export async function shippedModules(): Promise<string[]> {
  const isModule = (name: string) => name.endsWith(".ts");
  const atRoot: string[] = [];
  for await (const entry of Deno.readDir(".")) {
    if (entry.isFile && isModule(entry.name)) atRoot.push(entry.name);
  }
  return [...atRoot.sort(), ...await filesUnder(rooms, isModule)];
}
