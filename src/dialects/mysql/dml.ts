import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import { expectCrudValue, expectDmlColumn, expectLimitOffset } from "../../sql/base/coercions.ts";
import { Blank } from "../../sql/base/generative.ts";
import { SyntaxExtension } from "../../sql/base/syntax-extension.ts";
import type { Field } from "../../sql/base/traversal.ts";
import type { SqlCompiler } from "../../sql/compiler/sql-compiler.ts";
import type { VisitOptions } from "../../sql/compiler/visit-options.ts";
import { type AttributeColumns, attributeColumnsOf, columnsByAttribute } from "../../sql/dml/attribute-columns.ts";
import type { Delete } from "../../sql/dml/delete.ts";
import { begun, entriesOf, NO_TABLE, type DmlPair, type DmlValues, type ReturningOptions, typeOfKey } from "../../sql/dml/dml-base.ts";
import { type DmlTarget, Insert } from "../../sql/dml/insert.ts";
import type { AnyWrite, ColumnsOf, InsertInto, WithValues, WriteTypes } from "../../sql/dml/value-types.ts";
import type { Update } from "../../sql/dml/update.ts";
import type { BindParameter } from "../../sql/elements/bind-parameter.ts";
import { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { literal } from "../../sql/elements/constructors.ts";
import { Alias } from "../../sql/selectable/alias.ts";
import type { ColumnRecord, Columns } from "../../sql/selectable/column-collection.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import type { SelectArgument, SelectShape, SelectedValue, TupleRow } from "../../sql/selectable/select-types.ts";
import { IntegerType } from "../../sql/types/numeric.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import { warn } from "../../util/warn.ts";
import { mysqlFlags } from "./flags.ts";

/** The row that was to be inserted, as ON DUPLICATE KEY UPDATE may name it. */
export class InsertedAlias extends Alias {
  static override readonly inheritCache: boolean = true;
}

/** Columns and values by key, in a Map by column, or as pairs in the order in which they are to be set. */
export type DuplicateKeyValues =
  | DmlValues
  | Columns<ColumnRecord>
  | readonly (readonly [column: string | ColumnElement<unknown>, value: unknown])[];

/** `ON DUPLICATE KEY UPDATE …` behind the VALUES of an INSERT. */
export class OnDuplicateClause extends ClauseElement {
  static override readonly fields: readonly Field[] = [
    ["ordered", "plain"],
    ["update", "clausePairs"],
  ];

  /** the values are set in the order in which they were given, rather than in that of the columns */
  readonly ordered: boolean;
  update: readonly DmlPair[];

  /** @param attributes - the columns by the names of attributes, for a mapped class */
  constructor(values: DuplicateKeyValues, table: FromClause, attributes: AttributeColumns | null = null) {
    super();
    if (typeof values !== "object" || values === null)
      throw new ArgumentError("onDuplicateKeyUpdate() takes columns and their new values.");
    this.ordered = Array.isArray(values);
    const entries = this.ordered
      ? (values as readonly (readonly [string | ColumnElement<unknown>, unknown])[])
      : entriesOf(values as DmlValues);
    if (entries.length === 0) throw new ArgumentError("onDuplicateKeyUpdate() was given nothing to set.");
    this.update = entries.map(([key, value]): DmlPair => {
      const named = expectDmlColumn(key, "onDuplicateKeyUpdate()");
      const column = typeof named === "string" ? (attributes?.get(named) ?? named) : named;
      const name = typeof column === "string" ? column : (column.key ?? "");
      return [column, expectCrudValue(value, `"${name}" in onDuplicateKeyUpdate()`, typeOfKey(table, column), name)];
    });
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    if (!("insertedColumn" in compiler)) compiler.unsupported("ON DUPLICATE KEY UPDATE");
    const statement = compiler.enclosing?.selectable as Insert<unknown>;
    const { table } = statement;
    const values = new Map<string, ClauseElement>();
    for (const [key, value] of this.update) values.set(typeof key === "string" ? key : (key.key ?? ""), value);
    const columns = table._collection.all();
    const keys = this.ordered ? [...values.keys()] : columns.map((column) => column.key ?? "");
    const texts: string[] = [];
    for (const key of keys) {
      const column = table._collection.get(key);
      let value = values.get(key);
      if (column === undefined || value === undefined) continue;
      values.delete(key);
      if (value._isBindParameter && (value as BindParameter<unknown>).type.isNull) value = value._withBinaryElementType(column.type);
      texts.push(
        `${compiler.preparer.quote(column.name ?? "")} = ${compiler.process(value.selfGroup(), { ...options, useSchema: false })}`,
      );
    }
    if (values.size > 0) {
      warn(`onDuplicateKeyUpdate() names what "${table.description ?? "the table"}" has no column for: ${[...values.keys()].join(", ")}.`);
    }
    const alias = aliasOfNewRow(compiler, statement);
    return `${alias === null ? "" : `AS ${alias} `}ON DUPLICATE KEY UPDATE ${texts.join(", ")}`;
  }
}

/** The alias by which newer servers name the new row; null where it is VALUES(column). */
export function aliasOfNewRow(compiler: SqlCompiler, statement: Insert<unknown>): string | null {
  if (statement._select !== null || !mysqlFlags(compiler.dialect).requiresAliasForOnDuplicateKey) return null;
  return statement.table.description?.toLowerCase() === "new" ? "new_1" : "new";
}

/**
 * An INSERT with ON DUPLICATE KEY UPDATE.
 * @see https://dev.mysql.com/doc/refman/8.4/en/insert-on-duplicate.html
 */
export class MysqlInsert<R = unknown[], S extends WriteTypes = AnyWrite, A = unknown> extends Insert<R, S, A> {
  static override readonly inheritCache: boolean = true;

  override values(values: S["values"]): MysqlInsert<R, WithValues<S>, A>;
  override values(values: unknown): never {
    return this._withValues(values) as never;
  }

  /** @internal */
  _inserted: Columns<ColumnRecord> | null = null;

  /** The row that was to be inserted, for the values of onDuplicateKeyUpdate(): its columns by key, or by attribute for a mapped class. */
  get inserted(): Columns<ColumnsOf<S["target"]>, "inserted"> {
    this._inserted ??= columnsByAttribute(new InsertedAlias(this.table, "inserted"), attributeColumnsOf(this));
    return this._inserted as unknown as Columns<ColumnsOf<S["target"]>, "inserted">;
  }

  /**
   * Changes the existing row where a new one would have the key of it: values by key, or pairs in the order in which they are to be set.
   * @throws InvalidRequestError when the INSERT has such a clause already
   * @example insert(counters).values({ key: "a", n: 1 }).onDuplicateKeyUpdate({ n: counters.c.n.add(1) })
   */
  onDuplicateKeyUpdate(values: DuplicateKeyValues): this {
    if (this._extensions.some(([, element]) => element instanceof OnDuplicateClause))
      throw new InvalidRequestError("This INSERT has an ON DUPLICATE KEY UPDATE already.");
    const copy = this._generate();
    copy.applySyntaxExtensionPoint(
      (existing) => [...existing, new OnDuplicateClause(values, this.table, attributeColumnsOf(this))],
      "postValues",
    );
    return copy;
  }

  override returning<const C extends readonly SelectArgument[]>(...columns: C): MysqlInsert<TupleRow<C>, S, C>;
  override returning<const C extends readonly SelectArgument[]>(...args: [...C, ReturningOptions]): MysqlInsert<TupleRow<C>, S, C>;
  override returning<const H extends SelectShape>(shape: H): MysqlInsert<{ -readonly [K in keyof H]: SelectedValue<H[K]> }, S, H>;
  override returning(...args: readonly unknown[]): never {
    return this._addReturning(args) as never;
  }
}

const blank = new Blank(() => new MysqlInsert(NO_TABLE as never));

/** Starts an INSERT that knows ON DUPLICATE KEY UPDATE. */
export function insert<T extends DmlTarget>(table: T): MysqlInsert<unknown[], InsertInto<T>> {
  return begun(blank, table, "insert()") as never;
}

const INTEGER: TypeEngine<unknown> = new IntegerType() as TypeEngine<unknown>;

/** `LIMIT n` behind the conditions of an UPDATE or DELETE. */
export class DmlLimit extends SyntaxExtension {
  static override readonly fields: readonly Field[] = [["limit", "clause"]];

  limit: ClauseElement;

  constructor(limit: number | ColumnElement<unknown>) {
    super();
    const clause = expectLimitOffset(limit, "limit()", (value) => literal(value, INTEGER) as ColumnElement<unknown>);
    if (clause === null) throw new ArgumentError("limit() takes a number.");
    this.limit = clause;
  }

  override applyToUpdate(update: Update<unknown>): void {
    update.applySyntaxExtensionPoint((existing) => this.appendReplacingSameType(existing), "postCriteria");
  }

  override applyToDelete(statement: Delete<unknown>): void {
    statement.applySyntaxExtensionPoint((existing) => this.appendReplacingSameType(existing), "postCriteria");
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    if (!("insertedColumn" in compiler) && compiler.dialect.name !== "default") compiler.unsupported("LIMIT of an UPDATE or DELETE");
    return `LIMIT ${compiler.process(this.limit, { ...options, literalExecute: true })}`;
  }
}

/**
 * At most so many rows are changed or deleted. For `update(…).ext(…)` and `delete_(…).ext(…)`.
 * @example update(jobs).values({ state: "taken" }).where(jobs.c.state.eq("new")).ext(limit(5))
 */
export function limit(limit: number | ColumnElement<unknown>): DmlLimit {
  return new DmlLimit(limit);
}
