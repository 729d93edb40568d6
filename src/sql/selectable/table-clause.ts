import { checkName } from "../elements/quoted-name.ts";
import type { Field } from "../base/traversal.ts";
import { DmlTableRole, FROM_CLAUSE_ROLES } from "../base/roles.ts";
import { Slot } from "../base/late.ts";
import { ArgumentError } from "../../errors.ts";
import type { ClauseElement, CloneFn } from "../elements/clause-element.ts";
import type { ColumnClause } from "../elements/column-clause.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { Delete } from "../dml/delete.ts";
import type { Insert } from "../dml/insert.ts";
import type { InsertInto, UpdateOf } from "../dml/value-types.ts";
import type { Update } from "../dml/update.ts";
import { ColumnCollection, type LooseColumns } from "./column-collection.ts";
import { NamedFromClause, type FromClause } from "./from-clause.ts";

export const insertSlot: Slot<(table: TableClause) => Insert> = new Slot("insert");
export const updateSlot: Slot<(table: TableClause) => Update> = new Slot("update");
export const deleteSlot: Slot<(table: TableClause) => Delete> = new Slot("delete");

const ROLES = FROM_CLAUSE_ROLES | DmlTableRole.bit;

/**
 * A table by name, with columns and no more: what `table("t", column("x"))` gives. `Table` extends it.
 * See https://docs.sqlalchemy.org/en/21/core/selectable.html#sqlalchemy.sql.expression.TableClause
 */
export class TableClause<C = LooseColumns, N extends string = string> extends NamedFromClause<C, N> {
  // its columns name it: the key says it once and refers to it from then on
  static override readonly identityCounts: boolean = true;
  static override readonly fields: readonly Field[] = [
    ["_columnList", "clauses"],
    ["name", "plain"],
    ["_schema", "plain", null],
  ];

  readonly name: string;
  /** @internal */
  _schema: string | null;

  constructor(name: string, columns: readonly ColumnClause<unknown>[] = [], options: { readonly schema?: string | null } = {}) {
    super();
    this.name = checkName(name);
    this._schema = options.schema == null ? null : checkName(options.schema);
    this._columns = new ColumnCollection();
    this._primaryKey = new Set();
    this._foreignKeys = new Set();
    for (const column of columns) this.appendColumn(column);
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitTable(this as unknown as TableClause, options);
  }

  override get _isTable(): boolean {
    return true;
  }

  override get schema(): string | null {
    return this._schema;
  }

  override get _roles(): number {
    return ROLES;
  }

  /** The name with its schema. */
  get fullname(): string {
    return this._schema === null ? this.name : `${this._schema}.${this.name}`;
  }

  /** @internal */
  get _columnList(): readonly object[] {
    return this._collection.all();
  }

  override get _fromObjects(): readonly FromClause[] {
    return [this as unknown as FromClause];
  }

  /** A table is never copied: it is the same one wherever it stands. @internal */
  override _clone(): this {
    return this;
  }

  /** @internal */
  override _copyInternals(_clone: CloneFn): void {}

  /** @internal */
  override _children(): readonly ClauseElement[] {
    return [];
  }

  /** The column that the database numbers by itself; null for a table that is only known by name. @internal */
  get _autoincrementColumn(): ColumnClause<unknown> | null {
    return null;
  }

  /** Whether a single INSERT may ask for the new key by RETURNING of its own accord. @internal */
  get implicitReturning(): boolean {
    return false;
  }

  /** Adds a column. @internal */
  appendColumn(column: ColumnClause<unknown>): void {
    if (column.table !== null && column.table !== undefined && (column.table as object) !== this) {
      throw new ArgumentError(
        `The column "${column.key ?? ""}" already belongs to "${column.table.description}", so it cannot be added to "${this.name}".`,
      );
    }
    this._columns!.add(column, column.key ?? column.name);
    column.table = this as unknown as FromClause;
  }

  /** An INSERT into this table. */
  insert<T extends object>(this: T): Insert<unknown[], InsertInto<T>> {
    return insertSlot.call(this as unknown as TableClause) as never;
  }

  /** An UPDATE of this table. */
  update<T extends object>(this: T): Update<unknown[], UpdateOf<T>> {
    return updateSlot.call(this as unknown as TableClause) as never;
  }

  /** A DELETE from this table. */
  delete(): Delete {
    return deleteSlot.call(this as unknown as TableClause);
  }
}
