interface Rule {
  readonly what: string;
  readonly pattern: RegExp;
  readonly files: RegExp;
}

const source = /\.(ts|js|mjs|sh)$/;

/** What has no place in a tracked file, and where it is looked for. Brackets keep the words from finding themselves. */
const rules: readonly Rule[] = [
  { what: "a path of one machine", pattern: /(?:^|[^A-Za-z0-9.])\/(?:work|root|farm)\/[A-Za-z.]/, files: /./ },
  {
    what: "a package registry by host name",
    pattern: /https?:\/\/(?:registry|proxy|index|repo[0-9]?|deb)\./,
    files: /./,
  },
  { what: "a jsr: import", pattern: /(?:from |import\()["']jsr:/, files: source },
  { what: "work left for later", pattern: /\b(?:TO[D]O|FIX[M]E|XX[X]|HAC[K])\b/, files: source },
  { what: "a silenced check", pattern: /@ts-(?:ignore|expect-error)|deno-lint-[i]gnore/, files: source },
  {
    what: "a test that is left out",
    pattern: /\.(?:only|skip|todo)\(|\b(?:skip|only|todo): true/,
    files: /_test\.ts$/,
  },
  { what: "an error that is swallowed", pattern: /catch(?: *\([a-z_]*\))? *\{ *\}/, files: source },
];

/**
 * Looks for what has no place in a tracked file.
 *
 * @param path Path from the project's root
 * @param text Its content
 * @returns One line for each find
 */
export function treeProblems(path: string, text: string): string[] {
  const own = rules.filter((rule) => rule.files.test(path));
  return text.split("\n").flatMap((line, index) =>
    own.filter((rule) => rule.pattern.test(line)).map((rule) => `${path}:${index + 1} has ${rule.what}`)
  );
}
