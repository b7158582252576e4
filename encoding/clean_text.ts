const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}\t-\r]/gu;

/**
 * Makes text from a file safe for a terminal, as client-go does with `installHint`: letters, marks, numbers, punctuation,
 * symbols, separators, tabs and line breaks stay, every other code point is written as `U+001B`.
 *
 * @param text The text
 * @returns The text without escape codes; what is clean already stays as it is
 */
export function cleanText(text: string): string {
  return text.replace(
    unprintable,
    (character) => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`,
  );
}
