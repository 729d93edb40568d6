import { DataError } from "../../errors.ts";
import type { NestedAggregateParts, NestedReader, NestedValue, NestedValues } from "../../sql/base/nested-values.ts";
import type { Affinity } from "../../sql/types/type-engine.ts";
import { DoubleType } from "../../sql/types/numeric.ts";
import { withoutZeros } from "../../sql/types/temporal-text.ts";
import { shortFloat } from "./drivers/mysql-wire.ts";

/** Types that a cast writes as the server sends them. */
const BY_CAST: ReadonlySet<Affinity> = new Set<Affinity>(["numeric", "date", "time", "datetime", "interval", "uuid", "json"]);

const readInteger: NestedReader = (json) => {
  const whole = Number(json);
  return Number.isSafeInteger(whole) ? whole : BigInt(json as string);
};

const readBytes: NestedReader = (json) => new Uint8Array(Buffer.from(json as string, "hex"));

/** An exact number has no exponent: what has one is a floating point number. */
const readNumeric: NestedReader = (json) => (String(json).includes("e") ? Number(json) : json);

/** Drivers leave out zeros at the end. */
const readTime: NestedReader = (json) => withoutZeros(json as string);

const readDouble: NestedReader = (json) => Number(json);

/**
 * A pair: the text of the value, and that of its value in double precision. They differ for a number of single precision, of which the
 * text has six digits only.
 */
const readFloat: NestedReader = (json) => {
  const [text, double] = json as readonly [string | null, string | null];
  if (text === null) return null;
  return text === double ? Number(text) : shortFloat(Number(double));
};

type Form = "plain" | "text" | "cast" | "number" | "hex" | "double" | "float" | null;

function formOf({ type, isColumn }: NestedValue): Form {
  const { driverAffinity: affinity } = type;
  if (affinity === "string") return isColumn ? "plain" : "text";
  if (affinity === "integer" || affinity === "boolean") return "number";
  if (affinity === "binary") return "hex";
  if (affinity === "float") return isColumn && type instanceof DoubleType ? "double" : "float";
  return BY_CAST.has(affinity) ? "cast" : null;
}

const READERS: Readonly<Record<NonNullable<Form>, NestedReader | null>> = {
  plain: null,
  text: null,
  cast: null,
  number: readInteger,
  hex: readBytes,
  double: readDouble,
  float: readFloat,
};

/** How many rows there must be, so that it is noticed when some are missing: the server cuts what is too long, and goes on. */
function expected({ limit, offset }: NestedAggregateParts): string {
  const left = offset === null ? "COUNT(*)" : `GREATEST(COUNT(*) - ${offset}, 0)`;
  return limit === null ? left : `LEAST(${left}, ${limit})`;
}

function limitOf({ limit, offset }: NestedAggregateParts): string {
  if (limit === null && offset === null) return "";
  return ` LIMIT ${offset ?? "0"}, ${limit ?? "18446744073709551615"}`;
}

/** The server does not say of what type an expression is, so only types that are known can be kept. */
function nestedValues(isMariadb: boolean): NestedValues {
  return {
    // MariaDB's subqueries in FROM cannot name columns of the statement around them; MySQL's function has no order
    order: isMariadb ? "aggregateWithLimit" : "subquery",
    maxArguments: 1000,
    keepOrder: " LIMIT 18446744073709551615",
    write(value, sql) {
      switch (formOf(value)) {
        case "plain":
          return sql;
        case "text":
        case "cast":
          return `CAST(${sql} AS CHAR)`;
        case "number":
          // of bits and of truth values this makes numbers
          return `CAST((${sql}) + 0 AS CHAR)`;
        case "hex":
          return `HEX(${sql})`;
        case "double":
          return `CAST(${sql} AS CHAR)`;
        case "float":
          return `JSON_ARRAY(CAST(${sql} AS CHAR), CAST((${sql}) * 1e0 AS CHAR))`;
        case null:
          return null;
      }
    },
    read(value) {
      const form = formOf(value);
      if (form === "cast" && value.type.driverAffinity === "numeric") return readNumeric;
      if (form === "cast" && value.type.driverAffinity === "time") return readTime;
      return form === null ? null : READERS[form];
    },
    row: (values) => `JSON_ARRAY(${values.join(", ")})`,
    // what comes out of a subquery is text on MariaDB; a function of JSON says what it is
    embed: (subquery) => (isMariadb ? `JSON_COMPACT(${subquery})` : subquery),
    aggregate: (parts) => `JSON_ARRAY(${expected(parts)}, JSON_ARRAYAGG(${parts.row}${parts.orderBy}${limitOf(parts)}))`,
    rows(json) {
      const [count, rows] = (json ?? []) as readonly [count?: number, rows?: readonly unknown[] | null];
      if (count === 0) return [];
      if (count !== undefined && Array.isArray(rows) && rows.length === count) return rows as readonly unknown[];
      throw new DataError(
        "The server has cut off a part of the nested rows of a statement, because they are too long for it: raise max_allowed_packet (and group_concat_max_len, if the session has lowered it), or read fewer with limit and columns.",
      );
    },
  };
}

export const MYSQL_NESTED_VALUES: NestedValues = nestedValues(false);
export const MARIADB_NESTED_VALUES: NestedValues = nestedValues(true);
