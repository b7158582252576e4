import type { Case } from "./generate.ts";

/**
 * Takes away what a failing case does not need: files, lines, then characters.
 *
 * @param example The case
 * @param fails Whether a smaller one still fails
 * @returns The smallest that was found in 400 attempts
 */
export async function shrink(example: Case, fails: (smaller: Case) => Promise<boolean>): Promise<Case> {
  let best = example;
  let attempts = 400;
  for (const path of Object.keys(example.files)) {
    const { [path]: _, ...files } = best.files;
    await attempt({ ...best, files, list: best.list?.filter((item) => item !== path) });
  }
  for (const separator of ["\n", ""]) {
    for (const path of Object.keys(best.files)) await shrinkFile(path, separator);
  }
  return best;

  async function shrinkFile(path: string, separator: string): Promise<void> {
    let parts = new TextDecoder().decode(best.files[path]).split(separator);
    for (let size = parts.length >> 1; size >= 1; size >>= 1) {
      for (let start = 0; start < parts.length;) {
        const rest = parts.toSpliced(start, size);
        const bytes = new TextEncoder().encode(rest.join(separator));
        if (await attempt({ ...best, files: { ...best.files, [path]: bytes } })) parts = rest;
        else start += size;
      }
    }
  }

  async function attempt(smaller: Case): Promise<boolean> {
    if (Object.keys(smaller.files).length === 0 || attempts-- <= 0 || !await fails(smaller)) return false;
    best = smaller;
    return true;
  }
}
