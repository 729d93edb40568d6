import { functionArguments } from "./function-element.ts";
import { BracketedFunction, GenericFunction, registerFunction, ReturnTypeFromArgs, typeFromArgs } from "./generic-function.ts";
import { ArgumentError } from "../../errors.ts";
import { powSlot } from "../operators/default-comparator.ts";
import { FloatType, IntegerType } from "../types/numeric.ts";
import { StringType } from "../types/string.ts";
import { DateTimeType, DateType, TimeType } from "../types/temporal.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { Cast } from "../elements/cast.ts";
import { Extract } from "../elements/extract.ts";

type Type = TypeEngine<unknown>;
const INTEGER: Type = new IntegerType();
/** What `random()` gives: a number between 0 and 1, or any integer of 64 bits on SQLite. */
export class RandomType extends FloatType {
  override get wantsBigint(): boolean {
    return true;
  }
}
const RANDOM: Type = new RandomType();
const STRING: Type = new StringType();
const DATE: Type = new DateType();
const TIME: Type = new TimeType();
const DATETIME: Type = new DateTimeType();

/* Functions of the standard that stand without brackets, and what they are written as. */
const words: readonly (readonly [name: string, type: Type, sql: string])[] = [
  ["current_date", DATE, "CURRENT_DATE"],
  ["current_time", TIME, "CURRENT_TIME"],
  ["current_timestamp", DATETIME, "CURRENT_TIMESTAMP"],
  ["current_user", STRING, "CURRENT_USER"],
  ["localtime", DATETIME, "LOCALTIME"],
  ["localtimestamp", DATETIME, "LOCALTIMESTAMP"],
  ["session_user", STRING, "SESSION_USER"],
  ["sysdate", DATETIME, "sysdate"],
  ["user", STRING, "USER"],
];
for (const [name, type, sql] of words) registerFunction(name, (args, given) => new GenericFunction(name, args, given ?? type, sql));

registerFunction("now", (args, type) => new BracketedFunction("now", args, type ?? DATETIME));
registerFunction("concat", (args, type) => new BracketedFunction("concat", args, type ?? STRING));
registerFunction("random", (args, type) => new BracketedFunction("random", args, type ?? RANDOM));
registerFunction("char_length", (args, type) => {
  if (args.length !== 1) throw new ArgumentError("func.char_length() takes one argument.");
  return new BracketedFunction("char_length", args, type ?? INTEGER);
});

for (const name of ["coalesce", "pow"]) registerFunction(name, (args, type) => new ReturnTypeFromArgs(name, args, type));

registerFunction("cast", ([expression, type]) => new Cast(expression, type as Type));
registerFunction("extract", ([field, expression]) => new Extract(field as string, expression));

for (const [name, sql] of [
  ["cube", "CUBE"],
  ["rollup", "ROLLUP"],
  ["grouping_sets", "GROUPING SETS"],
] as const) {
  registerFunction(name, (args, type) => new BracketedFunction(name, args, type, sql));
}

powSlot.fill((base, exponent) => {
  const args = functionArguments("pow", [base, exponent]);
  return new ReturnTypeFromArgs("pow", args, typeFromArgs(args));
});
