import { ArgumentError } from "../../errors.ts";
import { clauseOf, describe, expectByOf, expectCondition, expectExpression, expectLiteral } from "../base/coercions.ts";
import type { Expression, Operand } from "../base/expression.ts";
import * as operators from "../operators/operator-table.ts";
import "../operators/default-comparator.ts";
import "../operators/json-operators.ts";
import { addComparatorMethods } from "../operators/type-comparator.ts";
import type { ComparatorMethods, TypeWithComparator } from "../types/comparator-methods.ts";
import type { Operator } from "../operators/operator.ts";
import { TypeEngine } from "../types/type-engine.ts";
import { BindParameter, type BindParameterOptions, NO_VALUE, typeOfValue } from "./bind-parameter.ts";
import { conjunction } from "./boolean-clause-list.ts";
import { Case, type CaseOptions } from "./case.ts";
import { Cast, TryCast, TypeCoerce } from "./cast.ts";
import { collateExpression } from "./collate.ts";
import { CollectionAggregate } from "./collection-aggregate.ts";
import { ColumnClause } from "./column-clause.ts";
import type { ColumnElement } from "./column-element.ts";
import { Extract } from "./extract.ts";
import { FunctionFilter, withinGroupSlot } from "./function-filter.ts";
import { Label } from "./label.ts";
import { FALSE, type False, NULL, type Null, TRUE, type True } from "./literals.ts";
import { Over, type OverOptions } from "./over.ts";
import type { NameArgument } from "./quoted-name.ts";
import { conjunctionSlot, type TextBase, TextClause } from "./text-clause.ts";
import { Tuple } from "./tuple.ts";
import { UnaryExpression } from "./unary.ts";
import { AggregateOrderBy, WithinGroup } from "./within-group.ts";

/** A condition: an expression of truth values, a text, or `true` and `false` for the SQL constants. */
export type ConditionArgument = Expression<boolean | null> | TextBase | boolean;

withinGroupSlot.fill((element, orderBy) => new WithinGroup(element, orderBy));
conjunctionSlot.fill((op, elements) => join(op, elements));

function join(op: Operator, conditions: readonly unknown[]): ColumnElement<boolean> {
  const place = op === operators.and ? "and()" : "or()";
  return conjunction(
    op,
    conditions.map((condition) => expectCondition(condition, place)),
  );
}

// ---------------------------------------------------------------- truth

/**
 * Conditions joined by AND. `true` in it changes nothing, `false` is all that is left; without conditions it renders nothing.
 * @example select(users).where(and(users.c.name.eq("wendy"), users.c.id.gt(5)))
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.and_
 */
export function and(...conditions: readonly ConditionArgument[]): ColumnElement<boolean> {
  return join(operators.and, conditions);
}

/**
 * Conditions joined by OR. `false` in it changes nothing, `true` is all that is left; without conditions it renders nothing.
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.or_
 */
export function or(...conditions: readonly ConditionArgument[]): ColumnElement<boolean> {
  return join(operators.or, conditions);
}

/** The opposite of a condition: `a = b` becomes `a != b`, others get NOT before them. */
export function not(condition: ConditionArgument): ColumnElement<boolean> {
  return expectCondition(condition, "not()")._negate() as ColumnElement<boolean>;
}

/** NULL */
export function null_(): Null {
  return NULL;
}

/** TRUE, or 1 where the database has no such constant. */
export function true_(): True {
  return TRUE;
}

/** FALSE, or 0 where the database has no such constant. */
export function false_(): False {
  return FALSE;
}

// ---------------------------------------------------------------- values and names

/** The type of a JavaScript value that is written as a constant: `"x"` is a string. */
type Widen<V> = V extends string ? string : V extends number ? number : V extends boolean ? boolean : V extends bigint ? bigint : V;

/**
 * A value as an expression, bound as a parameter: `literal("x").add(users.c.name)`.
 * @throws ArgumentError for `undefined`, and for plain objects without a type
 */
export function literal<V>(value: V, type?: null, options?: { readonly literalExecute?: boolean }): BindParameter<Widen<V>>;
export function literal<V>(value: unknown, type: TypeEngine<V>, options?: { readonly literalExecute?: boolean }): BindParameter<V>;
export function literal<V>(value: V, options: { readonly literalExecute?: boolean }): BindParameter<Widen<V>>;
export function literal(
  value: unknown,
  type: TypeEngine<unknown> | { readonly literalExecute?: boolean } | null = null,
  options: { readonly literalExecute?: boolean } = {},
): BindParameter<unknown> {
  const [given, { literalExecute }] = typeAndOptions(type, options);
  return expectLiteral(value, "literal()", given, literalExecute === true);
}

/** The type and the options of what takes both, of which either may be left out. */
function typeAndOptions<V, O extends object>(type: TypeEngine<V> | O | null, options: O): readonly [TypeEngine<V> | null, O] {
  return type === null || type instanceof TypeEngine ? [type, options] : [null, type];
}

/**
 * SQL text as a column expression. The text is rendered as it is: never take it from outside.
 * @example select(literalColumn("'today'"))
 */
export function literalColumn<V = unknown>(text: string, type: TypeEngine<V> | null = null): ColumnClause<V> {
  if (typeof text !== "string") throw new ArgumentError(`literalColumn() takes a string; got ${describe(text)}.`);
  return new ColumnClause<V>(text, type, true);
}

/** A column that only has a name (and maybe a type): for `table("t", column("x"))`, `values()` and hand-written SQL. */
export function column<V, C>(
  name: NameArgument,
  type: TypeWithComparator<V, C>,
  options?: { readonly isLiteral?: boolean },
): ColumnClause<V> & ComparatorMethods<C>;
export function column<V = unknown>(
  name: NameArgument,
  type?: TypeEngine<V> | { readonly isLiteral?: boolean } | null,
  options?: { readonly isLiteral?: boolean },
): ColumnClause<V>;
export function column<V = unknown>(
  name: NameArgument,
  type: TypeEngine<V> | { readonly isLiteral?: boolean } | null = null,
  options: { readonly isLiteral?: boolean } = {},
): ColumnClause<V> {
  const [given, { isLiteral }] = typeAndOptions(type, options);
  if (name === undefined || name === null || name === "") throw new ArgumentError("column() takes the name of a column.");
  const made = new ColumnClause<V>(name, given, isLiteral === true);
  const comparator = made.type._comparator();
  if (comparator !== null) addComparatorMethods(made as ColumnClause<unknown>, comparator);
  return made;
}

/** SQL text; `:name` in it is a parameter. @see {@link TextClause} */
export function text(text: string): TextClause {
  return new TextClause(text);
}

/**
 * A parameter with a name, whose value the execution gives: `conn.execute(stmt, { x: 5 })`; `value` is used when it gives none.
 * @param key - the name; `null` for one that is made
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.bindparam
 */
export function bindparam<V = unknown>(key: string | null, value?: unknown, options: BindParameterOptions<V> = {}): BindParameter<V> {
  if (key !== null && typeof key !== "string") throw new ArgumentError(`bindparam() takes a name first; got ${describe(key)}.`);
  if (clauseOf(value) !== null) throw new ArgumentError(`bindparam("${key ?? ""}") takes a value; got ${describe(value)}.`);
  const callable = options.callable ?? null;
  const given = value !== undefined;
  const expanding = options.expanding === true;
  const required = options.required ?? (!given && callable === null);
  const held = given ? value : required ? NO_VALUE : null;
  const type = options.type ?? (typeOfValue(given ? value : NO_VALUE, expanding) as TypeEngine<V>);
  const bind = new BindParameter<V>(key, held, type, options.unique === true, expanding, required, options.literalExecute === true);
  bind.callable = callable;
  return bind;
}

/** An expression under a name. The same as `expression.label(name)`. */
export function label<V>(name: NameArgument | null, expression: Expression<V>, type: TypeEngine<V> | null = null): Label<V> {
  return new Label<V>(name, expectExpression(expression, "label()") as ColumnElement<V>, type);
}

// ---------------------------------------------------------------- expressions

/** `(a, b)`, for comparisons and IN with rows: `tuple(a, b).in([[1, 2]])`. */
export function tuple<E extends readonly unknown[]>(
  ...expressions: E
): Tuple<{ readonly [K in keyof E]: E[K] extends Expression<infer V> ? V : E[K] }> {
  return new Tuple(expressions);
}

/** `CAST(expression AS type)`; a plain value is bound as that type. */
export function cast<V>(expression: unknown, type: TypeEngine<V>): Cast<V> {
  return new Cast(expression, type);
}

/** `TRY_CAST(expression AS type)`, for databases that have it. */
export function tryCast<V>(expression: unknown, type: TypeEngine<V>): TryCast<V> {
  return new TryCast(expression, type);
}

/** The expression with another type on our side; SQL does not change. */
export function typeCoerce<V>(expression: unknown, type: TypeEngine<V>): TypeCoerce<V> {
  return new TypeCoerce(expression, type);
}

/** One case of {@link case_}: the condition and the result. */
export type When<V> = readonly [condition: ConditionArgument, result: Operand<V>];

/**
 * `CASE WHEN … THEN … ELSE … END`.
 * @example case_([users.c.id.lt(5), "low"], [users.c.id.lt(10), "middle"], { else: "high" })
 * @example case_({ a: 1, b: 2 }, { value: users.c.name, else: 0 })
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.case
 */
export function case_<V = unknown>(
  ...args: readonly (readonly [unknown, unknown] | CaseOptions | Readonly<Record<string, unknown>> | ReadonlyMap<unknown, unknown>)[]
): Case<V> {
  const [first, second] = args;
  if (first instanceof Map) return new Case<V>(first as ReadonlyMap<unknown, unknown>, second as CaseOptions | undefined);
  if (!Array.isArray(first) && typeof first === "object" && first !== null) {
    return new Case<V>(Object.entries(first), second as CaseOptions | undefined);
  }
  const last = args.at(-1);
  const hasOptions = args.length > 0 && !Array.isArray(last);
  const whens = (hasOptions ? args.slice(0, -1) : args) as readonly (readonly [unknown, unknown])[];
  return new Case<V>(whens, (hasOptions ? last : {}) as CaseOptions);
}

/** `EXTRACT(field FROM expression)`: `extract("year", films.c.releaseDate)`. */
export function extract(field: string, expression: unknown): Extract {
  return new Extract(field, expression);
}

/** `expression COLLATE collation`; with the schema that the collation is in, on PostgreSQL. */
export function collate<V>(
  expression: Expression<V> | string,
  collation: string,
  options: { readonly collationSchema?: string | null } = {},
): ColumnElement<V> {
  return collateExpression(expectExpression(expression, "collate()") as ColumnElement<V>, collation, options);
}

/** `expression BETWEEN lower AND upper` */
export function between<V>(
  expression: Operand<V>,
  lower: Operand<V>,
  upper: Operand<V>,
  options?: { readonly symmetric?: boolean },
): ColumnElement<boolean> {
  return (expectExpression(expression, "between()") as ColumnElement<V>).between(lower, upper, options);
}

/** `DISTINCT expression`, for the inside of aggregates: `func.count(distinct(x))`. */
export function distinct<V>(expression: Expression<V>): ColumnElement<V> {
  const element = expectExpression(expression, "distinct()");
  return UnaryExpression.prefix(element, operators.distinctOp, element.type) as ColumnElement<unknown> as ColumnElement<V>;
}

/** `~expression` of bits */
export function bitwiseNot<V>(expression: Expression<V>): ColumnElement<V> {
  return (expectExpression(expression, "bitwiseNot()") as ColumnElement<V>).bitwiseNot();
}

/** `ANY (expression)`, to be compared with: an array or a subquery. */
export function anyOf<V = unknown>(expression: unknown): ColumnElement<V> {
  return CollectionAggregate.of(expectExpression(expression, "anyOf()"), operators.anyOp) as ColumnElement<unknown> as ColumnElement<V>;
}

/** `ALL (expression)`, to be compared with: an array or a subquery. */
export function allOf<V = unknown>(expression: unknown): ColumnElement<V> {
  return CollectionAggregate.of(expectExpression(expression, "allOf()"), operators.allOp) as ColumnElement<unknown> as ColumnElement<V>;
}

// ---------------------------------------------------------------- order

function modified<V>(expression: Expression<V> | string, modifier: Operator, place: string): ColumnElement<V> {
  return UnaryExpression.postfix<V>(expectByOf(expression, place), modifier);
}

/** `expression DESC`; a string names a label or column of the statement. */
export function desc<V>(expression: Expression<V> | string): ColumnElement<V> {
  return modified(expression, operators.descOp, "desc()");
}

/** `expression ASC`; a string names a label or column of the statement. */
export function asc<V>(expression: Expression<V> | string): ColumnElement<V> {
  return modified(expression, operators.ascOp, "asc()");
}

/** `expression NULLS FIRST` */
export function nullsFirst<V>(expression: Expression<V> | string): ColumnElement<V> {
  return modified(expression, operators.nullsFirstOp, "nullsFirst()");
}

/** `expression NULLS LAST` */
export function nullsLast<V>(expression: Expression<V> | string): ColumnElement<V> {
  return modified(expression, operators.nullsLastOp, "nullsLast()");
}

// ---------------------------------------------------------------- windows and aggregates

/** `function OVER (…)`. The same as `function.over(options)`. */
export function over<V>(element: Expression<V>, options: OverOptions = {}): Over<V> {
  return new Over<V>(expectExpression(element, "over()") as ColumnElement<V>, options);
}

/** `function WITHIN GROUP (ORDER BY …)` */
export function withinGroup<V>(element: Expression<V>, ...orderBy: readonly unknown[]): WithinGroup<V> {
  return new WithinGroup<V>(expectExpression(element, "withinGroup()") as ColumnElement<V>, orderBy);
}

/** `function(… ORDER BY …)` */
export function aggregateOrderBy<V>(element: Expression<V>, ...orderBy: readonly unknown[]): AggregateOrderBy<V> {
  return new AggregateOrderBy<V>(expectExpression(element, "aggregateOrderBy()") as ColumnElement<V>, orderBy);
}

/** `function FILTER (WHERE …)` */
export function funcfilter<V>(element: Expression<V>, ...criteria: readonly ConditionArgument[]): FunctionFilter<V> {
  return new FunctionFilter<V>(expectExpression(element, "funcfilter()") as ColumnElement<V>, criteria);
}
