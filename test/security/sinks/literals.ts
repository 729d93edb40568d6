// Values that are written into SQL: literals of every type, keys and paths of JSON, the characters and flags of operators.
import { column, func, literal, select, t, table, type TypeEngine } from "athanor";
import * as mysql from "athanor/mysql";
import * as pg from "athanor/postgresql";
import * as sqlite from "athanor/sqlite";
import type { Family } from "../dialects.ts";
import type { Sink } from "./sink.ts";

const docs = table("things", column("x", t.integer()), column("y", t.string()), column("j", t.json()));
const y = column("y", t.string());
const j = column("j", t.json());
const written = (value: unknown, type: TypeEngine<unknown>) => literal(value, type, { literalExecute: true });

const NUMBER = /^[-+]?[\d.]+(?:e[-+]?\d+)?$/i;

interface Typed {
  readonly type: () => TypeEngine<never>;
  /** the value that holds the text */
  readonly value?: (text: string) => unknown;
  readonly families?: readonly Family[];
  /** which texts are values of the type: others are refused; all unless told */
  readonly passes?: readonly string[];
  readonly form?: RegExp;
  readonly encodes?: boolean;
  readonly runs?: boolean;
  readonly reads?: (text: string) => unknown;
}

/** Each type with a value that holds the text, and where the text may not be one, values that may. */
export const TYPES: Readonly<Record<string, Typed>> = {
  "t.string": { type: () => t.string() as never, runs: true },
  "t.text": { type: () => t.text() as never, runs: true },
  "t.unicode": { type: () => t.unicode() as never, runs: true },
  "t.unicodeText": { type: () => t.unicodeText() as never },
  "t.VARCHAR": { type: () => t.VARCHAR() as never, runs: true },
  "t.enum": { type: () => t.enum(["Harmless Name"]) as never, passes: ["Harmless Name"] },
  "t.json": { type: () => t.json() as never, value: (text) => ({ [text]: [text] }), runs: true, reads: (text) => ({ [text]: [text] }) },
  "t.json of a text": { type: () => t.json() as never, encodes: true, runs: true },
  "t.json with a serializer": { type: () => t.json({ serializer: (value) => JSON.stringify(value) }) as never, encodes: true, runs: true },
  "pg.t.JSONB": { type: () => pg.t.JSONB() as never, value: (text) => ({ [text]: [text] }), families: ["postgresql"], runs: true },
  "sqlite.t.JSONB": { type: () => sqlite.t.JSONB() as never, value: (text) => ({ [text]: [text] }), families: ["sqlite"] },
  "t.largeBinary": {
    type: () => t.largeBinary() as never,
    value: (text) => new TextEncoder().encode(text),
    runs: true,
    reads: (text) => new TextEncoder().encode(text),
  },
  "t.array of texts": {
    type: () => t.array(t.string()) as never,
    value: (text) => [text, [text].join("")],
    families: ["postgresql"],
    runs: true,
    reads: (text) => [text, text],
  },
  "pg.t.ARRAY of JSON": { type: () => pg.t.ARRAY(t.json()) as never, value: (text) => [{ [text]: 1 }], families: ["postgresql"] },
  "pg.t.HSTORE": { type: () => pg.t.HSTORE() as never, value: (text) => ({ [text]: text }), families: ["postgresql"] },
  "pg.t.CITEXT": { type: () => pg.t.CITEXT() as never, families: ["postgresql"], runs: true },
  "pg.t.TSQUERY": { type: () => pg.t.TSQUERY() as never, families: ["postgresql"] },
  "pg.t.INET": { type: () => pg.t.INET() as never, families: ["postgresql"] },
  "pg.t.JSONPATH": { type: () => pg.t.JSONPATH() as never, families: ["postgresql"] },
  "pg.t.BIT": { type: () => pg.t.BIT(8, { varying: true }) as never, families: ["postgresql"], passes: ["0101"] },
  "pg.t.ENUM": { type: () => pg.t.ENUM(["Harmless Name"], { name: "e" }) as never, families: ["postgresql"], passes: ["Harmless Name"] },
  "pg.t.DOMAIN": { type: () => pg.t.DOMAIN("d", t.string()) as never, families: ["postgresql"] },
  "pg.t.INT4RANGE": { type: () => pg.t.INT4RANGE() as never, families: ["postgresql"] },
  "pg.t.INT4MULTIRANGE": { type: () => pg.t.INT4MULTIRANGE() as never, families: ["postgresql"] },
  "pg.t.BYTEA": {
    type: () => pg.t.BYTEA() as never,
    value: (text) => new TextEncoder().encode(text),
    families: ["postgresql"],
    runs: true,
    reads: (text) => new TextEncoder().encode(text),
  },
  "pg.t.INTERVAL": { type: () => pg.t.INTERVAL() as never, families: ["postgresql"], passes: ["P1D"] },
  "pg.t.TIMESTAMP": {
    type: () => pg.t.TIMESTAMP({ mode: "string" }) as never,
    families: ["postgresql"],
    passes: ["2024-02-29 12:30:00"],
    form: /^[\d: -]+$/,
  },
  "pg.t.TIME": { type: () => pg.t.TIME() as never, families: ["postgresql"], passes: ["12:30:00"] },
  "mysql.t.ENUM": { type: () => mysql.t.ENUM(["Harmless Name"]) as never, families: ["mysql"], passes: ["Harmless Name"] },
  "mysql.t.SET": { type: () => mysql.t.SET(["Harmless Name"]) as never, families: ["mysql"], passes: ["Harmless Name"] },
  "mysql.t.BIT": { type: () => mysql.t.BIT(8) as never, families: ["mysql"], passes: [] },
  "mysql.t.BIGINT": { type: () => mysql.t.BIGINT({ unsigned: true }) as never, families: ["mysql"], passes: [] },
  "mysql.t.DATETIME": {
    type: () => mysql.t.DATETIME({ mode: "string" } as never) as never,
    families: ["mysql"],
    passes: ["2024-02-29 12:30:00"],
    form: /^[\d: -]+$/,
  },
  "t.integer": { type: () => t.integer() as never, passes: [] },
  "t.bigInteger": { type: () => t.bigInteger() as never, passes: [] },
  "t.numeric": { type: () => t.numeric() as never, passes: ["1.50", "1E5"], form: NUMBER },
  "t.float": { type: () => t.float() as never, passes: ["1.5"], form: NUMBER },
  "t.double": { type: () => t.double() as never, passes: ["1.5"], form: NUMBER },
  "t.boolean": { type: () => t.boolean() as never, passes: [] },
  "t.date": { type: () => t.date() as never, passes: ["2024-02-29"], form: /^[\d-]+$/ },
  "t.time": { type: () => t.time() as never, passes: ["12:30:00"] },
  "t.dateTime": { type: () => t.dateTime() as never, passes: [] },
  "t.interval": { type: () => t.interval() as never, passes: ["P1D"] },
  "t.uuid": { type: () => t.uuid() as never, passes: ["00000000-0000-0000-0000-000000000001"] },
};

export const LITERALS: readonly Sink[] = [
  ...Object.entries(TYPES).map(
    ([name, { type, value, families, passes, form, encodes, runs, reads = value ?? ((text: string) => text) }]): Sink => ({
      name: `a literal of ${name}`,
      protection: passes === undefined ? "literal" : "validated",
      ...(families === undefined ? {} : { families }),
      ...(passes === undefined ? {} : { passes }),
      ...(form === undefined ? {} : { form }),
      ...(encodes === true || value !== undefined ? { encodes: true } : {}),
      ...(runs === true ? { runs, reads: (text: string) => [[reads(text)]] } : {}),
      build: (text) => select(written(value === undefined ? text : value(text), type())),
    }),
  ),
  {
    name: "a literal of no type",
    protection: "literal",
    runs: true,
    reads: (text) => [[text]],
    build: (text) => select(literal(text, null, { literalExecute: true })),
  },
  {
    name: "a literal in IN",
    protection: "literal",
    runs: true,
    build: (text) =>
      select(literal(1).label("x")).where(written("a", t.string()).in([written(text, t.string()), written("b", t.string())])),
  },
  { name: "the escape character of LIKE", protection: "literal", build: (escape) => select(docs.c["x"]!).where(y.like("a", { escape })) },
  {
    name: "the escape character of contains()",
    protection: "literal",
    encodes: true,
    build: (escape) => select(docs.c["x"]!).where(y.contains("a%b", { autoescape: true, escape })),
  },
  {
    name: "the flags of regexpMatch()",
    protection: "literal",
    families: ["postgresql", "mysql"],
    build: (flags) => select(docs.c["x"]!).where(y.regexpMatch("a", { flags })),
  },
  {
    name: "the flags of regexpReplace()",
    protection: "literal",
    families: ["postgresql", "mysql"],
    build: (flags) => select(y.regexpReplace("a", "b", { flags })),
  },
  {
    name: "match({ postgresqlRegconfig })",
    protection: "literal",
    families: ["postgresql"],
    build: (postgresqlRegconfig) => select(docs.c["x"]!).where(y.match("a", { postgresqlRegconfig })),
  },
  {
    name: "the separator of aggregate_strings",
    protection: "literal",
    runs: true,
    build: (separator) => select(func.aggregate_strings(docs.c["y"]! as never, separator)),
  },
  { name: "extract()", protection: "validated", passes: ["year"], build: (field) => select(func.extract(field, column("d", t.date()))) },
  {
    name: "over({ exclude })",
    protection: "validated",
    passes: ["TIES", "current row"],
    build: (exclude) => select(func.count().over({ rows: [0, 1], exclude })),
  },
];

export const JSON_KEYS: readonly Sink[] = [
  {
    name: "at(key) of JSON, written",
    protection: "literal",
    encodes: true,
    families: ["sqlite", "postgresql", "mysql"],
    build: (key) => select(j.at(written(key, jsonIndexType()))),
  },
  {
    name: "at([key]) of JSON, written",
    protection: "literal",
    encodes: true,
    families: ["sqlite", "postgresql", "mysql"],
    build: (key) => select(j.at(written([key, "b"], jsonPathType()))),
  },
];

/** The types of one step, and of several, which the operators give to their right side. */
function jsonIndexType(): TypeEngine<unknown> {
  return typeOfRight(j.at("x"));
}
function jsonPathType(): TypeEngine<unknown> {
  return typeOfRight(j.at(["x"]));
}
function typeOfRight(expression: unknown): TypeEngine<unknown> {
  return (expression as { readonly right: { readonly type: TypeEngine<unknown> } }).right.type;
}
