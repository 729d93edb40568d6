import type { SqlDialect } from "../../sql/base/sql-dialect.ts";

/** Strings, those with a letter before them (E'…', X'…') left out. */
const STRING = /(?<![\w&$])'(?:[^']|'')*'/g;

/** Characters that other encodings take for the first half of one whose second half may be a backslash. */
const BEYOND_ASCII = /[^\0-\u007f]/;

/**
 * Writes the strings of a literal that hold backslashes as E'…'. Sessions with `standard_conforming_strings` off take the backslash of other
 * strings for an escape: by it a value could end its string. Nor can it in sessions of an encoding in which a backslash may be half a character:
 * there is none before another, or before a quote. Statements for no server in particular are written as the standard has them.
 */
export function withEscapes(literal: string, dialect: SqlDialect): string {
  if (!literal.includes("\\") || (dialect as { readonly writesEscapes?: boolean }).writesEscapes !== true) return literal;
  return literal.replaceAll(STRING, (text) => (text.includes("\\") ? `E${escaped(text)}` : text));
}

function escaped(text: string): string {
  return text.replaceAll("\\", BEYOND_ASCII.test(text) ? "\\134" : "\\\\");
}
