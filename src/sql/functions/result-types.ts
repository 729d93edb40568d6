import type { ColumnElement } from "../elements/column-element.ts";
import { BooleanType } from "../types/boolean.ts";
import { NULLTYPE } from "../types/null-type.ts";
import { BigIntegerType, FloatType, IntegerType, NumericType } from "../types/numeric.ts";
import { StringType } from "../types/string.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { typeFromArgs } from "./generic-function.ts";

type Type = TypeEngine<unknown>;
type Rule = (args: readonly ColumnElement<unknown>[]) => Type;

const INTEGER: Type = new IntegerType();
const FLOAT: Type = new FloatType();
const NUMERIC: Type = new NumericType();
const STRING: Type = new StringType();
const BOOLEAN: Type = new BooleanType();

const integer: Rule = () => INTEGER;
const float: Rule = () => FLOAT;
const string: Rule = () => STRING;
const boolean: Rule = () => BOOLEAN;
const ofFirst: Rule = ([first]) => first?.type ?? NULLTYPE;

/** The mean of whole numbers is a number; that of exact decimals one of them, and so is that of integers that may not be rounded. */
const mean: Rule = ([first]) => {
  const type = first?.type ?? NULLTYPE;
  if (type instanceof BigIntegerType) return type.mode === "bigint" ? NUMERIC : FLOAT;
  return type.affinity === "numeric" ? type : FLOAT;
};

function named(rule: Rule, names: string): (readonly [string, Rule])[] {
  return names.split(" ").map((name) => [name, rule] as const);
}

/* What the types (KnownFunctions) say that functions give must come out of every database, whatever its driver makes of it. */
const rules: ReadonlyMap<string, Rule> = new Map([
  ...named(mean, "avg"),
  ...named(float, "stddev stddev_pop stddev_samp variance var_pop var_samp total"),
  ...named(integer, "row_number ntile length character_length octet_length bit_length instr strpos ascii"),
  ...named(string, "lower upper trim ltrim rtrim btrim replace substr substring initcap reverse lpad rpad repeat concat_ws md5"),
  ...named(string, "group_concat string_agg"),
  ...named(boolean, "bool_and bool_or every"),
  ...named(ofFirst, "lag lead first_value last_value nth_value nullif abs ceil ceiling floor"),
  ...named(typeFromArgs, "ifnull nvl greatest least"),
]);

/**
 * The type of what a common function gives, of which nothing else is known; the null type where it is not known.
 * @param name - as it was written
 * @param args - its arguments
 */
export function resultTypeOf(name: string, args: readonly ColumnElement<unknown>[]): Type {
  return rules.get(name.toLowerCase())?.(args) ?? NULLTYPE;
}
