import type { SqlDialect } from "../../sql/base/sql-dialect.ts";

/** Strings, those with a letter before them (E'…', X'…') left out. */
const STRING = /(?<![\w&$])'(?:[^']|'')*'/g;

/**
 * Writes the strings of a literal that hold backslashes as E'…'. Sessions with `standard_conforming_strings` off take the backslash of other
 * strings for an escape: by it a value could end its string. Statements for no server in particular are written as the standard has them.
 */
export function withEscapes(literal: string, dialect: SqlDialect): string {
  if (!literal.includes("\\") || (dialect as { readonly writesEscapes?: boolean }).writesEscapes !== true) return literal;
  return literal.replaceAll(STRING, (text) => (text.includes("\\") ? `E${text.replaceAll("\\", "\\\\")}` : text));
}
