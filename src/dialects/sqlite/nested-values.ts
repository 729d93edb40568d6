import type { NestedReader, NestedValue, NestedValues } from "../../sql/base/nested-values.ts";
import type { Affinity } from "../../sql/types/type-engine.ts";

/** Types whose columns hold text, which JSON keeps as it is. */
const TEXTS: ReadonlySet<Affinity> = new Set<Affinity>(["string", "uuid", "date", "time", "datetime"]);
/** Types of which text is no value that would have to be kept to the last character. */
const NUMBERS: ReadonlySet<Affinity> = new Set<Affinity>(["integer", "numeric", "float", "boolean"]);

function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}

/** Infinity is `9.0e+999`, and `Inf` as older versions of SQLite write it. */
function numberOf(text: string): unknown {
  if (text.endsWith("Inf")) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const number = Number(text);
  return Number.isSafeInteger(number) || /[.e]/.test(text) ? number : BigInt(text);
}

/** What SQLite's `quote()` wrote, or text behind a "t": any value that SQLite has, as the driver gives it. */
const readAny: NestedReader = (json) => {
  const text = json as string;
  switch (text[0]) {
    case "t":
      return text.slice(1);
    case "'":
      return text.slice(1, -1).replaceAll("''", "'");
    case "X":
      return fromHex(text.slice(2, -1));
    case "N":
      return null;
    default:
      return numberOf(text);
  }
};

const isText = ({ type, isColumn }: NestedValue): boolean => isColumn && TEXTS.has(type.driverAffinity);

/**
 * SQLite keeps in a column what it is given, so the value is asked for what it is. `quote()` writes numbers with all of their digits, and bytes,
 * but ends a text at a NUL character: text goes as it is.
 */
export const SQLITE_NESTED_VALUES: NestedValues = {
  order: "aggregate",
  maxArguments: 100,
  keepOrder: " LIMIT -1",
  write(value, sql) {
    if (isText(value)) return sql;
    if (NUMBERS.has(value.type.driverAffinity)) return `quote(${sql})`;
    return `CASE typeof(${sql}) WHEN 'text' THEN 't' || (${sql}) ELSE quote(${sql}) END`;
  },
  read: (value) => (isText(value) ? null : readAny),
  row: (values) => `json_array(${values.join(", ")})`,
  // what comes out of a subquery is text; this says that it is JSON
  embed: (subquery) => `json(${subquery})`,
  aggregate: ({ row, orderBy }) => `json_group_array(${row}${orderBy})`,
  rows: (json) => (json === null ? [] : (json as readonly unknown[])),
};
