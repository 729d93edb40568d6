/**
 * `releaseDate` → `release_date`, `HTTPServer` → `http_server`, `userID2` → `user_id2`. A word begins at a capital that follows
 * a small letter or digit, and at the last capital of several when a small letter comes next.
 */
export function snakeCase(name: string): string {
  return name
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1_$2")
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1_$2")
    .toLowerCase();
}

/** `release_date` → `releaseDate`; leading underscores stay. */
export function camelCase(name: string): string {
  return name.replaceAll(/(?<=[^_])_+([^_])/g, (_match, next: string) => next.toUpperCase());
}

/** The text between quotes, each quote in it doubled: an SQL string literal or a quoted identifier. */
export function quoteWith(quote: string, text: string): string {
  return quote + text.replaceAll(quote, quote + quote) + quote;
}

/** The number of changes that lead from one word to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The known word that was probably meant, or null. */
export function suggest(word: string, known: Iterable<string>): string | null {
  const plain = (text: string): string => text.toLowerCase().replaceAll("_", "");
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const d = distance(plain(word), plain(candidate));
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

/** " Did you mean "x"?", or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const best = suggest(word, known);
  return best === null ? "" : ` Did you mean "${best}"?`;
}
