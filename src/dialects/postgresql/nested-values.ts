import { DataError } from "../../errors.ts";
import type { NestedReader, NestedValue, NestedValues } from "../../sql/base/nested-values.ts";
import type { Affinity } from "../../sql/types/type-engine.ts";
import { parseWire } from "./drivers/wire.ts";

/** Types that a cast to text writes as the server sends them; JSON has a form of its own for most of them. */
const BY_CAST: ReadonlySet<Affinity> = new Set<Affinity>([
  "integer",
  "numeric",
  "float",
  "date",
  "time",
  "datetime",
  "interval",
  "binary",
  "json",
  "array",
]);
/** Types whose columns JSON writes as the server sends them. */
const AS_JSON: ReadonlySet<Affinity> = new Set<Affinity>(["string", "uuid"]);

const INT4 = 2 ** 31;

/** int2 and int4 come as numbers, all that is larger as text. */
const readInteger: NestedReader = (json) => {
  const whole = Number(json);
  return Number.isInteger(whole) && whole >= -INT4 && whole < INT4 ? whole : json;
};

const readFloat: NestedReader = (json) => Number(json);
const readBytes: NestedReader = (json) => parseWire(17, json as string);

/** A pair: the number of the type, and its text as `quote_literal()` writes it. */
const readAny: NestedReader = (json) => {
  const [oid, literal] = json as readonly [number, string];
  if (literal === "NULL") return null;
  const isEscaped = literal.startsWith("E");
  const inner = literal.slice(isEscaped ? 2 : 1, -1).replaceAll("''", "'");
  return parseWire(oid, isEscaped ? inner.replaceAll("\\\\", "\\") : inner);
};

type Form = "json" | "cast" | "any" | null;

function formOf({ type, isColumn }: NestedValue): Form {
  const { driverAffinity: affinity } = type;
  if (affinity === "boolean") return "json";
  if (BY_CAST.has(affinity)) return "cast";
  if (AS_JSON.has(affinity) && isColumn) return "json";
  return affinity === "tuple" || affinity === "table" ? null : "any";
}

/**
 * The driver gives the text that the server sends, parsed for a few types (`wire.ts`). A cast gives that text for most types; for those of which
 * nothing is known, format() does, which uses the type's own output function, and the type is told beside it.
 */
export const POSTGRESQL_NESTED_VALUES: NestedValues = {
  order: "aggregate",
  maxArguments: 100,
  keepOrder: "",
  write(value, sql) {
    switch (formOf(value)) {
      case "json":
        return sql;
      case "cast":
        return `CAST(${sql} AS TEXT)`;
      case "any":
        // the type of a domain is sent as the one that it is made of
        return `json_build_array((SELECT coalesce(nullif(typbasetype, 0), oid) FROM pg_catalog.pg_type WHERE oid = pg_typeof(${sql})), format('%L', ${sql}))`;
      case null:
        return null;
    }
  },
  read(value) {
    switch (formOf(value)) {
      case "any":
        return readAny;
      case "cast":
        switch (value.type.driverAffinity) {
          case "integer":
            return readInteger;
          case "float":
            return readFloat;
          case "binary":
            return readBytes;
        }
    }
    return null;
  },
  row: (values) => `json_build_array(${values.join(", ")})`,
  embed: (subquery) => subquery,
  aggregate: ({ row, orderBy }) => `json_agg(${row}${orderBy})`,
  rows(json) {
    if (json === null) return [];
    if (!Array.isArray(json)) throw new DataError("The nested rows of a statement came as something else than an array.");
    return json as readonly unknown[];
  },
};
