import { ArgumentError } from "../../errors.ts";
import { clauseOf } from "../base/coercions.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { ColumnClause } from "../elements/column-clause.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { UnaryExpression } from "../elements/unary.ts";
import type { WithinGroup } from "../elements/within-group.ts";
import { ArrayType } from "../types/array.ts";
import { NULLTYPE } from "../types/null-type.ts";
import { IntegerType, NumericType } from "../types/numeric.ts";
import { StringType } from "../types/string.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { functionArguments } from "./function-element.ts";
import { BracketedFunction, registerFunction, ReturnTypeFromArgs, typeFromArgs } from "./generic-function.ts";

type Type = TypeEngine<unknown>;
const INTEGER: Type = new IntegerType();
const NUMERIC: Type = new NumericType();
const STRING: Type = new StringType();
const STAR: ColumnElement<unknown> = new ColumnClause<unknown>("*", NULLTYPE, true);

registerFunction("count", (args, type) => {
  if (args.length > 1) throw new ArgumentError("func.count() takes one expression; for several, count a tuple(…).");
  return new BracketedFunction("count", [args[0] ?? STAR], type ?? INTEGER);
});

for (const name of ["max", "min", "sum"]) registerFunction(name, (args, type) => new ReturnTypeFromArgs(name, args, type));

for (const name of ["row_number", "rank", "dense_rank"])
  registerFunction(name, (args, type) => new BracketedFunction(name, args, type ?? INTEGER));
for (const name of ["percent_rank", "cume_dist"])
  registerFunction(name, (args, type) => new BracketedFunction(name, args, type ?? NUMERIC));

/** `array_agg(x)`: an array of the type of `x`. */
export function arrayAgg(args: readonly unknown[], type: Type | null, arrayOf: (item: Type) => Type): BracketedFunction<unknown> {
  const elements = functionArguments("array_agg", args);
  const item = typeFromArgs(elements);
  return new BracketedFunction("array_agg", elements, type ?? (item.isArray ? item : arrayOf(item)));
}
registerFunction("array_agg", (args, type) => arrayAgg(args, type, (item) => new ArrayType(item, { dimensions: 1 }) as Type));

/** Values joined to one string. The separator is part of the SQL text, since databases want a literal there. */
registerFunction("aggregate_strings", (args, type) => {
  if (args.length !== 2)
    throw new ArgumentError('func.aggregate_strings() takes an expression and a separator: func.aggregate_strings(x, ",").');
  return new BracketedFunction("aggregate_strings", args, type ?? STRING);
});

/** ANY, ALL and SOME as functions: what they are compared with takes the type of their argument. */
export class CollectionAggregateFunction extends BracketedFunction<unknown> {
  static override readonly inheritCache: boolean = true;

  override get _isCollectionAggregate(): boolean {
    return true;
  }
}
for (const name of ["any", "all", "some"]) registerFunction(name, (args, type) => new CollectionAggregateFunction(name, args, type));

/** An aggregate over sorted rows, whose type is that of the sort key. */
export class OrderedSetAggregate extends BracketedFunction<unknown> {
  static override readonly inheritCache: boolean = true;

  override withinGroupType(withinGroup: WithinGroup<unknown>): Type | null {
    const [first] = withinGroup.orderBy.clauses;
    const type = typeOfSortKey(first!);
    return this._givesArray() ? (new ArrayType(type) as Type) : type;
  }

  /** Several fractions give as many results. */
  private _givesArray(): boolean {
    return this.name !== "mode" && this.clauses.length > 1;
  }
}
for (const name of ["mode", "percentile_cont", "percentile_disc"]) {
  registerFunction(name, (args, type) => new OrderedSetAggregate(name, args, type));
}

function typeOfSortKey(element: ClauseElement): Type {
  let key = element;
  while (key instanceof UnaryExpression && key.modifier !== null) key = key.element;
  const clause = clauseOf(key);
  return (clause as Partial<ColumnElement<unknown>> | null)?.type ?? NULLTYPE;
}
