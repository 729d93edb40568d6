import type { Expression, NullOf, ORIGIN, VALUE, Origin } from "../base/expression.ts";
import { identityNumber } from "../base/cache-key.ts";
import { Slot } from "../base/late.ts";
import { COLUMN_ELEMENT_ROLES } from "../base/roles.ts";
import { castSlot, operateSlot } from "../operators/column-operators.ts";
import type { Modifiers } from "../operators/modifiers.ts";
import type { Operator } from "../operators/operator.ts";
import { TypeOperators } from "../operators/type-operators.ts";
import * as operators from "../operators/operator-table.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { BindParameter } from "./bind-parameter.ts";
import type { ClauseElement } from "./clause-element.ts";
import type { ColumnClause } from "./column-clause.ts";
import type { Label } from "./label.ts";
import { anonymousLabel, furtherAnonymousLabel, isAnonymous, type NameArgument } from "./quoted-name.ts";

/** What a selectable says of the column it makes of another one. */
export interface MakeProxyOptions {
  readonly name?: string | null | undefined;
  readonly key?: string | null | undefined;
  /** the name may be shortened when it is too long for the database */
  readonly nameIsTruncatable?: boolean;
  readonly compoundSelectCols?: readonly ColumnElement<unknown>[] | null;
  readonly disallowIsLiteral?: boolean;
  /** collections of the new selectable that a key column is added to */
  readonly primaryKey: Set<ColumnElement<unknown>>;
  readonly foreignKeys: Set<object>;
}

/** Filled by elements/column-clause.ts. */
export const proxyColumnSlot: Slot<
  (name: string, type: TypeEngine<unknown>, selectable: FromClause, truncatable: boolean) => ColumnClause<unknown>
> = new Slot("proxyColumn");

/** Filled by elements/label.ts. */
export const labelSlot: Slot<(name: NameArgument | null, element: ColumnElement<unknown>) => Label<unknown>> = new Slot("label");

/** Filled by elements/bind-parameter.ts: a value beside an expression. */
export const bindValueSlot: Slot<
  (
    key: string | null,
    value: unknown,
    op: Operator | null,
    comparedTo: TypeEngine<unknown>,
    type: TypeEngine<unknown> | null,
    expanding: boolean,
  ) => BindParameter<unknown>
> = new Slot("bindValue");

/** Filled by elements/unary.ts: a column of truth values where a condition must stand. */
export const asBooleanSlot: Slot<(element: ColumnElement<unknown>, value: boolean) => ColumnElement<boolean>> = new Slot("asBoolean");

/** Filled by elements/grouping.ts: brackets. */
export const groupingSlot: Slot<(element: ClauseElement) => ColumnElement<unknown>> = new Slot("grouping");

const NO_FROMS: readonly FromClause[] = Object.freeze([]);
const NO_PROXIES: readonly ColumnElement<unknown>[] = Object.freeze([]);
const NO_FOREIGN_KEYS: ReadonlySet<object> = new Set();

/**
 * The root of everything that has a SQL type: columns, literals, functions, operators, scalar subqueries.
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.ColumnElement
 */
export abstract class ColumnElement<out V, out N extends Origin = Origin> extends TypeOperators<V, N> implements Expression<V, N> {
  declare readonly [VALUE]: V;
  declare readonly [ORIGIN]: N;

  /** The type of its values. */
  abstract readonly type: TypeEngine<V>;

  override get _isColumnElement(): boolean {
    return true;
  }

  override get _roles(): number {
    return COLUMN_ELEMENT_ROLES;
  }

  /** Those of its parts. */
  override get _fromObjects(): readonly FromClause[] {
    const children = this._children();
    return children.length === 0 ? NO_FROMS : children.flatMap((child) => child._fromObjects);
  }

  // ---------------------------------------------------------------- names

  /* What follows lives on the prototype until a class has its own: see the end of the file. */
  /** The name under which it stands in SQL; null for what has none. */
  declare readonly name: string | null;
  /** The name by which a collection of columns knows it; null for what has none. */
  declare readonly key: string | null;
  /** Whether it is a column of a primary key. */
  declare readonly primaryKey: boolean;
  declare readonly foreignKeys: ReadonlySet<object>;
  /** The columns that this one was made from. @internal */
  declare _proxies: readonly ColumnElement<unknown>[];

  /** The expression inside, where this one only wraps it and is named like it (CAST). @internal */
  get _wrappedColumn(): ColumnElement<unknown> | null {
    return null;
  }
  /** The name with that of the table before it. @internal */
  get _tqLabel(): string | null {
    return this._wrappedColumn?._tqLabel ?? null;
  }
  /** @internal */
  get _tqKeyLabel(): string | null {
    return this._proxyKey;
  }
  /** @internal */
  get _label(): string | null {
    return this._tqLabel;
  }
  /** @internal */
  get _keyLabel(): string | null {
    return this._tqKeyLabel;
  }
  /** The name that it has without one being made. @internal */
  get _nonAnonLabel(): string | null {
    return this._wrappedColumn === null ? this.name : null;
  }
  /** @internal */
  get _anonNameLabel(): string {
    const wrapped = this._wrappedColumn;
    if (wrapped?._isColumnElement === true) return wrapped._nonAnonLabel ?? wrapped._anonNameLabel;
    return this._anonLabel(this.name);
  }
  /** @internal */
  get _anonKeyLabel(): string {
    return this._anonLabel(this._proxyKey);
  }
  /** @internal */
  get _anonTqLabel(): string {
    return this._anonLabel(this._tqLabel);
  }
  /** @internal */
  get _anonTqKeyLabel(): string {
    return this._anonLabel(this._tqKeyLabel);
  }
  /** @internal */
  _dedupeAnonLabelIdx(idx: number): string {
    const wrapped = this._wrappedColumn;
    if (wrapped !== null) {
      const name = wrapped._nonAnonLabel;
      return name ? this._anonLabel(`${name}_`) : this._dedupeAnonTqLabelIdx(idx);
    }
    const label = this.name;
    return label === null ? this._dedupeAnonTqLabelIdx(idx) : this._anonLabel(label, idx);
  }
  /** @internal */
  _dedupeAnonTqLabelIdx(idx: number): string {
    return this._anonLabel(this._tqLabel ?? "anon", idx);
  }

  /** @internal */
  _anonLabel(seed: string | null, idx = 0): string {
    const number = identityNumber((this._isCloneOf ?? this)._identity);
    const id = idx === 0 ? `e${number}` : `e${number}.${idx}`;
    let body = seed ?? "anon";
    if (idx !== 0) body += "_";
    return isAnonymous(body) ? furtherAnonymousLabel(body, id) : anonymousLabel(id, body);
  }

  /** The key that a column made of it gets. @internal */
  get _proxyKey(): string | null {
    const wrapped = this._wrappedColumn;
    if (wrapped?._isColumnElement === true) return wrapped._proxyKey;
    const given = this._annotations["proxy_key"] as string | undefined;
    if (given !== undefined) return given;
    const name = this.key ?? this._nonAnonLabel;
    return name === null || isAnonymous(name) ? null : name;
  }

  /** A name that was said of an expression without one (by the ORM). @internal */
  get _expressionLabel(): string | null {
    if (this.name !== null) return null;
    return (this._annotations["proxy_key"] as string | undefined) ?? null;
  }

  /** Whether SELECT renders it as `expression AS label`. @internal */
  get _renderLabelInColumnsClause(): boolean {
    return true;
  }
  /** @internal */
  get _allowLabelResolve(): boolean {
    return true;
  }
  /** @internal */
  get _altNames(): readonly string[] {
    return [];
  }
  /** @internal */
  get _omitFromStatements(): boolean {
    return false;
  }
  /** @internal */
  get _insertSentinel(): boolean {
    return false;
  }

  // ---------------------------------------------------------------- where it comes from

  /** This column and all those that it was made from. @internal */
  get proxySet(): ReadonlySet<ColumnElement<unknown>> {
    const set = new Set<ColumnElement<unknown>>();
    collectProxies(this, set);
    return set;
  }

  /** The proxy set, with what its members are copies of. @internal */
  get _expandedProxySet(): ReadonlySet<ColumnElement<unknown>> {
    const set = new Set<ColumnElement<unknown>>();
    for (const column of this.proxySet) for (const one of column._clonedSet) set.add(one as ColumnElement<unknown>);
    return set;
  }

  /** Those of the proxy set that were not made from others. @internal */
  get baseColumns(): ReadonlySet<ColumnElement<unknown>> {
    const set = new Set<ColumnElement<unknown>>();
    for (const column of this.proxySet) if (column._proxies.length === 0) set.add(column);
    return set;
  }

  /** @internal */
  _uncachedProxyList(): ColumnElement<unknown>[] {
    const list: ColumnElement<unknown>[] = [this];
    for (const proxy of this._proxies) list.push(...proxy._uncachedProxyList());
    return list;
  }

  /** Whether both were made from a common column. */
  sharesLineage(other: ColumnElement<unknown>): boolean {
    const mine = this.proxySet;
    for (const column of other.proxySet) if (mine.has(column)) return true;
    return false;
  }

  /** What it gives to the list of columns of a SELECT. @internal */
  get _selectIterable(): readonly ClauseElement[] {
    return [this];
  }

  /** Makes the column by which a selectable shows this one. @internal */
  _makeProxy(selectable: FromClause, options: MakeProxyOptions): readonly [key: string, column: ColumnElement<unknown>] {
    let key = options.key ?? null;
    let name = options.name ?? null;
    if (name === null) {
      name = this._anonNameLabel;
      key ??= this._proxyKey;
    } else {
      key ??= name;
    }
    const column = proxyColumnSlot.call(name, this.type, selectable, options.nameIsTruncatable ?? false);
    column._propagateAttrs = selectable._propagateAttrs;
    column._proxies = options.compoundSelectCols ? [...options.compoundSelectCols] : [this];
    if (selectable._isCloneOf !== null && key !== null) column._isCloneOf = (selectable._isCloneOf._collection.get(key) ?? null) as never;
    return [key ?? name, column];
  }

  // ---------------------------------------------------------------- operators

  operate(op: Operator, a?: unknown, b?: unknown, modifiers: Modifiers | null = null): ColumnElement<unknown> {
    return operateSlot.call(this, op, a, b, modifiers, false);
  }

  reverseOperate(op: Operator, other: unknown, modifiers: Modifiers | null = null): ColumnElement<unknown> {
    return operateSlot.call(this, op, other, undefined, modifiers, true);
  }

  /**
   * Whether a comparison of this with the other one is written from the other's side (`b = a` for `a.eq(b)`). SQLAlchemy does so where
   * the right side's class is a special case of the left side's, by a rule of Python; the SQL is to be the same.
   * @internal
   */
  _yieldsTo(_other: ColumnElement<unknown>): boolean {
    return false;
  }

  /** A plain value that stands beside it, as a bind. @internal */
  _bindParam(op: Operator | null, value: unknown, type: TypeEngine<unknown> | null = null, expanding = false): ClauseElement {
    return bindValueSlot.call(null, value, op, this.type, type, expanding);
  }

  override selfGroup(against?: Operator): ClauseElement {
    if ((against === operators.and || against === operators.or || against === operators.asbool) && this.type.affinity === "boolean") {
      return asBooleanSlot.call(this, true);
    }
    if (against === operators.anyOp || against === operators.allOp) return groupingSlot.call(this);
    return this;
  }

  override _negate(): ClauseElement {
    return this.type.affinity === "boolean" ? asBooleanSlot.call(this, false) : super._negate();
  }

  /**
   * Gives it a name: `expression AS name`. Without a name, one is made (`anon_1`).
   * @example select(func.count().label("n"))
   */
  label<const K extends string>(name: K): Label<V, N, K>;
  label(name?: NameArgument | null): Label<V, N>;
  label(name: NameArgument | null = null): never {
    return labelSlot.call(name, this) as never;
  }

  /** `CAST(this AS type)` */
  cast<T>(type: TypeEngine<T>): ColumnElement<T | NullOf<V>, N> {
    return castSlot.call(this, type) as never;
  }
}

const prototype = ColumnElement.prototype as { -readonly [K in "name" | "key" | "primaryKey" | "foreignKeys" | "_proxies"]: unknown };
prototype.name = null;
prototype.key = null;
prototype.primaryKey = false;
prototype.foreignKeys = NO_FOREIGN_KEYS;
prototype._proxies = NO_PROXIES;

function collectProxies(column: ColumnElement<unknown>, into: Set<ColumnElement<unknown>>): void {
  into.add(column._identity as ColumnElement<unknown>);
  for (const proxy of column._proxies) collectProxies(proxy, into);
}
