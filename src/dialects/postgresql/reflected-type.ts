import { NullType } from "../../sql/types/null-type.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import { warn } from "../../util/warn.ts";
import { t } from "./types.ts";

/** A type as the catalogue tells it; of an array, that of its elements. */
export interface CatalogType {
  /** as `format_type()` writes it: "character varying(50)" */
  readonly format: string;
  /** `e` for enums, `d` for domains */
  readonly kind: string;
  readonly oid: string;
  /** dimensions of the array; 0 for none */
  readonly dimensions: number;
  readonly collation: string | null;
}

type Make = (sizes: readonly number[], options: { readonly collation?: string }) => TypeEngine<unknown>;

const precision = (sizes: readonly number[]): { readonly precision?: number } => (sizes[0] === undefined ? {} : { precision: sizes[0] });

const makers: ReadonlyMap<string, Make> = new Map<string, Make>([
  ["bigint", () => t.BIGINT()],
  ["bit", ([length]) => t.BIT(length)],
  ["bit varying", ([length]) => t.BIT(length, { varying: true })],
  ["boolean", () => t.BOOLEAN()],
  ["bytea", () => t.BYTEA()],
  ['"char"', () => t.CHAR(1)],
  ["character", ([length], options) => t.CHAR(length, options)],
  ["character varying", ([length], options) => t.VARCHAR(length, options)],
  ["cidr", () => t.CIDR()],
  ["citext", () => t.CITEXT()],
  ["date", () => t.DATE()],
  ["datemultirange", () => t.DATEMULTIRANGE()],
  ["daterange", () => t.DATERANGE()],
  ["double precision", () => t.DOUBLE_PRECISION()],
  ["hstore", () => t.HSTORE()],
  ["inet", () => t.INET()],
  ["int4multirange", () => t.INT4MULTIRANGE()],
  ["int4range", () => t.INT4RANGE()],
  ["int8multirange", () => t.INT8MULTIRANGE()],
  ["int8range", () => t.INT8RANGE()],
  ["integer", () => t.INTEGER()],
  ["json", () => t.JSON()],
  ["jsonb", () => t.JSONB()],
  ["jsonpath", () => t.JSONPATH()],
  ["macaddr", () => t.MACADDR()],
  ["macaddr8", () => t.MACADDR8()],
  ["money", () => t.MONEY()],
  ["name", () => t.string(63)],
  ["numeric", ([digits, scale]) => t.NUMERIC(digits, scale)],
  ["nummultirange", () => t.NUMMULTIRANGE()],
  ["numrange", () => t.NUMRANGE()],
  ["oid", () => t.OID()],
  ["real", () => t.REAL()],
  ["regclass", () => t.REGCLASS()],
  ["regconfig", () => t.REGCONFIG()],
  ["smallint", () => t.SMALLINT()],
  ["text", (_, options) => t.TEXT(null, options)],
  ["time with time zone", (sizes) => t.TIME({ timezone: true, ...precision(sizes) })],
  ["time without time zone", (sizes) => t.TIME(precision(sizes))],
  ["timestamp with time zone", (sizes) => t.TIMESTAMP({ timezone: true, ...precision(sizes) })],
  ["timestamp without time zone", (sizes) => t.TIMESTAMP(precision(sizes))],
  ["tsmultirange", () => t.TSMULTIRANGE()],
  ["tsquery", () => t.TSQUERY()],
  ["tsrange", () => t.TSRANGE()],
  ["tstzmultirange", () => t.TSTZMULTIRANGE()],
  ["tstzrange", () => t.TSTZRANGE()],
  ["tsvector", () => t.TSVECTOR()],
  ["uuid", () => t.UUID()],
]);

/**
 * Makes a type of what the catalogue tells of it.
 * @param named - the enums and domains, by oid
 * @param where - what has the type, for the warning about a type that is not known
 */
export function reflectedType(type: CatalogType, named: ReadonlyMap<string, TypeEngine<unknown>>, where: string): TypeEngine<unknown> {
  const item = named.get(type.oid) ?? plainType(type, where);
  if (type.dimensions === 0) return item;
  return type.dimensions === 1 ? t.ARRAY(item) : t.ARRAY(item, { dimensions: type.dimensions });
}

function plainType({ format, collation }: CatalogType, where: string): TypeEngine<unknown> {
  const [, sizes = ""] = /\(([\d,\s-]+)\)/.exec(format) ?? [];
  const numbers = sizes === "" ? [] : sizes.split(",").map(Number);
  // types of extensions may be written with their schema: "public.citext"
  const name = format.replace(/\([\d,\s-]+\)/, "").replace(/^[a-z_]\w*\.(?=(?:citext|hstore)$)/, "");
  const interval = /^interval(?: (.+))?$/.exec(name);
  if (interval !== null) return t.INTERVAL({ ...(interval[1] === undefined ? {} : { fields: interval[1] }), ...precision(numbers) });
  const make = makers.get(name);
  if (make !== undefined) return make(numbers, collation === null ? {} : { collation });
  warn(
    `The type "${format}" of ${where} is not known; values are passed as they are. Declare the column with a type of your own to say what it is.`,
  );
  return new NullType();
}
