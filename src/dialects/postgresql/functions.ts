import { clauseOf, expectExpression } from "../../sql/base/coercions.ts";
import { BindParameter } from "../../sql/elements/bind-parameter.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { typeCoerce } from "../../sql/elements/constructors.ts";
import { functionArguments } from "../../sql/functions/function-element.ts";
import { BracketedFunction, type FunctionFactory, registerFunction } from "../../sql/functions/generic-function.ts";
import { BOOLEANTYPE } from "../../sql/types/boolean.ts";
import { NULLTYPE } from "../../sql/types/null-type.ts";
import { IntegerType } from "../../sql/types/numeric.ts";
import { TextType } from "../../sql/types/string.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import { ARRAY } from "./array-type.ts";
import { MultiRangeType, type RangeKind, RangeType } from "./range-types.ts";
import { HSTORE, JSONB, PgTextType } from "./types.ts";

/*
 * Functions that only PostgreSQL has, and whose arguments or results are of its own types. Parameters are cast to their types, and a
 * text that stands for the name of a configuration, a query or a JSON path has to be cast to that.
 * https://www.postgresql.org/docs/current/functions.html
 */

type Type = TypeEngine<unknown>;
type Element = ColumnElement<unknown>;

const REGCONFIG: Type = new PgTextType("REGCONFIG");
const TSVECTOR: Type = new PgTextType("TSVECTOR");
const TSQUERY: Type = new PgTextType("TSQUERY");
const JSONPATH: Type = new PgTextType("JSONPATH");
const TEXT: Type = new TextType() as Type;
const TEXT_ARRAY: Type = new ARRAY(new TextType()) as Type;
const INTEGER_ARRAY: Type = new ARRAY(new IntegerType()) as Type;
const JSONB_TYPE: Type = new JSONB();
const HSTORE_TYPE: Type = new HSTORE() as Type;

/** An argument that is of a certain type; a text that is given is one of it. */
function ofType(arg: unknown, type: Type, name: string): unknown {
  if (arg === null || arg === undefined) return arg;
  const element = clauseOf(arg);
  if (element === null) return new BindParameter<unknown>(name, arg, type, true);
  return element instanceof BindParameter && element.type.affinity === "string" && type.affinity !== "string"
    ? typeCoerce(element, type)
    : arg;
}

/** Whether a text stands for an array as the server writes it: `'{a,b}'`. */
function isArrayText(arg: unknown, type: Type): boolean {
  return type.isArray && typeof (arg instanceof BindParameter ? arg.effectiveValue : arg) === "string";
}

/** Arguments by their places; those beyond the list, and those without a type there, stay as they are. */
function typed(name: string, args: readonly unknown[], types: readonly (Type | null)[]): readonly unknown[] {
  return args.map((arg, i) => {
    const type = types[i] ?? null;
    return type === null || isArrayText(arg, type) ? arg : ofType(arg, type, name);
  });
}

/** A function with a result of a type, some of whose arguments have types. */
function register(name: string, result: Type | null, types: readonly (Type | null)[] = []): void {
  registerFunction(name, (args, type, written) => new BracketedFunction(written, typed(name, args, types), type ?? result) as Element);
}

/** A function that may have the name of a configuration before its other arguments. */
function registerSearch(name: string, result: Type): void {
  const make: FunctionFactory = (args, type, written) =>
    new BracketedFunction(written, args.length > 1 ? typed(name, args, [REGCONFIG]) : args, type ?? result) as Element;
  registerFunction(name, make);
}

registerSearch("to_tsvector", TSVECTOR);
for (const name of ["to_tsquery", "plainto_tsquery", "phraseto_tsquery", "websearch_to_tsquery"]) registerSearch(name, TSQUERY);

// the type of the weight is "char" in quotes, which the server finds by itself where nothing is said of the parameter
register("setweight", TSVECTOR, [null, NULLTYPE as Type, TEXT_ARRAY]);

registerFunction("ts_headline", (args, type) => {
  const name = "ts_headline";
  const second = clauseOf(args[1]) as Element | null;
  // (document, query[, options]), or the same behind a configuration
  const plain = args.length < 3 || (second !== null && (second.type as { readonly sqlName?: string } | undefined)?.sqlName === "TSQUERY");
  return new BracketedFunction(name, typed(name, args, plain ? [null, TSQUERY] : [REGCONFIG, null, TSQUERY]), type ?? TEXT) as Element;
});

for (const [name, result] of [
  ["jsonb_path_exists", BOOLEANTYPE as Type],
  ["jsonb_path_match", BOOLEANTYPE as Type],
  ["jsonb_path_query", JSONB_TYPE],
  ["jsonb_path_query_array", JSONB_TYPE],
  ["jsonb_path_query_first", JSONB_TYPE],
] as const) {
  for (const suffix of ["", "_tz"]) register(name + suffix, result, [null, JSONPATH, JSONB_TYPE]);
}
for (const name of ["jsonb_set", "jsonb_set_lax", "jsonb_insert"]) register(name, JSONB_TYPE, [null, TEXT_ARRAY, JSONB_TYPE]);
for (const name of [
  "jsonb_build_object",
  "jsonb_build_array",
  "jsonb_object",
  "jsonb_strip_nulls",
  "jsonb_extract_path",
  "jsonb_agg",
  "jsonb_object_agg",
  "to_jsonb",
]) {
  register(name, JSONB_TYPE);
}

/** A function whose result is an array of the type of one of its arguments. */
function registerArray(name: string, at: 0 | 1): void {
  registerFunction(name, (args, type, written) => {
    const elements = functionArguments(name, args);
    return new BracketedFunction(written, elements, type ?? elements[at]?.type ?? null) as Element;
  });
}

for (const name of ["array_append", "array_cat", "array_remove", "array_replace", "trim_array"]) registerArray(name, 0);
registerArray("array_prepend", 1);
register("array_positions", INTEGER_ARRAY);
for (const name of ["string_to_array", "regexp_split_to_array", "regexp_match"]) register(name, TEXT_ARRAY);

/** `ARRAY(SELECT …)` */
registerFunction("array", (args, type, written) => {
  const elements = functionArguments("array", args);
  const item = elements[0]?.type;
  const own = item === undefined || item.isNull ? null : item.isArray ? item : (new ARRAY(item, { dimensions: 1 }) as Type);
  return new BracketedFunction(written, elements, type ?? own) as Element;
});

/** A constructor of ranges: two bounds and, if it is not "[)", which of them belong to it. */
for (const kind of ["INT4", "INT8", "NUM", "DATE", "TS", "TSTZ"] as const) {
  const range = new RangeType(kind);
  const { boundType } = range;
  const name = `${kind.toLowerCase()}range`;
  registerFunction(
    name,
    (args, type) =>
      new BracketedFunction(
        name,
        args.map((arg, i) => (i > 1 ? arg : ofType(arg, boundType, name))),
        type ?? (range as Type),
      ) as Element,
  );
  register(`${kind.toLowerCase()}multirange`, new MultiRangeType(kind) as Type, [range as Type, range as Type, range as Type]);
}

/** The kind of the range or multirange that an argument is; null for others. */
function kindOf(element: Element | undefined): RangeKind | null {
  return (element?.type as { readonly kind?: RangeKind } | undefined)?.kind ?? null;
}

for (const [name, make] of [
  ["range_merge", RangeType],
  ["range_agg", MultiRangeType],
  ["range_intersect_agg", null],
  ["multirange", MultiRangeType],
] as const) {
  registerFunction(name, (args, type) => {
    const elements = functionArguments(name, args);
    const kind = kindOf(elements[0]);
    const own = kind === null ? null : make === null ? elements[0]!.type : (new make(kind) as Type);
    return new BracketedFunction(name, elements, type ?? own) as Element;
  });
}

/** A dictionary of texts, made of two texts, of two arrays, or of one array of keys and values in turn. */
export type Hstore = BracketedFunction<Record<string, string | null>>;

/**
 * `hstore(key, value)`: a value of the type HSTORE.
 * @example select(pg.hstore(pg.array(["a", "b"]), pg.array(["1", "2"])))
 * @param args - two texts, two arrays, or one array of keys and values in turn
 * @see https://docs.sqlalchemy.org/en/21/dialects/postgresql.html#sqlalchemy.dialects.postgresql.hstore
 */
export function hstore(...args: readonly unknown[]): Hstore {
  const elements = args.map((arg) =>
    Array.isArray(arg) ? new BindParameter<unknown>("hstore", arg, TEXT_ARRAY, true) : expectExpression(arg, "pg.hstore()"),
  );
  return new BracketedFunction("hstore", elements, HSTORE_TYPE) as unknown as Hstore;
}
registerFunction("hstore", (args) => hstore(...args) as unknown as Element);
