import { CompileError } from "../../errors.ts";
import { registerDialectOptions } from "../../sql/base/dialect-options.ts";
import { DdlCompiler } from "../../sql/compiler/ddl-compiler.ts";
import type { CreateIndex } from "../../sql/ddl/create-drop.ts";
import type { CreateView } from "../../sql/ddl/create-view.ts";
import { CreateTrigger } from "../../sql/ddl/programs.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { Column } from "../../sql/schema/column.ts";
import type { CheckConstraint, Constraint, PrimaryKeyConstraint, UniqueConstraint } from "../../sql/schema/constraints.ts";
import type { ForeignKeyConstraint } from "../../sql/schema/foreign-key.ts";
import type { Table } from "../../sql/schema/table.ts";

registerDialectOptions("sqlite", "Table", { autoincrement: false, withRowid: true, strict: false });
registerDialectOptions("sqlite", "CreateView", { ifNotExists: false });
registerDialectOptions("sqlite", "Index", { where: null });
registerDialectOptions("sqlite", "Column", { onConflictPrimaryKey: null, onConflictNotNull: null, onConflictUnique: null });
for (const kind of ["CheckConstraint", "UniqueConstraint", "PrimaryKeyConstraint", "ForeignKeyConstraint"]) {
  registerDialectOptions("sqlite", kind, { onConflict: null });
}

const ON_CONFLICT = /^(?:ROLLBACK|ABORT|FAIL|IGNORE|REPLACE)$/i;

/**
 * Writes DDL for SQLite.
 * See https://www.sqlite.org/lang_createtable.html
 */
export class SqliteDdlCompiler extends DdlCompiler {
  override getColumnSpecification(column: Column<unknown>, _firstPrimaryKey: boolean): string {
    let text = `${this.preparer.formatColumn(column)} ${this.columnType(column)}`;
    const serverDefault = this.getColumnDefaultString(column);
    if (serverDefault !== null) {
      const bare = /^\s*['"(]/.test(serverDefault) || !/\W/.test(serverDefault);
      text += bare ? ` DEFAULT ${serverDefault}` : ` DEFAULT (${serverDefault})`;
    }
    if (!column.nullable) text += ` NOT NULL${this.onConflict(this.option(column, "Column", "onConflictNotNull"))}`;
    if (column.primaryKey) {
      const table = column.table as unknown as Table;
      if (column.autoincrement === true && table.primaryKey.columns.length !== 1) {
        throw new CompileError("SQLite does not support autoincrement for composite primary keys");
      }
      if (this.hasInlinePrimaryKey(column, table)) {
        text += ` PRIMARY KEY${this.onConflict(this.option(column, "Column", "onConflictPrimaryKey"))} AUTOINCREMENT`;
      }
    }
    if (column.computed !== null) text += ` ${column.computed._accept(this)}`;
    return text;
  }

  /** AUTOINCREMENT can stand with the column only. */
  hasInlinePrimaryKey(column: Column<unknown>, table: Table): boolean {
    return (
      this.option(table, "Table", "autoincrement") === true &&
      table.primaryKey.columns.length === 1 &&
      column.primaryKey &&
      column.foreignKeys.size === 0 &&
      column.type.affinity === "integer"
    );
  }

  onConflict(given: unknown): string {
    return given == null ? "" : ` ON CONFLICT ${this.preparer.validateSqlPhrase(String(given), ON_CONFLICT)}`;
  }

  override visitPrimaryKeyConstraint(constraint: PrimaryKeyConstraint): string | null {
    const [column] = constraint.columns;
    if (column !== undefined && this.hasInlinePrimaryKey(column, constraint.table)) return null;
    const text = super.visitPrimaryKeyConstraint(constraint);
    return text === null ? null : text + this.constraintOnConflict(constraint, constraint.columns, "onConflictPrimaryKey");
  }

  override visitUniqueConstraint(constraint: UniqueConstraint): string | null {
    const text = super.visitUniqueConstraint(constraint);
    return text === null ? null : text + this.constraintOnConflict(constraint, constraint.columns, "onConflictUnique");
  }

  constraintOnConflict(constraint: Constraint, columns: readonly Column<unknown>[], columnOption: string): string {
    let given = this.option(constraint, constraint.constructor.name, "onConflict");
    if (given == null && columns.length === 1) given = this.option(columns[0]!, "Column", columnOption);
    return this.onConflict(given);
  }

  override visitCheckConstraint(constraint: CheckConstraint): string | null {
    const given = this.option(constraint, "CheckConstraint", "onConflict");
    if (given != null && constraint._columnLevel !== null)
      throw new CompileError("SQLite does not support on conflict clause for column check constraint");
    return `${super.visitCheckConstraint(constraint) ?? ""}${this.onConflict(given)}`;
  }

  override visitForeignKeyConstraint(constraint: ForeignKeyConstraint): string | null {
    // a foreign key cannot leave its database file
    if (constraint.table.schema !== constraint.referredTable.schema) return null;
    return super.visitForeignKeyConstraint(constraint);
  }

  override remoteTable(_constraint: ForeignKeyConstraint, table: Table): string {
    return this.preparer.formatTable(table, { useSchema: false });
  }

  override visitCreateIndex(create: CreateIndex): string {
    const index = create.element;
    const table = this.indexTable(index);
    const where = this.option(index, "Index", "where") as ClauseElement | null;
    return (
      `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${create.ifNotExists ? "IF NOT EXISTS " : ""}${this.preparedIndexName(index, true)} ` +
      `ON ${this.preparer.formatTable(table, { useSchema: false })} (${index.expressions.map((expression) => this.indexExpression(expression)).join(", ")})` +
      (where == null ? "" : ` WHERE ${this.ddlExpression(where)}`)
    );
  }

  override visitCreateView(create: CreateView): string {
    const text = super.visitCreateView(create);
    const missing = !create.ifNotExists && this.option(create, "CreateView", "ifNotExists") === true;
    return missing ? text.replace(/ VIEW /, " VIEW IF NOT EXISTS ") : text;
  }

  /** A trigger is in the schema of its table, which is named before the trigger's name only. */
  override triggerTableName(table: Table): string {
    return this.preparer.formatTable(table, { useSchema: false });
  }

  override visitCreateTrigger(create: CreateTrigger): string {
    if (create.orReplace)
      return super.visitCreateTrigger(new CreateTrigger(create.element, { orReplace: false, ifNotExists: create.ifNotExists }));
    return super.visitCreateTrigger(create);
  }

  override postCreateTable(table: Table): string {
    const options: string[] = [];
    if (this.option(table, "Table", "withRowid") === false) options.push("WITHOUT ROWID");
    if (this.option(table, "Table", "strict") === true) options.push("STRICT");
    return options.length === 0 ? "" : `\n ${options.join(",\n ")}`;
  }
}
