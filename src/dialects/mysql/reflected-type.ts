import { NullType } from "../../sql/types/null-type.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import { warn } from "../../util/warn.ts";
import type { MysqlStringOptions } from "./string-types.ts";
import { t } from "./types.ts";

type Sizes = readonly number[];
interface Flags {
  readonly unsigned: boolean;
  readonly zerofill: boolean;
}

/** The widths that the server shows for integers of which none was declared: `int(11)`, `int(10) unsigned`. */
const USUAL_WIDTHS: Readonly<Record<string, readonly [signed: number, unsigned: number]>> = {
  tinyint: [4, 3],
  smallint: [6, 5],
  mediumint: [9, 8],
  int: [11, 10],
  bigint: [20, 20],
};

const flagsOf = ({ unsigned, zerofill }: Flags): { readonly unsigned?: true; readonly zerofill?: true } => ({
  ...(unsigned ? { unsigned: true } : {}),
  ...(zerofill ? { zerofill: true } : {}),
});

function width(name: string, [given]: Sizes, { unsigned }: Flags): number | null {
  return given === undefined || given === USUAL_WIDTHS[name]![unsigned ? 1 : 0] ? null : given;
}

const fraction = ([fsp]: Sizes): { readonly fsp?: number } => (fsp === undefined || fsp === 0 ? {} : { fsp });

type Make = (sizes: Sizes, flags: Flags, text: MysqlStringOptions) => TypeEngine<unknown>;

const makers: ReadonlyMap<string, Make> = new Map<string, Make>([
  ["bigint", (sizes, flags) => t.BIGINT(width("bigint", sizes, flags), flagsOf(flags))],
  ["binary", ([length]) => t.BINARY(length)],
  ["bit", ([length]) => t.BIT(length)],
  ["blob", () => t.BLOB()],
  ["char", ([length], _, text) => t.CHAR(length, text)],
  ["date", () => t.DATE()],
  ["datetime", (sizes) => t.DATETIME(fraction(sizes))],
  ["decimal", ([precision, scale], flags) => t.DECIMAL(precision, scale, flagsOf(flags))],
  ["double", ([precision, scale], flags) => t.DOUBLE(precision ?? null, { ...flagsOf(flags), scale: scale ?? null })],
  ["float", ([precision, scale], flags) => t.FLOAT(precision ?? null, { ...flagsOf(flags), scale: scale ?? null })],
  ["inet4", () => t.INET4()],
  ["inet6", () => t.INET6()],
  ["int", (sizes, flags) => t.INTEGER(width("int", sizes, flags), flagsOf(flags))],
  ["json", () => t.JSON()],
  ["longblob", () => t.LONGBLOB()],
  ["longtext", (_, _flags, text) => t.LONGTEXT(text)],
  ["mediumblob", () => t.MEDIUMBLOB()],
  ["mediumint", (sizes, flags) => t.MEDIUMINT(width("mediumint", sizes, flags), flagsOf(flags))],
  ["mediumtext", (_, _flags, text) => t.MEDIUMTEXT(text)],
  ["smallint", (sizes, flags) => t.SMALLINT(width("smallint", sizes, flags), flagsOf(flags))],
  ["text", (_, _flags, text) => t.TEXT(null, text)],
  ["time", (sizes) => t.TIME(fraction(sizes))],
  ["timestamp", (sizes) => t.TIMESTAMP(fraction(sizes))],
  ["tinyblob", () => t.TINYBLOB()],
  ["tinyint", (sizes, flags) => t.TINYINT(width("tinyint", sizes, flags), flagsOf(flags))],
  ["tinytext", (_, _flags, text) => t.TINYTEXT(text)],
  ["uuid", () => t.UUID()],
  ["varbinary", ([length]) => t.VARBINARY(length)],
  ["varchar", ([length], _, text) => t.VARCHAR(length, text)],
  ["year", ([digits]) => t.YEAR(digits === 4 ? null : digits)],
]);

/**
 * Makes a type of what the information schema calls it: `int(10) unsigned`, `enum('a','b')`.
 * @param text - character set and collation, where they are not those of the table
 * @param where - what has the type, for the warning about a type that is not known
 */
export function reflectedType(declared: string, text: MysqlStringOptions, where: string): TypeEngine<unknown> {
  const [, name = "", inner = "", rest = ""] = /^(\w+)(?:\((.*)\))?\s*(.*)$/s.exec(declared) ?? [];
  const word = name.toLowerCase();
  if (word === "enum") return t.ENUM(membersOf(inner), text);
  if (word === "set") return t.SET(membersOf(inner), text);
  const make = makers.get(word);
  if (make === undefined) {
    warn(
      `The type "${declared}" of ${where} is not known; values are passed as they are. Declare the column with a type of your own to say what it is.`,
    );
    return new NullType();
  }
  const sizes = inner === "" ? [] : inner.split(",").map(Number);
  return make(sizes, { unsigned: rest.includes("unsigned"), zerofill: rest.includes("zerofill") }, text);
}

/** `'a','b''c'` → a and b'c */
function membersOf(inner: string): string[] {
  return [...inner.matchAll(/'((?:[^']|'')*)'/g)].map(([, member]) => member!.replaceAll("''", "'"));
}
