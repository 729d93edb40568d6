import { ArgumentError } from "../../errors.ts";
import { clauseOf, describe, expectByOf, expectCondition, expectExpression, expectLiteral } from "../base/coercions.ts";
import { own } from "../../util/own.ts";
import type { Expression, NullIn, Operand, OriginIn, VALUE, Widen, Origin } from "../base/expression.ts";
import * as operators from "../operators/operator-table.ts";
import "../operators/default-comparator.ts";
import "../operators/json-operators.ts";
import { addComparatorMethods } from "../operators/type-comparator.ts";
import type { ComparatorMethods, TypeWithComparator } from "../types/comparator-methods.ts";
import type { Operator } from "../operators/operator.ts";
import type { ItemOf } from "../operators/operator-types.ts";
import type { ROW, SelectBase } from "../selectable/select-base.ts";
import type { ScalarOf } from "../selectable/select-types.ts";
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
import type { NameArgument, QuotedName } from "./quoted-name.ts";
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
export function and<M extends Origin = never>(
  ...conditions: readonly (Expression<boolean, M> | TextBase | boolean)[]
): ColumnElement<boolean, NoInfer<M>>;
export function and<M extends Origin = never>(
  ...conditions: readonly (Expression<boolean | null, M> | TextBase | boolean)[]
): ColumnElement<boolean, NoInfer<M> | null>;
export function and(...conditions: readonly ConditionArgument[]): never {
  return join(operators.and, conditions) as never;
}

/**
 * Conditions joined by OR. `false` in it changes nothing, `true` is all that is left; without conditions it renders nothing.
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.or_
 */
export function or<M extends Origin = never>(
  ...conditions: readonly (Expression<boolean, M> | TextBase | boolean)[]
): ColumnElement<boolean, NoInfer<M>>;
export function or<M extends Origin = never>(
  ...conditions: readonly (Expression<boolean | null, M> | TextBase | boolean)[]
): ColumnElement<boolean, NoInfer<M> | null>;
export function or(...conditions: readonly ConditionArgument[]): never {
  return join(operators.or, conditions) as never;
}

/** The opposite of a condition: `a = b` becomes `a != b`, others get NOT before them. */
export function not<M extends Origin = never>(condition: Expression<boolean, M> | TextBase | boolean): ColumnElement<boolean, NoInfer<M>>;
export function not<M extends Origin = never>(
  condition: Expression<boolean | null, M> | TextBase | boolean,
): ColumnElement<boolean, NoInfer<M> | null>;
export function not(condition: ConditionArgument): never {
  const clause = expectCondition(condition, "not()");
  return (clause._negation ?? clause._negate()) as never;
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
  if (type === null || type instanceof TypeEngine) return [type, options];
  if (typeof type !== "object") throw new ArgumentError(`A type is made by t, as in t.string(); got ${describe(type)}.`);
  return [null, type];
}

/**
 * SQL text as a column expression. The text is rendered as it is: never take it from outside.
 * @example select(literalColumn("'today'"))
 */
export function literalColumn<V = unknown>(text: string, type: TypeEngine<V> | null = null): ColumnClause<V> {
  if (typeof text !== "string") throw new ArgumentError(`literalColumn() takes a string; got ${describe(text)}.`);
  return new ColumnClause<V>(text, type, true);
}

/**
 * A column that only has a name (and maybe a type): for `table("t", column("x"))`, `values()` and hand-written SQL.
 * @param options - `isLiteral`: it is SQL rather than a name, and must not come from outside
 */
export function column<V, C, const K extends string = string>(
  name: K | QuotedName,
  type: TypeWithComparator<V, C>,
  options?: { readonly isLiteral?: boolean },
): ColumnClause<V, Origin, K> & ComparatorMethods<C>;
export function column<V = unknown, const K extends string = string>(
  name: K | QuotedName,
  type?: TypeEngine<V> | { readonly isLiteral?: boolean } | null,
  options?: { readonly isLiteral?: boolean },
): ColumnClause<V, Origin, K>;
export function column<V = unknown, const K extends string = string>(
  name: K | QuotedName,
  type: TypeEngine<V> | { readonly isLiteral?: boolean } | null = null,
  options: { readonly isLiteral?: boolean } = {},
): ColumnClause<V, Origin, K> {
  const [given, { isLiteral }] = typeAndOptions(type, options);
  if (name === undefined || name === null || name === "") throw new ArgumentError("column() takes the name of a column.");
  const made = new ColumnClause<V, Origin, K>(name, given, isLiteral === true);
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
  const { callable = null, expanding: isList, required: isRequired, type: givenType, unique, literalExecute } = own(options);
  const given = value !== undefined;
  const expanding = isList === true;
  const required = isRequired ?? (!given && callable === null);
  const held = given ? value : required ? NO_VALUE : null;
  const type = givenType ?? (typeOfValue(given ? value : NO_VALUE, expanding) as TypeEngine<V>);
  const bind = new BindParameter<V>(key, held, type, unique === true, expanding, required, literalExecute === true);
  bind.callable = callable;
  return bind;
}

/** An expression under a name. The same as `expression.label(name)`. */
export function label<const K extends string, V, M extends Origin>(
  name: K,
  expression: Expression<V, M>,
  type?: TypeEngine<NonNullable<V>> | null,
): Label<V, M, K>;
export function label<V, M extends Origin>(
  name: NameArgument | null,
  expression: Expression<V, M>,
  type?: TypeEngine<NonNullable<V>> | null,
): Label<V, M>;
export function label(name: NameArgument | null, expression: unknown, type: TypeEngine<unknown> | null = null): never {
  return new Label(name, expectExpression(expression, "label()") as ColumnElement<unknown>, type) as never;
}

// ---------------------------------------------------------------- expressions

/** `(a, b)`, for comparisons and IN with rows: `tuple(a, b).in([[1, 2]])`. */
export function tuple<E extends readonly unknown[]>(
  ...expressions: E
): Tuple<{ readonly [K in keyof E]: E[K] extends Expression<infer V> ? V : E[K] }> {
  return new Tuple(expressions);
}

/** `CAST(expression AS type)`; a plain value is bound as that type. NULL stays NULL. */
export function cast<V, const E>(expression: E, type: TypeEngine<V>): Cast<V | NullIn<E>, OriginIn<E>> {
  return new Cast(expression, type) as never;
}

/** `TRY_CAST(expression AS type)`, for databases that have it: NULL for what cannot be converted. */
export function tryCast<V>(expression: unknown, type: TypeEngine<V>): TryCast<V | null, never> {
  return new TryCast(expression, type) as never;
}

/** The expression with another type on our side; SQL does not change. NULL stays NULL. */
export function typeCoerce<V, const E>(expression: E, type: TypeEngine<V>): TypeCoerce<V | NullIn<E>, OriginIn<E>> {
  return new TypeCoerce(expression, type) as never;
}

/** One case of {@link case_}: the condition and the result. */
export type When<V = unknown> = readonly [condition: unknown, result: V];

/** The value that one case gives, or the `else` of the options. */
type CaseResult<A> = A extends readonly [unknown, infer R] ? ResultValue<R> : A extends { readonly else: infer R } ? ResultValue<R> : never;

type ResultValue<R> = R extends { readonly [VALUE]: infer V } ? V : Widen<R>;

type CaseOrigin<A> = A extends readonly [unknown, infer R] ? OriginIn<R> : A extends { readonly else: infer R } ? OriginIn<R> : never;

/** NULL, for want of an `else`. */
type NullWithoutElse<A> = (A extends { readonly else: unknown } ? true : never) extends infer H
  ? [H] extends [never]
    ? null
    : never
  : never;

/**
 * `CASE WHEN … THEN … ELSE … END`. Without an `else` it is NULL where no case applies.
 * @example case_([users.c.id.lt(5), "low"], [users.c.id.lt(10), "middle"], { else: "high" })
 * @example case_({ a: 1, b: 2 }, { value: users.c.name, else: 0 })
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.case
 */
export function case_<const A extends readonly [When, ...(When | CaseOptions)[]]>(
  ...args: A
): Case<CaseResult<A[number]> | NullWithoutElse<A[number]>, CaseOrigin<A[number]>>;
export function case_<K, const R, const O extends CaseOptions>(
  cases: ReadonlyMap<K, R>,
  options: O,
): Case<ResultValue<R> | CaseResult<O> | NullWithoutElse<O>, OriginIn<R> | CaseOrigin<O>>;
export function case_<const R extends Readonly<Record<string, unknown>>, const O extends CaseOptions>(
  cases: R,
  options: O,
): Case<ResultValue<R[keyof R]> | CaseResult<O> | NullWithoutElse<O>, OriginIn<R[keyof R]> | CaseOrigin<O>>;
export function case_(...args: readonly unknown[]): never {
  return makeCase(args) as never;
}

function makeCase(args: readonly unknown[]): Case<unknown> {
  const [first, second] = args;
  if (first instanceof Map) return new Case(first as ReadonlyMap<unknown, unknown>, second as CaseOptions | undefined);
  if (!Array.isArray(first) && typeof first === "object" && first !== null) {
    return new Case(Object.entries(first), second as CaseOptions | undefined);
  }
  const last = args.at(-1);
  const hasOptions = args.length > 0 && !Array.isArray(last);
  const whens = (hasOptions ? args.slice(0, -1) : args) as readonly (readonly [unknown, unknown])[];
  return new Case(whens, (hasOptions ? last : {}) as CaseOptions);
}

/** `EXTRACT(field FROM expression)`: `extract("year", films.c.releaseDate)`. */
export function extract<const E>(field: string, expression: E): Extract<number | NullIn<E>, OriginIn<E>> {
  return new Extract(field, expression) as never;
}

/** `expression COLLATE collation`; with the schema that the collation is in, on PostgreSQL. */
export function collate<V, M extends Origin = never>(
  expression: Expression<V, M> | string,
  collation: string,
  options: { readonly collationSchema?: string | null } = {},
): ColumnElement<V, M> {
  return collateExpression(expectExpression(expression, "collate()") as ColumnElement<unknown>, collation, options) as never;
}

/** `expression BETWEEN lower AND upper` */
export function between<V, M extends Origin = never>(
  expression: Expression<V, M> | NonNullable<V>,
  lower: Operand<V>,
  upper: Operand<V>,
  options?: { readonly symmetric?: boolean },
): ColumnElement<boolean, NoInfer<M> | null> {
  return (expectExpression(expression, "between()") as ColumnElement<V, M>).between(lower as never, upper as never, options) as never;
}

/** `DISTINCT expression`, for the inside of aggregates: `func.count(distinct(x))`. */
export function distinct<V, M extends Origin>(expression: Expression<V, M>): ColumnElement<V, M> {
  const element = expectExpression(expression, "distinct()");
  return UnaryExpression.prefix(element, operators.distinctOp, element.type) as never;
}

/** `~expression` of bits */
export function bitwiseNot<V, M extends Origin>(expression: Expression<V, M>): ColumnElement<V, M> {
  return (expectExpression(expression, "bitwiseNot()") as ColumnElement<V, M>).bitwiseNot();
}

/** What an array or a subquery has to compare with. */
type ItemIn<E> = E extends { readonly [VALUE]: infer V } ? ItemOf<V> : E extends { readonly [ROW]: infer R } ? ScalarOf<R> : unknown;

/** `ANY (expression)`, to be compared with: an array or a subquery. */
export function anyOf<const E extends Expression<unknown> | SelectBase>(expression: E): ColumnElement<ItemIn<E>, OriginIn<E>> {
  return CollectionAggregate.of(expectExpression(expression, "anyOf()"), operators.anyOp) as never;
}

/** `ALL (expression)`, to be compared with: an array or a subquery. */
export function allOf<const E extends Expression<unknown> | SelectBase>(expression: E): ColumnElement<ItemIn<E>, OriginIn<E>> {
  return CollectionAggregate.of(expectExpression(expression, "allOf()"), operators.allOp) as never;
}

// ---------------------------------------------------------------- order

function modified(expression: unknown, modifier: Operator, place: string): never {
  return UnaryExpression.postfix(expectByOf(expression, place), modifier) as never;
}

/** `expression DESC`; a string names a label or column of the statement. */
export function desc<V, M extends Origin = never>(expression: Expression<V, M> | string): ColumnElement<V, M> {
  return modified(expression, operators.descOp, "desc()");
}

/** `expression ASC`; a string names a label or column of the statement. */
export function asc<V, M extends Origin = never>(expression: Expression<V, M> | string): ColumnElement<V, M> {
  return modified(expression, operators.ascOp, "asc()");
}

/** `expression NULLS FIRST` */
export function nullsFirst<V, M extends Origin = never>(expression: Expression<V, M> | string): ColumnElement<V, M> {
  return modified(expression, operators.nullsFirstOp, "nullsFirst()");
}

/** `expression NULLS LAST` */
export function nullsLast<V, M extends Origin = never>(expression: Expression<V, M> | string): ColumnElement<V, M> {
  return modified(expression, operators.nullsLastOp, "nullsLast()");
}

// ---------------------------------------------------------------- windows and aggregates

/** `function OVER (…)`. The same as `function.over(options)`. */
export function over<V, M extends Origin>(element: Expression<V, M>, options: OverOptions = {}): Over<V, M> {
  return new Over<V, M>(expectExpression(element, "over()") as ColumnElement<V, M>, options);
}

/** `function WITHIN GROUP (ORDER BY …)` */
export function withinGroup<V, M extends Origin>(element: Expression<V, M>, ...orderBy: readonly unknown[]): WithinGroup<V, M> {
  return new WithinGroup<V, M>(expectExpression(element, "withinGroup()") as ColumnElement<V, M>, orderBy);
}

/** `function(… ORDER BY …)` */
export function aggregateOrderBy<V, M extends Origin>(element: Expression<V, M>, ...orderBy: readonly unknown[]): AggregateOrderBy<V, M> {
  return new AggregateOrderBy<V, M>(expectExpression(element, "aggregateOrderBy()") as ColumnElement<V, M>, orderBy);
}

/** `function FILTER (WHERE …)` */
export function funcfilter<V, M extends Origin>(
  element: Expression<V, M>,
  ...criteria: readonly ConditionArgument[]
): FunctionFilter<V, M> {
  return new FunctionFilter<V, M>(expectExpression(element, "funcfilter()") as ColumnElement<V, M>, criteria);
}
