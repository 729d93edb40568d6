import { clauseOf, expectCrudValue, expectFrom, expectWhere } from "../base/coercions.ts";
import type { Expression } from "../base/expression.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { ArgumentError } from "../../errors.ts";
import { conjunctionForWhere } from "../elements/boolean-clause-list.ts";
import { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { FromArgument, FromClause } from "../selectable/from-clause.ts";
import type {
  Condition,
  FilterValues,
  InstanceOf,
  SelectArgument,
  SelectShape,
  SelectedValue,
  TupleRow,
} from "../selectable/select-types.ts";
import { didYouMean } from "../../util/text.ts";
import { DML_FIELDS, entriesOf, UpdateBase } from "./dml-base.ts";
import type { TargetColumn } from "./crud-types.ts";
import type { DmlTarget } from "./insert.ts";

/** Which rows a WHEN is about. */
export type MergeKind = "MATCHED" | "NOT MATCHED" | "NOT MATCHED BY SOURCE";

/** What is done with them. */
export type MergeAction = "UPDATE" | "DELETE" | "INSERT" | "DO NOTHING";

/** What one column can be set to: a value of its type, or an expression. */
type MergeValue<E> = E extends Expression<infer V> ? ([V] extends [never] ? unknown : V | Expression<NonNullable<V> | null>) : unknown;

/** Values for the columns of a table, or for the attributes of a mapped class; or a Map from columns. */
export type MergeValues<T> =
  | (T extends { readonly c: infer C } ? { readonly [K in keyof C & string]?: MergeValue<C[K]> } : FilterValues<InstanceOf<T>>)
  | ReadonlyMap<object | string, unknown>;

/** `WHEN … THEN …` of a MERGE. */
export class MergeWhen extends ClauseElement {
  static override readonly fields: readonly Field[] = [
    ["kind", "plain"],
    ["condition", "clause"],
    ["action", "plain"],
    ["values", "clausePairs"],
  ];

  readonly kind: MergeKind;
  condition: ClauseElement | null;
  readonly action: MergeAction;
  /** the keys of columns and what they are set to */
  values: readonly (readonly [key: string, value: ClauseElement])[];

  constructor(kind: MergeKind, condition: ClauseElement | null, action: MergeAction, values: MergeWhen["values"] = []) {
    super();
    this.kind = kind;
    this.condition = condition;
    this.action = action;
    this.values = values;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitMergeWhen(this, options);
  }
}

/**
 * A MERGE statement: what is done with the rows of a table, by whether a source has a row for them, and with the rows of the source for which
 * there is none. `R` is the row that RETURNING gives, `T` what is changed. Every method gives a changed copy.
 * @see https://www.postgresql.org/docs/current/sql-merge.html
 */
export class Merge<R = unknown[], T = unknown> extends UpdateBase<R> {
  static override readonly fields: readonly Field[] = [
    ["table", "clause"],
    ["_source", "clause"],
    ["_on", "clause"],
    ["_whens", "clauses"],
    ...DML_FIELDS,
  ];

  /** @internal */
  readonly _target: DmlTarget;
  /** @internal */
  _source: FromClause;
  /** @internal */
  _on: ClauseElement;
  /** @internal */
  _whens: readonly MergeWhen[] = [];

  constructor(target: DmlTarget, source: FromArgument, on: Condition) {
    super(target, "merge()");
    this._target = target;
    this._source = expectFrom(source, "using()");
    this._on = expectWhere(on, "using()");
    const pluginSubject = clauseOf(target)?._propagateAttrs.pluginSubject;
    if (pluginSubject !== undefined) this._propagateAttrs = { pluginSubject };
  }

  /** It is executed by Core, on the database that the mapped class is on. @internal */
  override _taken<E extends ClauseElement>(part: E): E {
    return part;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitMerge(this as unknown as Merge<unknown>, options);
  }

  /** What is done with the rows for which the source has one; of several, the first whose conditions hold. */
  whenMatched(...criteria: readonly Condition[]): MergeMatched<R, T> {
    return new MergeMatched(this, "MATCHED", criteria);
  }

  /** What is done with the rows of the source that the table has none for. */
  whenNotMatched(...criteria: readonly Condition[]): MergeNotMatched<R, T> {
    return new MergeNotMatched(this, criteria);
  }

  /** What is done with the rows for which the source has none (PostgreSQL 17). */
  whenNotMatchedBySource(...criteria: readonly Condition[]): MergeMatched<R, T> {
    return new MergeMatched(this, "NOT MATCHED BY SOURCE", criteria);
  }

  /** Gives columns of the rows that were changed, or of the source: RETURNING (PostgreSQL 17). `func.merge_action()` says what was done. */
  returning<const A extends readonly SelectArgument[]>(...columns: A): Merge<TupleRow<A>, T>;
  returning<const S extends SelectShape>(shape: S): Merge<{ -readonly [K in keyof S]: SelectedValue<S[K]> }, T>;
  returning(...args: readonly unknown[]): Merge<never, T> {
    return this._addReturning(args) as unknown as Merge<never, T>;
  }

  /** @internal */
  _when(kind: MergeKind, criteria: readonly Condition[], action: MergeAction, values: MergeWhen["values"] = []): this {
    const copy = this._generate();
    const condition = conjunctionForWhere(criteria.map((criterion) => expectWhere(criterion, "a WHEN of merge()")));
    copy._whens = [...this._whens, new MergeWhen(kind, condition, action, values)];
    return copy;
  }

  /** The values for columns, by key. @internal */
  _mergeValues(values: MergeValues<T>, place: string): MergeWhen["values"] {
    if (typeof values !== "object" || values === null || Array.isArray(values))
      throw new ArgumentError(`${place} takes an object of columns and values, or a Map.`);
    const pairs = entriesOf(values as never).map(([given, value]) => {
      const column = this._columnOf(given, place);
      return [column.key, expectCrudValue(value, `the value of "${column.key}"`, column.type, column.key)] as const;
    });
    if (pairs.length === 0) throw new ArgumentError(`${place} was given no values.`);
    return pairs;
  }

  /** The column that is meant by a key, an attribute's name, or itself. @internal */
  _columnOf(given: unknown, place: string): TargetColumn {
    const columns = this.table._collection;
    const isClass = typeof this._target === "function";
    const meant =
      typeof given !== "string" ? given : isClass ? (this._target as Readonly<Record<string, unknown>>)[given] : columns.get(given);
    const column = clauseOf(meant)?._identity as ColumnElement<unknown> | undefined;
    const found = column === undefined ? undefined : (columns.all().find((one) => one._identity === column) ?? null);
    if (found != null) return found as unknown as TargetColumn;
    const name = typeof given === "string" ? given : String(given);
    throw new ArgumentError(
      `${place} names "${name}", which "${this.table.description}" has no column for.${didYouMean(name, columns.keys())}`,
    );
  }
}

/** A MERGE behind `whenMatched(…)`: what is done? */
export class MergeMatched<R, T> {
  readonly #merge: Merge<R, T>;
  readonly #kind: MergeKind;
  readonly #criteria: readonly Condition[];

  constructor(merge: Merge<R, T>, kind: MergeKind, criteria: readonly Condition[]) {
    this.#merge = merge;
    this.#kind = kind;
    this.#criteria = criteria;
  }

  /**
   * Changes the row; columns with an `onupdate` get that too.
   * @throws ArgumentError for names that are no columns
   */
  thenUpdate(values: MergeValues<T>): Merge<R, T> {
    return this.#merge._when(this.#kind, this.#criteria, "UPDATE", this.#merge._mergeValues(values, "thenUpdate()"));
  }

  /** Deletes the row. */
  thenDelete(): Merge<R, T> {
    return this.#merge._when(this.#kind, this.#criteria, "DELETE");
  }

  /** Leaves the row as it is, whatever later WHENs say. */
  thenDoNothing(): Merge<R, T> {
    return this.#merge._when(this.#kind, this.#criteria, "DO NOTHING");
  }
}

/** A MERGE behind `whenNotMatched(…)`: what is done? */
export class MergeNotMatched<R, T> {
  readonly #merge: Merge<R, T>;
  readonly #criteria: readonly Condition[];

  constructor(merge: Merge<R, T>, criteria: readonly Condition[]) {
    this.#merge = merge;
    this.#criteria = criteria;
  }

  /**
   * Inserts a row; columns that are not named get their defaults. A default that is a function is called once for each execution.
   * @throws ArgumentError for names that are no columns
   */
  thenInsert(values: MergeValues<T>): Merge<R, T> {
    return this.#merge._when("NOT MATCHED", this.#criteria, "INSERT", this.#merge._mergeValues(values, "thenInsert()"));
  }

  /** Leaves the row of the source out, whatever later WHENs say. */
  thenDoNothing(): Merge<R, T> {
    return this.#merge._when("NOT MATCHED", this.#criteria, "DO NOTHING");
  }
}

/** A MERGE of which the source is not named yet. */
export class MergeInto<T> {
  readonly #target: DmlTarget;

  constructor(target: DmlTarget) {
    this.#target = target;
  }

  /**
   * Names the source: a table, an alias, a subquery, a CTE, or `values(…)`.
   * @param on - when a row of the source is meant for a row of the table
   */
  using(source: FromArgument, on: Condition): Merge<unknown[], T> {
    return new Merge<unknown[], T>(this.#target, source, on);
  }
}

/**
 * Starts a MERGE into a table or a mapped class. PostgreSQL 15 and later have it; SQLite, MySQL and MariaDB have upserts (`insert(…)` of
 * `athanor/sqlite` and `athanor/mysql`).
 * @example
 * merge(stock)
 *   .using(deliveries, stock.c.item.eq(deliveries.c.item))
 *   .whenMatched(deliveries.c.n.eq(0)).thenDelete()
 *   .whenMatched().thenUpdate({ n: stock.c.n.add(deliveries.c.n) })
 *   .whenNotMatched().thenInsert({ item: deliveries.c.item, n: deliveries.c.n })
 */
export function merge<T extends DmlTarget>(target: T): MergeInto<T> {
  return new MergeInto<T>(target);
}
