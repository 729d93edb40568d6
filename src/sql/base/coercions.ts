import { ArgumentError } from "../../errors.ts";
import { BindParameter } from "../elements/bind-parameter.ts";
import { ClauseElement, NO_PROPAGATE_ATTRS } from "../elements/clause-element.ts";
import { ClauseList } from "../elements/clause-list.ts";
import { ColumnClause } from "../elements/column-clause.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { LabelReference, TextualLabelReference } from "../elements/label-reference.ts";
import { FALSE, NULL, TRUE } from "../elements/literals.ts";
import { QuotedName } from "../elements/quoted-name.ts";
import { interpolateSlot } from "../elements/sql-tag.ts";
import { TextClause } from "../elements/text-clause.ts";
import type { Operator } from "../operators/operator.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import { NULLTYPE } from "../types/null-type.ts";
import { inferTypeSlot, type TypeEngine } from "../types/type-engine.ts";
import { warn } from "../../util/warn.ts";
import * as roles from "./roles.ts";
import type { Role } from "./roles.ts";

/** The property by which objects that are no elements (mapped classes, attributes) say which element they stand for. */
export const clauseSymbol: unique symbol = Symbol.for("athanor.clause") as never;

/** A SELECT that stands where a value must, made of what was given. */
function scalarSubqueryOf(element: ClauseElement): ClauseElement {
  return (element as ClauseElement & { scalarSubquery(): ClauseElement }).scalarSubquery();
}

/** The clause element that something is or stands for; null when it is neither. */
export function clauseOf(value: unknown): ClauseElement | null {
  if (value instanceof ClauseElement) return value._clause;
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return null;
  const held = (value as Record<symbol, unknown>)[clauseSymbol];
  if (held === undefined) return null;
  const clause = typeof held === "function" ? (held as () => unknown).call(value) : held;
  return clause instanceof ClauseElement ? clause._clause : null;
}

/** How a message names a value that does not belong there. */
export function describe(value: unknown): string {
  if (value === undefined) return "undefined (undefined is not a value; use null for NULL)";
  if (value === null) return "null";
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  if (typeof value === "function") return `the function or class ${value.name || "(anonymous)"}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object") {
    const name = (value.constructor as { name?: string } | undefined)?.name;
    return name === "Object" || name === undefined ? "a plain object" : `an object of ${name}`;
  }
  return `the ${typeof value} ${String(value)}`;
}

function fail(role: Role, value: unknown, place: string, advice = ""): never {
  throw new ArgumentError(`${role.description} expected for ${place}; got ${describe(value)}.${advice === "" ? "" : ` ${advice}`}`);
}

function failText(value: string, place: string): never {
  const text = describe(value);
  throw new ArgumentError(
    `A string is no SQL: ${text} was given to ${place}. Write text(${text}) if it is meant as SQL, or literal(${text}) for a value.`,
  );
}

/** `null`, `true` and `false` as elements; undefined for anything else. */
function constant(value: unknown): ClauseElement | undefined {
  if (value === null) return NULL;
  if (value === true) return TRUE;
  if (value === false) return FALSE;
  return undefined;
}

/** A SELECT where a column must stand is a scalar subquery; anything else that has not the role does not belong there. */
function asColumn(role: Role, clause: ClauseElement, value: unknown, place: string): ClauseElement {
  if (clause._isSelectBase) {
    warn(`A SELECT was given to ${place} as a value: write .scalarSubquery() to say so.`);
    return scalarSubqueryOf(clause);
  }
  if (clause._isFromClause) {
    if (clause._isSubquery) {
      warn(`A subquery was given to ${place} as a value: write .scalarSubquery() instead of .subquery().`);
      return scalarSubqueryOf((clause as ClauseElement & { element: ClauseElement }).element);
    }
    fail(role, value, place, "A FROM element as a whole can be made a value by .tableValued(), VALUES by .scalarValues().");
  }
  fail(role, value, place);
}

/** Anything that was made to stand in that place; there is no conversion of plain values. */
export function expectRole<E extends ClauseElement = ClauseElement>(role: Role, value: unknown, place: string): E {
  const clause = clauseOf(value);
  if (clause !== null && (clause._roles & role.bit) !== 0) return clause as E;
  if (typeof value === "string") failText(value, place);
  fail(role, value, place);
}

// ---------------------------------------------------------------- conditions

/**
 * A condition: for `where()`, `having()`, `and()`, `or()`, `not()`, `filter()`.
 * @throws ArgumentError for strings, plain values and `undefined`; `true` and `false` stand for the SQL constants only in `and()` and `or()`
 */
export function expectCondition(value: unknown, place: string, constants = true): ClauseElement {
  const clause = clauseOf(value);
  if (clause === null) {
    if (typeof value === "string") failText(value, place);
    if (constants) {
      const element = constant(value);
      if (element !== undefined) return element;
    }
    const advice =
      typeof value === "boolean"
        ? "A JavaScript comparison gives true or false at once; compare with the methods of the column, as in users.c.id.eq(5), or use true_() or false_()."
        : "";
    fail(roles.WhereHavingRole, value, place, advice);
  }
  if ((clause._roles & roles.WhereHavingRole.bit) !== 0) return clause;
  return asColumn(roles.WhereHavingRole, clause, value, place);
}

/** The condition of `where()` and `having()`: a JavaScript boolean there is a mistake. */
export function expectWhere(value: unknown, place: string): ClauseElement {
  return expectCondition(value, place, false);
}

/** An ON clause: a condition, or an ORM relationship, which stays as it is. */
export function expectOnClause(value: unknown, place: string): ClauseElement {
  const clause = clauseOf(value);
  if (clause === null) fail(roles.OnClauseRole, value, place);
  if ((clause._roles & roles.OnClauseRole.bit) !== 0) return clause;
  return asColumn(roles.OnClauseRole, clause, value, place);
}

// ---------------------------------------------------------------- values

/** An expression, or a value that is bound. `null` is NULL. */
export function expectExpression(
  value: unknown,
  place: string,
  type: TypeEngine<unknown> | null = null,
  name: string | null = null,
): ColumnElement<unknown> {
  const clause = clauseOf(value);
  if (clause === null) {
    if (value === null && (type === null || !type.shouldEvaluateNone)) return NULL as ColumnElement<unknown>;
    return bindOf(value, place, type, name);
  }
  if ((clause._roles & roles.ExpressionElementRole.bit) !== 0) return clause as ColumnElement<unknown>;
  return asColumn(roles.ExpressionElementRole, clause, value, place) as ColumnElement<unknown>;
}

/** A value of an INSERT or UPDATE: an expression, or a bind of the column's type; `null` is bound. */
export function expectCrudValue(value: unknown, place: string, type: TypeEngine<unknown>, name: string): ClauseElement {
  const clause = clauseOf(value);
  if (clause === null) {
    if (value === undefined) fail(roles.ExpressionElementRole, value, place);
    return crudBind(value, type, name);
  }
  if ((clause._roles & roles.ExpressionElementRole.bit) !== 0) return clause;
  return asColumn(roles.ExpressionElementRole, clause, value, place);
}

/** A plain value of an INSERT or UPDATE as a bind. */
export function crudBind(value: unknown, type: TypeEngine<unknown>, name: string): BindParameter<unknown> {
  // the column's type comes to it when the statement is compiled; it may take any value (JSON takes objects)
  const bind = new BindParameter<unknown>(name, value, type, true);
  bind.isCrud = true;
  return bind;
}

/** A literal value: `literal(5)`. */
export function expectLiteral(
  value: unknown,
  place: string,
  type: TypeEngine<unknown> | null,
  literalExecute = false,
): BindParameter<unknown> {
  if (clauseOf(value) !== null) fail(roles.ExpressionElementRole, value, place, "It is an expression already.");
  return bindOf(value, place, type, null, literalExecute);
}

function bindOf(
  value: unknown,
  place: string,
  type: TypeEngine<unknown> | null,
  name: string | null,
  literalExecute = false,
): BindParameter<unknown> {
  if (value === undefined) fail(roles.ExpressionElementRole, value, place);
  if (type === null || type.isNull) {
    const inferred = inferTypeSlot.call(value);
    if (inferred.isNull && value !== null && isPlainData(value)) {
      fail(roles.ExpressionElementRole, value, place, "Give it a type by literal(value, type) if it is meant as a value.");
    }
    type = inferred;
  }
  return new BindParameter<unknown>(name, value, type, true, false, false, literalExecute);
}

function isPlainData(value: unknown): boolean {
  if (typeof value === "function" || typeof value === "symbol") return true;
  if (typeof value !== "object" || value === null) return false;
  const proto = Object.getPrototypeOf(value) as unknown;
  return proto === Object.prototype || proto === null;
}

/** The other side of an operator: an expression, or a value that takes its type from the expression it stands beside. */
export function expectBinaryElement(
  value: unknown,
  expression: ColumnElement<unknown>,
  op: Operator,
  type: TypeEngine<unknown> | null = null,
): ClauseElement {
  const clause = clauseOf(value);
  if (clause === null) {
    if (value === undefined || (isPlainData(value) && !expression.type.takesObjects)) {
      const what = expression.name === null ? "" : ` of "${expression.name}"`;
      fail(roles.BinaryElementRole, value, `the operator "${op.symbol.trim() || op.name}"${what}`);
    }
    return expression._bindParam(op, value, type);
  }
  const element =
    (clause._roles & roles.BinaryElementRole.bit) !== 0
      ? clause
      : asColumn(roles.BinaryElementRole, clause, value, `the operator "${op.symbol.trim() || op.name}"`);
  const own = (element as Partial<ColumnElement<unknown>>).type;
  return own !== undefined && own.isNull && !expression.type.isNull ? element._withBinaryElementType(type ?? expression.type) : element;
}

/** The right side of IN: a list, which becomes one expanding bind, or a list of expressions, or a SELECT. */
export function expectInElement(value: unknown, expression: ColumnElement<unknown>, op: Operator): ClauseElement {
  const clause = clauseOf(value);
  if (clause === null) {
    if (typeof value === "string" || typeof value !== "object" || value === null || !(Symbol.iterator in value)) {
      fail(
        roles.InElementRole,
        value,
        `the operator "${op.symbol.trim()}"`,
        typeof value === "string" ? "Put the value into an array." : "",
      );
    }
    const values = Array.isArray(value) ? (value as unknown[]) : [...(value as Iterable<unknown>)];
    let expressions = false;
    for (const one of values) {
      if (one === undefined) fail(roles.InElementRole, one, `the list of the operator "${op.symbol.trim()}"`);
      if (typeof one !== "object" || one === null) continue;
      if (clauseOf(one) !== null) expressions = true;
      else if (Array.isArray(one) && one.includes(undefined))
        fail(roles.InElementRole, undefined, `a row of the operator "${op.symbol.trim()}"`);
    }
    if (!expressions) return expanding(expression._bindParam(op, [...values], null, true), op);
    return ClauseList.grouped(
      values.map((one) => {
        const element = clauseOf(one);
        if (element === null) return one === null ? NULL : expression._bindParam(op, one);
        return (element._roles & roles.ExpressionElementRole.bit) !== 0
          ? element
          : asColumn(roles.InElementRole, element, one, "an IN list");
      }),
    ).selfGroup(op);
  }
  if (clause._isSelectBase) return scalarSubqueryOf(clause);
  if ((clause._roles & roles.InElementRole.bit) === 0) {
    if (clause._isFromClause) {
      warn(`A FROM element was given to IN: write a select() of it to say which column is meant.`);
      return scalarSubqueryOf((clause as FromClause).select());
    }
    // a function that gives rows
    if ("tableValued" in clause && "select" in clause)
      return scalarSubqueryOf((clause as ClauseElement & { select(): ClauseElement }).select());
    fail(roles.InElementRole, value, `the operator "${op.symbol.trim()}"`);
  }
  if (clause._isBindParameter) return expanding((clause as BindParameter<unknown>)._clone(true), op);
  if (clause._isClauseList) return clause.selfGroup(op);
  if ("scalarValues" in clause) return (clause as ClauseElement & { scalarValues(): ClauseElement }).scalarValues();
  return clause;
}

function expanding(element: ClauseElement, op: Operator): ClauseElement {
  const bind = element as BindParameter<unknown>;
  bind.expanding = true;
  bind.expandOp = op;
  return bind;
}

/** `null`, `true`, `false` or one of their elements. */
export function expectConst(value: unknown, place: string): ClauseElement {
  const element = constant(value) ?? clauseOf(value);
  if (element !== null && (element._roles & roles.ConstExprRole.bit) !== 0) return element;
  fail(roles.ConstExprRole, value, place);
}

// ---------------------------------------------------------------- lists of a SELECT

const COLUMN_LIKE = /^\w\S*$/;

/** What stands in the list of columns: expressions, FROM elements, mapped classes, `"*"`; numbers and constants as they are. */
export function expectColumnsClause(value: unknown, place: string): ClauseElement {
  const clause = clauseOf(value);
  if (clause === null) {
    if (typeof value === "string") {
      if (value === "*") return new ColumnClause("*", NULLTYPE, true);
      const text = describe(value);
      throw new ArgumentError(
        `A string is no SQL: ${text} was given to ${place}. Write text(${text}), or ${COLUMN_LIKE.test(value) ? "column" : "literalColumn"}(${text}), to say what it is.`,
      );
    }
    const element = constant(value);
    if (element !== undefined) return element;
    if (typeof value === "bigint" || Number.isFinite(value)) return new ColumnClause(String(value), NULLTYPE, true);
    fail(roles.ColumnsClauseRole, value, place, Array.isArray(value) ? "Give the columns one by one, not as an array." : "");
  }
  if ((clause._roles & roles.ColumnsClauseRole.bit) !== 0) return clause;
  if (clause._isSelectBase) fail(roles.ColumnsClauseRole, value, place, "To select from a SELECT, call .subquery() on it.");
  fail(roles.ColumnsClauseRole, value, place);
}

/** An expression for ORDER BY or GROUP BY; a string names a label or column of the statement. */
export function expectByOf(value: unknown, place: string): ClauseElement {
  const clause = clauseOf(value);
  if (clause === null) {
    if (typeof value === "string") return new TextualLabelReference(value);
    if (typeof value === "boolean") fail(roles.ByOfRole, value, place);
    const element = constant(value);
    if (element !== undefined) return element;
    fail(roles.ByOfRole, value, place);
  }
  if ((clause._roles & roles.ByOfRole.bit) !== 0) return clause;
  return asColumn(roles.ByOfRole, clause, value, place);
}

/** {@link expectByOf} for ORDER BY, where a label is rendered by its name. */
export function expectOrderBy(value: unknown, place: string): ClauseElement {
  const element = expectByOf(value, place);
  return element._orderByLabelElement === null ? element : new LabelReference(element);
}

/** {@link expectByOf} for GROUP BY, where a FROM element stands for all its columns. */
export function expectGroupBy(value: unknown, place: string): ClauseElement {
  const clause = clauseOf(value);
  if (clause?._isFromClause === true) return new ClauseList((clause as FromClause)._collection.all());
  return expectByOf(value, place);
}

/** An expression with a name; others get one. */
export function expectLabeledColumn(value: unknown, place: string): ColumnElement<unknown> {
  const clause = clauseOf(value);
  if (clause !== null && (clause._roles & roles.LabeledColumnExprRole.bit) !== 0) return clause as ColumnElement<unknown>;
  const element = expectExpression(value, place);
  return element.label(null);
}

/** A column, or the name of one. */
export function expectColumnOrName(value: unknown, place: string): ColumnElement<unknown> {
  return typeof value === "string" || value instanceof QuotedName
    ? new ColumnClause(value)
    : expectRole(roles.ColumnArgumentRole, value, place);
}

/** Beyond the integers that any database has for numbers of rows. */
const MAX_LIMIT = 2n ** 63n;

/** The number for LIMIT, OFFSET or FETCH as a value to be bound, or an expression; null for null. */
export function expectLimitOffset(
  value: unknown,
  place: string,
  bindNumber: (value: number | bigint) => ColumnElement<unknown>,
): ColumnElement<unknown> | null {
  if (value === null) return null;
  const clause = clauseOf(value);
  if (clause !== null) {
    if ((clause._roles & roles.LimitOffsetRole.bit) !== 0) return clause as ColumnElement<unknown>;
    fail(roles.LimitOffsetRole, value, place);
  }
  // SQLite takes a negative number for no limit at all: what was computed wrongly would give every row
  if (typeof value === "bigint" ? value >= 0n && value < MAX_LIMIT : Number.isSafeInteger(value) && (value as number) >= 0)
    return bindNumber(value as number | bigint);
  fail(roles.LimitOffsetRole, value, place, "Give a whole number that is not negative, or an expression; null for none.");
}

// ---------------------------------------------------------------- FROM, statements

/** A FROM element. */
export function expectFrom(value: unknown, place: string): FromClause {
  const clause = clauseOf(value);
  if (clause !== null && (clause._roles & roles.FromClauseRole.bit) !== 0) return clause as FromClause;
  if (clause?._isSelectBase === true)
    fail(roles.FromClauseRole, value, place, "To make a FROM element of a SELECT, call .subquery() on it.");
  if (typeof value === "string") failText(value, place);
  fail(roles.FromClauseRole, value, place);
}

/** The table of an INSERT, UPDATE or DELETE. */
export function expectDmlTable(value: unknown, place: string): FromClause {
  const clause = clauseOf(value);
  if (clause !== null) {
    const annotated = clause._annotations["dml_table"];
    if (annotated !== undefined) return annotated as FromClause;
    if ((clause._roles & roles.DmlTableRole.bit) !== 0) return clause as FromClause;
  }
  if (typeof value === "string") failText(value, place);
  const advice = "What it stands for reads other tables: name the one that is meant, or a class that has a table.";
  fail(roles.DmlTableRole, value, place, clause?._isFromClause === true ? advice : "");
}

/** The SELECT of INSERT … FROM SELECT. */
export function expectDmlSelect(value: unknown, place: string): ClauseElement {
  const clause = clauseOf(value);
  if (clause !== null) {
    if ((clause._roles & roles.DmlSelectRole.bit) !== 0) return clause;
    if (clause._isFromClause) return (clause as FromClause).select();
  }
  fail(roles.DmlSelectRole, value, place);
}

/** A part of UNION and its like. */
export function expectCompoundElement(value: unknown, place: string): ClauseElement {
  const clause = clauseOf(value);
  if (clause !== null && (clause._roles & roles.CompoundElementRole.bit) !== 0) return clause;
  const advice =
    clause?._isFromClause !== true
      ? ""
      : clause._isSubquery
        ? "Use the select() itself, without .subquery() or .alias()."
        : "To select from it, call .select() on it.";
  fail(roles.CompoundElementRole, value, place, advice);
}

/** A prefix, suffix or hint: an expression, or a string that is SQL of the program's own. */
export function expectStatementOption(value: unknown, place: string): ClauseElement {
  if (typeof value === "string") return new TextClause(value);
  return constant(value) ?? expectRole(roles.StatementOptionRole, value, place);
}

/** The SET or VALUES key of a column: the column, or its name. */
export function expectDmlColumn(value: unknown, place: string): string | ColumnElement<unknown> {
  if (typeof value === "string") return value;
  // an attribute that stands for columns of other names: the ORM knows which
  return (value as { readonly _dmlKey?: string } | null | undefined)?._dmlKey ?? expectRole(roles.DmlColumnRole, value, place);
}

/** Hands on the plugin (the ORM) of an element to the statement it was put into. */
export function applyPropagateAttrs(to: ClauseElement, from: ClauseElement): void {
  if (to._propagateAttrs === NO_PROPAGATE_ATTRS && from._propagateAttrs !== NO_PROPAGATE_ATTRS) to._propagateAttrs = from._propagateAttrs;
}

interpolateSlot.fill((value, place) => {
  const where = `sql\`…\`, value number ${place + 1}`;
  const clause = clauseOf(value);
  if (clause === null) return value === null ? NULL : bindOf(value, where, null, null);
  return clause._isSelectBase ? scalarSubqueryOf(clause) : clause;
});
