import { ArgumentError } from "../../errors.ts";
import { clauseOf } from "../../sql/base/coercions.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { and, literal, or, tuple, typeCoerce } from "../../sql/elements/constructors.ts";
import { UnaryExpression } from "../../sql/elements/unary.ts";
import { ascOp, descOp, nullsFirstOp, nullsLastOp } from "../../sql/operators/operator-table.ts";
import { NumericType } from "../../sql/types/numeric.ts";
import { DateTimeType, DateType, TimeType } from "../../sql/types/temporal.ts";
import { TypeDecorator } from "../../sql/types/type-decorator.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";

/** One expression of an order of rows. */
export interface OrderKey {
  readonly expression: ColumnElement<unknown>;
  readonly descending: boolean;
  /** where NULL comes; null for what is never NULL */
  readonly nulls: "first" | "last" | null;
  /** the type that its values are read and compared as: one that loses nothing */
  readonly type: TypeEngine<unknown>;
}

/** What an element of `by` says. */
export function orderKey(given: unknown, index: number): OrderKey {
  const clause = clauseOf(given);
  if (clause === null || !clause._isColumnElement)
    throw new ArgumentError(`keysetPage(): by[${index}] is no expression; give attributes and expressions, such as Film.year.desc()`);
  let descending = false;
  let nulls: "first" | "last" | null = null;
  let at: ClauseElement = clause;
  while (at instanceof UnaryExpression && at.modifier !== null) {
    if (at.modifier === descOp) descending = true;
    else if (at.modifier === nullsFirstOp) nulls = "first";
    else if (at.modifier === nullsLastOp) nulls = "last";
    else if (at.modifier !== ascOp) break;
    at = at.element;
  }
  const expression = at as ColumnElement<unknown>;
  return { expression, descending, nulls: isNullable(expression) ? (nulls ?? "last") : null, type: exactType(expression, index) };
}

/** Only columns that are declared so are never NULL. */
function isNullable(expression: ColumnElement<unknown>): boolean {
  const column = expression._identity as { readonly nullable?: boolean; readonly primaryKey?: boolean };
  return column.nullable !== false && column.primaryKey !== true;
}

const SCALAR: ReadonlySet<string> = new Set([
  "string",
  "integer",
  "numeric",
  "float",
  "boolean",
  "date",
  "time",
  "datetime",
  "binary",
  "uuid",
]);

/** A `Date` has no microseconds, a number not all digits of a decimal: cursors hold the text. */
function exactType(expression: ColumnElement<unknown>, index: number): TypeEngine<unknown> {
  let { type } = expression;
  while (type instanceof TypeDecorator) type = type.impl as TypeEngine<unknown>;
  if (!SCALAR.has(type.affinity))
    throw new ArgumentError(
      `keysetPage(): by[${index}] is of the type ${type.constructor.name}, whose values cannot stand in a cursor; sort by a number, text, date, boolean, UUID or bytes`,
    );
  if (type instanceof DateTimeType && type.mode !== "string") return new DateTimeType({ timezone: type.timezone, mode: "string" });
  if (type instanceof DateType && type.mode !== "string") return new DateType();
  if (type instanceof TimeType && type.mode !== "string") return new TimeType({ timezone: type.timezone });
  if (type.affinity === "numeric" && type instanceof NumericType && type.asNumber) return new NumericType(type.precision, type.scale);
  return type;
}

/** The other way round: for the page before. */
export function reversed(keys: readonly OrderKey[]): OrderKey[] {
  return keys.map((key) => ({
    ...key,
    descending: !key.descending,
    nulls: key.nulls === null ? null : key.nulls === "first" ? "last" : "first",
  }));
}

/** The ORDER BY; where NULL comes is said by an expression of its own, which every database understands. */
export function orderBy(keys: readonly OrderKey[]): ColumnElement<unknown>[] {
  return keys.flatMap((key) => {
    const { expression } = key;
    const own = key.descending ? expression.desc() : expression;
    if (key.nulls === null) return [own];
    const isNull = expression.is(null);
    return [key.nulls === "last" ? isNull : isNull.desc(), own];
  });
}

/** The columns whose values a cursor has. */
export function keyColumns(keys: readonly OrderKey[]): ColumnElement<unknown>[] {
  return keys.map((key, i) => typeCoerce(key.expression, key.type).label(`keyset_${i + 1}`));
}

/** The condition of the rows that come after one with these values. */
export function after(keys: readonly OrderKey[], values: readonly unknown[]): ColumnElement<boolean> {
  const [first] = keys;
  const uniform = keys.length > 1 && keys.every((key) => key.nulls === null && key.descending === first!.descending);
  if (uniform) {
    const left = tuple(...(keys.map((key) => key.expression) as never[])) as ColumnElement<unknown>;
    const right = tuple(...(keys.map((key, i) => literal(values[i], key.type)) as never[])) as never;
    return first!.descending ? left.lt(right) : left.gt(right);
  }
  const ways: ColumnElement<boolean>[] = [];
  const same: ColumnElement<boolean>[] = [];
  for (const [i, key] of keys.entries()) {
    const value = values[i];
    const beyond = isBeyond(key, value);
    if (beyond !== null) ways.push(same.length === 0 ? beyond : (and(...same, beyond) as ColumnElement<boolean>));
    same.push(value === null ? key.expression.is(null) : key.expression.eq(literal(value, key.type) as never));
  }
  return or(...ways) as ColumnElement<boolean>;
}

/** What comes after a value by one key alone; null where nothing can. */
function isBeyond({ expression, descending, nulls, type }: OrderKey, value: unknown): ColumnElement<boolean> | null {
  if (value === null) return nulls === "first" ? expression.isNot(null) : null;
  const bound = literal(value, type) as never;
  const beyond = descending ? expression.lt(bound) : expression.gt(bound);
  return nulls === "last" ? (or(beyond, expression.is(null)) as ColumnElement<boolean>) : beyond;
}
