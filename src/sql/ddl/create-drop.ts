import { ArgumentError } from "../../errors.ts";
import { describe } from "../base/coercions.ts";
import type { DdlCompiler } from "../compiler/ddl-compiler.ts";
import { type NameArgument, QuotedName } from "../elements/quoted-name.ts";
import { Column } from "../schema/column.ts";
import { Constraint } from "../schema/constraints.ts";
import type { ForeignKeyConstraint } from "../schema/foreign-key.ts";
import type { DdlIfOptions } from "../schema/schema-item.ts";
import { Sequence } from "../schema/sequence.ts";
import { Index } from "../schema/table-index.ts";
import { Table } from "../schema/table.ts";
import { DdlElement } from "./ddl-element.ts";

/** Options of statements that create. */
export interface CreateOptions {
  readonly ifNotExists?: boolean;
}

/** Options of statements that drop. */
export interface DropOptions {
  readonly ifExists?: boolean;
}

/** A DDL statement about one thing. */
abstract class CreateDrop<E> extends DdlElement {
  readonly element: E;

  constructor(element: E) {
    super();
    this.element = element;
    if (typeof element === "object") this.target = element as object;
    this._ddlIf = (element as { readonly _ddlIf?: DdlIfOptions | null })._ddlIf ?? null;
  }
}

abstract class Create<E> extends CreateDrop<E> {
  readonly ifNotExists: boolean;

  constructor(element: E, options: CreateOptions) {
    super(element);
    this.ifNotExists = options.ifNotExists === true;
  }
}

abstract class Drop<E> extends CreateDrop<E> {
  readonly ifExists: boolean;

  constructor(element: E, options: DropOptions) {
    super(element);
    this.ifExists = options.ifExists === true;
  }
}

function expect<E>(value: unknown, type: abstract new (...args: never[]) => E, statement: string): E {
  if (value instanceof type) return value;
  throw new ArgumentError(`new ${statement}() takes a ${type.name}, not ${describe(value)}.`);
}

/** Options of {@link CreateTable}. */
export interface CreateTableOptions extends CreateOptions {
  /** the foreign keys that are part of the statement; all unless told */
  readonly includeForeignKeyConstraints?: readonly ForeignKeyConstraint[] | ReadonlySet<ForeignKeyConstraint>;
}

/** CREATE TABLE */
export class CreateTable extends Create<Table> {
  readonly includeForeignKeyConstraints: ReadonlySet<ForeignKeyConstraint> | null;

  constructor(table: object, options: CreateTableOptions = {}) {
    super(expect(table, Table, "CreateTable") as Table, options);
    const include = options.includeForeignKeyConstraints;
    this.includeForeignKeyConstraints = include === undefined ? null : new Set(include);
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitCreateTable(this);
  }
}

/** DROP TABLE */
export class DropTable extends Drop<Table> {
  constructor(table: object, options: DropOptions = {}) {
    super(expect(table, Table, "DropTable") as Table, options);
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitDropTable(this);
  }
}

/** A column as it stands in CREATE TABLE. */
export class CreateColumn extends CreateDrop<Column<unknown>> {
  /** It is the first column of its table's primary key. @internal */
  readonly _isFirstPrimaryKey: boolean;

  constructor(column: object, isFirstPrimaryKey = false) {
    super(expect(column, Column, "CreateColumn"));
    this._isFirstPrimaryKey = isFirstPrimaryKey;
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitCreateColumn(this);
  }
}

/** CREATE INDEX */
export class CreateIndex extends Create<Index> {
  constructor(index: Index, options: CreateOptions = {}) {
    super(expect(index, Index, "CreateIndex"), options);
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitCreateIndex(this);
  }
}

/** DROP INDEX */
export class DropIndex extends Drop<Index> {
  constructor(index: Index, options: DropOptions = {}) {
    super(expect(index, Index, "DropIndex"), options);
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitDropIndex(this);
  }
}

/** CREATE SEQUENCE */
export class CreateSequence extends Create<Sequence> {
  constructor(sequence: Sequence, options: CreateOptions = {}) {
    super(expect(sequence, Sequence, "CreateSequence"), options);
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitCreateSequence(this);
  }
}

/** DROP SEQUENCE */
export class DropSequence extends Drop<Sequence> {
  constructor(sequence: Sequence, options: DropOptions = {}) {
    super(expect(sequence, Sequence, "DropSequence"), options);
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitDropSequence(this);
  }
}

function expectName(name: unknown, statement: string): NameArgument {
  if ((typeof name === "string" && name !== "") || name instanceof QuotedName) return name;
  throw new ArgumentError(`new ${statement}() takes the name of a schema, not ${describe(name)}.`);
}

/** CREATE SCHEMA */
export class CreateSchema extends Create<NameArgument> {
  constructor(name: NameArgument, options: CreateOptions = {}) {
    super(expectName(name, "CreateSchema"), options);
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitCreateSchema(this);
  }
}

/** DROP SCHEMA */
export class DropSchema extends Drop<NameArgument> {
  readonly cascade: boolean;

  constructor(name: NameArgument, options: DropOptions & { readonly cascade?: boolean } = {}) {
    super(expectName(name, "DropSchema"), options);
    this.cascade = options.cascade === true;
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitDropSchema(this);
  }
}

/** ALTER TABLE … ADD CONSTRAINT */
export class AddConstraint extends CreateDrop<Constraint> {
  /** @param options - isolateFromTable: the constraint is no longer part of CREATE TABLE; true unless told */
  constructor(constraint: Constraint, options: { readonly isolateFromTable?: boolean } = {}) {
    super(expect(constraint, Constraint, "AddConstraint"));
    if (options.isolateFromTable !== false) constraint._isolated = true;
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitAddConstraint(this);
  }
}

/** ALTER TABLE … DROP CONSTRAINT */
export class DropConstraint extends Drop<Constraint> {
  readonly cascade: boolean;

  constructor(constraint: Constraint, options: DropOptions & { readonly cascade?: boolean; readonly isolateFromTable?: boolean } = {}) {
    super(expect(constraint, Constraint, "DropConstraint"), options);
    this.cascade = options.cascade === true;
    if (options.isolateFromTable === true) constraint._isolated = true;
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitDropConstraint(this);
  }
}
