import type { TypeEngine } from "../../sql/types/type-engine.ts";
import { NullType } from "../../sql/types/null-type.ts";
import { t } from "./types.ts";

type Make = (...sizes: number[]) => TypeEngine<unknown>;

/** Types that SQLite has by affinity only, but that we can say more of. */
const named: ReadonlyMap<string, Make> = new Map<string, Make>([
  ["BIGINT", () => t.BIGINT()],
  ["BLOB", () => t.BLOB()],
  ["BOOL", () => t.BOOLEAN()],
  ["BOOLEAN", () => t.BOOLEAN()],
  ["CHAR", (length) => t.CHAR(length)],
  ["DATE", () => t.DATE()],
  ["DATETIME", () => t.DATETIME()],
  ["DECIMAL", (precision, scale) => t.DECIMAL(precision, scale)],
  ["DOUBLE", () => t.DOUBLE()],
  ["DOUBLE PRECISION", () => t.DOUBLE_PRECISION()],
  ["FLOAT", (precision) => t.FLOAT(precision)],
  ["INT", () => t.INTEGER()],
  ["INTEGER", () => t.INTEGER()],
  ["JSON", () => t.JSON()],
  ["JSONB", () => t.JSONB()],
  ["NCHAR", (length) => t.NCHAR(length)],
  ["NUMERIC", (precision, scale) => t.NUMERIC(precision, scale)],
  ["NVARCHAR", (length) => t.NVARCHAR(length)],
  ["REAL", () => t.REAL()],
  ["SMALLINT", () => t.SMALLINT()],
  ["TEXT", (length) => t.TEXT(length)],
  ["TIME", () => t.TIME()],
  ["TIMESTAMP", () => t.TIMESTAMP()],
  ["UUID", () => t.UUID()],
  ["VARCHAR", (length) => t.VARCHAR(length)],
]);

/**
 * The type of a column by what its declaration says; what is no type we know is what SQLite makes of it.
 * @see https://www.sqlite.org/datatype3.html#determination_of_column_affinity
 */
export function reflectedType(declared: string, collation: string | null): TypeEngine<unknown> {
  const [, word = "", sizes = ""] = /^\s*([^(]*?)\s*(?:\(([^)]*)\))?\s*$/.exec(declared.toUpperCase()) ?? [];
  const make = named.get(word.replaceAll(/\s+/g, " ")) ?? byAffinity(word);
  const numbers = (sizes.match(/\d+/g) ?? []).map(Number);
  if (collation !== null && /CHAR|TEXT/.test(word)) {
    const length = numbers[0] ?? null;
    const options = { collation };
    if (word === "TEXT") return t.TEXT(length, options);
    if (word === "CHAR") return t.CHAR(length, options);
    return t.VARCHAR(length, options);
  }
  return make(...numbers);
}

function byAffinity(word: string): Make {
  if (word.includes("INT")) return () => t.INTEGER();
  if (/CHAR|CLOB|TEXT/.test(word)) return (length) => t.TEXT(length);
  if (word.includes("BLOB") || word === "") return () => new NullType();
  if (/REAL|FLOA|DOUB/.test(word)) return () => t.REAL();
  return (precision, scale) => t.NUMERIC(precision, scale);
}
