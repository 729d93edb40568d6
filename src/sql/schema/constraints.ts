import { ArgumentError, ConstraintColumnNotFoundError, InvalidRequestError } from "../../errors.ts";
import { clauseOf, describe } from "../base/coercions.ts";
import { type DialectOptionSet, dialectOptionsOf } from "../base/dialect-options.ts";
import type { EVENTS } from "../../event/registry.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { DdlCompiler } from "../compiler/ddl-compiler.ts";
import { type ClauseElement, noCompilation } from "../elements/clause-element.ts";
import { ColumnClause } from "../elements/column-clause.ts";
import { QuotedName } from "../elements/quoted-name.ts";
import { TextClause } from "../elements/text-clause.ts";
import { columnsIn } from "./columns-in.ts";
import type { Column } from "./column.ts";
import type { SchemaItemEvents } from "./events.ts";
import { type ConventionKind, conventionName } from "./naming-convention.ts";
import {
  conditionHolds,
  type DdlCondition,
  ddlCondition,
  type DdlContext,
  type DdlIfOptions,
  type Info,
  type ItemName,
  nextCreationOrder,
  SchemaItem,
} from "./schema-item.ts";
import type { Table } from "./table.ts";

/** Options of all constraints. */
export interface ConstraintOptions {
  readonly name?: ItemName;
  readonly deferrable?: boolean;
  readonly initially?: "DEFERRED" | "IMMEDIATE";
  readonly comment?: string | null;
  readonly info?: Info;
  /** a dialect's own option, such as `sqliteOnConflict` */
  readonly [dialectOption: string]: unknown;
}

/** A column as it is given to a constraint: itself, or its key. */
export type ColumnArgument = string | object;

const OWN: ReadonlySet<string> = new Set([
  "name",
  "deferrable",
  "initially",
  "comment",
  "info",
  "useAlter",
  "onupdate",
  "ondelete",
  "match",
  "linkToName",
]);

/** A constraint of a table. */
export abstract class Constraint extends SchemaItem {
  declare readonly [EVENTS]?: SchemaItemEvents<Constraint>;
  readonly deferrable: boolean | null;
  readonly initially: string | null;
  readonly comment: string | null;
  readonly dialectOptions: DialectOptionSet;
  /** The table; null until it is attached to one. */
  _table: Table | null = null;
  /** @internal */
  _givenName: ItemName;
  /** @internal */
  _creationOrder: number;
  /** Made by a type (the CHECK of a boolean), and made anew in copies of the column. @internal */
  _typeBound = false;
  /** @internal */
  _ddlIf: DdlIfOptions | null = null;
  /** An ALTER TABLE makes it, so that it is left out of CREATE TABLE. @internal */
  _isolated = false;
  /** Whether a dialect wants it at all; set by types. @internal */
  _createRule: ((dialect: SqlDialect) => boolean) | null = null;

  abstract readonly conventionKind: ConventionKind;

  constructor(options: ConstraintOptions) {
    super();
    this._givenName = checkItemName(options.name);
    this.deferrable = options.deferrable ?? null;
    this.initially = options.initially ?? null;
    this.comment = options.comment ?? null;
    if (options.info !== undefined) this._info = options.info;
    this.dialectOptions = dialectOptionsOf(this.constructor.name, options, OWN);
    this._creationOrder = nextCreationOrder();
  }

  /** How the DDL compiler writes it. @internal */
  _accept(compiler: DdlCompiler): string | null {
    throw noCompilation(this, compiler.dialect.name);
  }

  /** The table that it belongs to. */
  get table(): Table {
    if (this._table === null)
      throw new InvalidRequestError(`This constraint is not bound to a table. Did you mean to call table.appendConstraint(constraint)?`);
    return this._table;
  }

  /** The name: as given, or as the naming convention makes it; null when it has none. */
  get name(): string | null {
    const name = this._resolvedName;
    return name === null ? null : String(name);
  }

  /** @internal */
  get _resolvedName(): ItemName {
    return this._table === null ? this._givenName : conventionName(this as never, this._table);
  }

  /** @internal */
  get _namedColumns(): readonly Column<unknown>[] {
    return [];
  }

  /**
   * Makes it part of the DDL only for some dialects, or when a function says so.
   * @param when - the name of a dialect or several, a function, or `{ dialect, callable, state }`
   * @returns the constraint itself
   * @example checkConstraint("x > 5").ddlIf("postgresql")
   */
  ddlIf(when: DdlCondition): this {
    this._ddlIf = ddlCondition(when);
    return this;
  }

  /** Whether it is written on a dialect. @internal */
  _shouldCreate(dialect: SqlDialect, context: Partial<DdlContext> = {}): boolean {
    return (
      (this._createRule === null || this._createRule(dialect)) &&
      conditionHolds(this._ddlIf, dialect, () => ({ ddl: this, runner: null, tables: null, checkFirst: 0, ...context, target: this }))
    );
  }

  override _setParent(parent: object): void {
    const table = parent as Table;
    this._table = table;
    table._constraints.add(this);
  }

  /** A copy for a copy of the table. @internal */
  abstract _copy(target: Table): Constraint;

  /** @internal */
  protected _options(): ConstraintOptions {
    const options: Record<string, unknown> = { name: this._givenName };
    if (this.deferrable !== null) options["deferrable"] = this.deferrable;
    if (this.initially !== null) options["initially"] = this.initially;
    if (this.comment !== null) options["comment"] = this.comment;
    for (const [dialect, values] of this.dialectOptions) {
      for (const [key, value] of Object.entries(values)) options[`${dialect}${key.charAt(0).toUpperCase()}${key.slice(1)}`] = value;
    }
    return options as ConstraintOptions;
  }

  /** @internal */
  _copied<C extends Constraint>(copy: C): C {
    if (this._info !== null) copy._info = { ...this._info };
    copy._ddlIf = this._ddlIf;
    copy._createRule = this._createRule;
    return copy;
  }
}

/** A name as it was given. */
export function checkItemName(name: unknown): ItemName {
  if (name === undefined || name === null) return null;
  if (typeof name === "string" || name instanceof QuotedName) return name;
  throw new ArgumentError(`The name of a constraint or index must be a string, not ${describe(name)}.`);
}

/** The column object that was given to a constraint, or its key. */
export function columnArgument(argument: unknown, kind: string): string | Column<unknown> {
  if (typeof argument === "string") return argument;
  const clause = clauseOf(argument);
  if (clause instanceof ColumnClause) return clause._identity as Column<unknown>;
  throw new ArgumentError(`A ${kind} takes columns or the keys of columns, not ${describe(argument)}.`);
}

/** A constraint over columns. */
export abstract class ColumnCollectionConstraint extends Constraint {
  /** @internal */
  _pending: (string | Column<unknown>)[];
  /** @internal */
  _columns: Column<unknown>[] | null = null;
  /** Made by `unique: true` or `index: true` of a column. @internal */
  _columnFlag = false;

  constructor(columns: readonly (string | Column<unknown>)[], options: ConstraintOptions, autoattach = true) {
    super(options);
    this._pending = [...columns];
    if (autoattach && columns.length > 0) attachWhenReady(this, columns);
  }

  /** The columns. */
  get columns(): readonly Column<unknown>[] {
    return this._columns ?? this._pending.filter((column): column is Column<unknown> => typeof column !== "string");
  }

  get length(): number {
    return this._pending.length;
  }

  *[Symbol.iterator](): IterableIterator<Column<unknown>> {
    yield* this.columns;
  }

  override get _namedColumns(): readonly Column<unknown>[] {
    return this.columns;
  }

  /** Whether it is over this column. */
  containsColumn(column: Column<unknown>): boolean {
    return this.columns.includes(column._identity as Column<unknown>);
  }

  override _setParent(parent: object): void {
    const table = parent as Table;
    this._columns = resolveColumns(this._pending, table, this.constructor.name);
    super._setParent(parent);
  }

  /** The keys of the columns. @internal */
  get _keys(): string[] {
    return this._pending.map((column) => (typeof column === "string" ? column : column.key));
  }
}

/** The columns of a table that a constraint names. */
export function resolveColumns(pending: readonly (string | Column<unknown>)[], table: Table, kind: string): Column<unknown>[] {
  return pending.map((column) => {
    if (typeof column !== "string") {
      const own = column.table as unknown as Table | null;
      if (own !== null && own !== table) {
        throw new ArgumentError(
          `A ${kind} of the table "${table.description}" was given the column "${column.key}" of the table "${own.description}".`,
        );
      }
      return column;
    }
    const found = table._collection.get(column) as Column<unknown> | undefined;
    if (found === undefined) {
      throw new ConstraintColumnNotFoundError(
        `Can't create ${kind} on table "${table.description}": no column named "${column}" is present. Its columns are: ${table._collection.keys().join(", ") || "none"}.`,
      );
    }
    return found;
  });
}

/**
 * Attaches a constraint or index to the table of the columns that it was given: at once where they have one, else as soon as they do.
 */
export function attachWhenReady(item: SchemaItem & { _table: Table | null }, columns: readonly (string | ClauseElement)[]): void {
  const objects = columns.filter((column): column is Column<unknown> => isSchemaColumn(column));
  if (objects.length === 0 || columns.some((column) => typeof column === "string")) return;
  const tryAttach = (): void => {
    if (item._table !== null) return;
    const table = objects[0]!.table as unknown as Table | null;
    if (table === null || objects.some((column) => column.table !== objects[0]!.table)) {
      if (objects.every((column) => column.table !== null)) {
        throw new ArgumentError(`The columns of a ${item.constructor.name} belong to different tables.`);
      }
      return;
    }
    if ((table as { _constraints?: unknown })._constraints === undefined) return;
    item._attachTo(table);
  };
  tryAttach();
  if (item._table === null) for (const column of objects) if (column.table === null) column._onTableAttach(tryAttach);
}

function isSchemaColumn(column: unknown): column is Column<unknown> {
  return column instanceof ColumnClause && (column as { _isSchemaColumn?: boolean })._isSchemaColumn === true;
}

/** CHECK: a condition that every row must meet. */
export class CheckConstraint extends Constraint {
  override readonly conventionKind: ConventionKind = "ck";
  readonly sqltext: ClauseElement;
  /** Whether it stands beside its column rather than at the end of the table. @internal */
  _columnLevel: Column<unknown> | null = null;

  /**
   * @param sqltext - an expression, or text, which is SQL and is written as it is
   */
  constructor(sqltext: string | ClauseElement, options: ConstraintOptions = {}, autoattach = true) {
    super(options);
    this.sqltext = typeof sqltext === "string" ? new TextClause(sqltext) : expectClause(sqltext, "checkConstraint()");
    if (autoattach) attachWhenReady(this, columnsIn(this.sqltext));
  }

  override _accept(compiler: DdlCompiler): string | null {
    return compiler.visitCheckConstraint(this);
  }

  override get _namedColumns(): readonly Column<unknown>[] {
    return columnsIn(this.sqltext) as unknown as readonly Column<unknown>[];
  }

  override _setParent(parent: object): void {
    if ((parent as { _isSchemaColumn?: boolean })._isSchemaColumn === true) {
      const column = parent as Column<unknown>;
      this._columnLevel = column;
      column.constraints.add(this);
      column._onTableAttach((table) => {
        this._table = table;
      });
      return;
    }
    super._setParent(parent);
  }

  /** A copy for a copy of the column that it stands beside. @internal */
  _copyForColumn(): CheckConstraint {
    return this._copied(new CheckConstraint(this.sqltext, this._options(), false));
  }

  override _copy(target: Table): Constraint {
    const text = target._copiedClause(this.sqltext, this._table);
    return this._copied(new CheckConstraint(text, this._options(), false));
  }
}

function expectClause(value: unknown, place: string): ClauseElement {
  const clause = clauseOf(value);
  if (clause === null) throw new ArgumentError(`${place} takes a SQL expression, or SQL as a string, not ${describe(value)}.`);
  return clause;
}

/** UNIQUE over one column or several. */
export class UniqueConstraint extends ColumnCollectionConstraint {
  /** @internal */
  readonly _isUnique: boolean = true;
  override readonly conventionKind: ConventionKind = "uq";

  override _accept(compiler: DdlCompiler): string | null {
    return compiler.visitUniqueConstraint(this);
  }

  override _copy(_target: Table): Constraint {
    return this._copied(new UniqueConstraint(this._keys, this._options(), false));
  }
}

/** The primary key of a table. Every table has one, though it may have no columns. */
export class PrimaryKeyConstraint extends ColumnCollectionConstraint {
  override readonly conventionKind: ConventionKind = "pk";
  /** It follows from the columns' `primaryKey: true` rather than having been given. @internal */
  _implicitGenerated: boolean;
  /** Remembered; not known before the first question, which may come before the constructor ends. @internal */
  declare _autoincrementMemo: Column<unknown> | null | undefined;

  constructor(columns: readonly (string | Column<unknown>)[], options: ConstraintOptions = {}, implicit = false) {
    super(columns, options, !implicit);
    this._implicitGenerated = implicit;
  }

  override _accept(compiler: DdlCompiler): string | null {
    return compiler.visitPrimaryKeyConstraint(this);
  }

  override _setParent(parent: object): void {
    const table = parent as Table;
    const before = table._primaryKeyConstraint;
    if (before !== this) {
      if (before !== null) table._constraints.delete(before);
      table._primaryKeyConstraint = this;
    }
    const flagged = table._collection.all().filter((column) => column.primaryKey) as Column<unknown>[];
    super._setParent(parent);
    const own = this._columns!;
    if (own.length > 0) {
      if (flagged.length > 0 && (flagged.length !== own.length || flagged.some((column) => !own.includes(column)))) {
        throw new ArgumentError(
          `The table "${table.name}" marks the columns ${names(flagged)} as primary key, but its primaryKeyConstraint names ${names(own)}; make both the same, or mark none.`,
        );
      }
      for (const column of own) {
        column.primaryKey = true;
        if (column._userNullable === null) column.nullable = false;
      }
    } else {
      this._columns = [...flagged];
    }
    this._forget();
  }

  /** Adds or takes a column, as it is appended to the table or replaced. @internal */
  _replace(column: Column<unknown>, replaced: Column<unknown> | null): void {
    this._columns ??= [];
    const at = replaced === null ? -1 : this._columns.indexOf(replaced);
    if (at !== -1) this._columns.splice(at, 1);
    if (column.primaryKey && !this._columns.includes(column)) this._columns.push(column);
    this._forget();
  }

  /** @internal */
  _forget(): void {
    this._autoincrementMemo = undefined;
  }

  /** The columns, that which numbers itself first. @internal */
  get _columnsAutoincFirst(): readonly Column<unknown>[] {
    const auto = this._autoincrementColumn;
    return auto === null ? this.columns : [auto, ...this.columns.filter((column) => column !== auto)];
  }

  /** The column that the database numbers by itself, if there is one. @internal */
  get _autoincrementColumn(): Column<unknown> | null {
    if (this._autoincrementMemo === undefined) this._autoincrementMemo = findAutoincrement(this.columns);
    return this._autoincrementMemo;
  }

  override _copy(_target: Table): Constraint {
    const copy = new PrimaryKeyConstraint(this._keys, this._options(), true);
    copy._implicitGenerated = this._implicitGenerated;
    return this._copied(copy);
  }
}

const names = (columns: readonly Column<unknown>[]): string => columns.map((column) => `"${column.key}"`).join(", ");

function findAutoincrement(columns: readonly Column<unknown>[]): Column<unknown> | null {
  if (columns.length === 1) {
    const column = columns[0]!;
    if (column.autoincrement === true) {
      canAutoincrement(column, true);
      return column;
    }
    return (column.autoincrement === "auto" || column.autoincrement === "ignoreFk") && canAutoincrement(column, false) ? column : null;
  }
  let found: Column<unknown> | null = null;
  for (const column of columns) {
    if (column.autoincrement !== true) continue;
    canAutoincrement(column, true);
    if (found !== null)
      throw new ArgumentError(
        `Only one column of a primary key can have { autoincrement: true }, not both "${found.key}" and "${column.key}".`,
      );
    found = column;
  }
  return found;
}

function canAutoincrement(column: Column<unknown>, demanded: boolean): boolean {
  if (!demanded) {
    if (column.foreignKeys.size > 0 && column.autoincrement !== "ignoreFk") return false;
    if (column.default !== null && !column.default.isSequence) return false;
    if (column.serverDefault !== null && !column.serverDefault.isIdentity) return false;
  }
  const affinity = column.type.affinity;
  if (affinity === "integer" || affinity === "numeric") return true;
  if (demanded)
    throw new ArgumentError(`The column "${column.key}" has { autoincrement: true }, but its type ${String(column.type)} is no integer.`);
  return false;
}
