import { CompileError } from "../../errors.ts";
import { registerDialectOptions } from "../../sql/base/dialect-options.ts";
import { DdlCompiler } from "../../sql/compiler/ddl-compiler.ts";
import type { SetColumnComment, SetTableComment, DropColumnComment, DropTableComment } from "../../sql/ddl/comments.ts";
import type { CreateIndex, DropConstraint, DropIndex } from "../../sql/ddl/create-drop.ts";
import type { CreateTrigger } from "../../sql/ddl/programs.ts";
import { BinaryExpression } from "../../sql/elements/binary.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { Grouping } from "../../sql/elements/grouping.ts";
import { UnaryExpression } from "../../sql/elements/unary.ts";
import { FunctionElement } from "../../sql/functions/function-element.ts";
import { ascOp, descOp } from "../../sql/operators/operator-table.ts";
import type { Column } from "../../sql/schema/column.ts";
import { CheckConstraint, type Constraint, PrimaryKeyConstraint, UniqueConstraint } from "../../sql/schema/constraints.ts";
import { ForeignKeyConstraint } from "../../sql/schema/foreign-key.ts";
import type { Identity } from "../../sql/schema/identity.ts";
import type { ItemName } from "../../sql/schema/schema-item.ts";
import type { IdentityOptions } from "../../sql/schema/sequence.ts";
import type { Table } from "../../sql/schema/table.ts";
import type { Trigger } from "../../sql/schema/trigger.ts";
import { TIMESTAMP } from "../../sql/types/temporal.ts";
import { warnOnce } from "../../util/warn.ts";
import { undecorated } from "./cast.ts";
import { mysqlFlags, type MysqlFlags } from "./flags.ts";
import { tableOptionsText } from "./table-options.ts";
import { mysqlLiteral } from "./type-compiler.ts";

for (const dialect of ["mysql", "mariadb"]) {
  registerDialectOptions(dialect, "Table", { "*": null });
  registerDialectOptions(dialect, "Index", { using: null, length: null, prefix: null, withParser: null });
  registerDialectOptions(dialect, "PrimaryKeyConstraint", { using: null });
}

const PREFIX = /^(?:FULLTEXT|SPATIAL|UNIQUE)$/i;
const PARSER = /^[\w$]+$/;
const CLOCK_TYPE = /^(?:DATETIME|TIMESTAMP)\(6\)$/;
/** Names of indexes and constraints; aliases may be longer. */
const MAX_NAME_LENGTH = 64;

/**
 * Writes DDL for MySQL and MariaDB.
 * See https://dev.mysql.com/doc/refman/8.4/en/create-table.html
 */
export class MysqlDdlCompiler extends DdlCompiler {
  /** What of the family this server has. */
  get flags(): MysqlFlags {
    return mysqlFlags(this.dialect);
  }

  override literal(text: string): string {
    return mysqlLiteral(text);
  }

  override itemName(name: ItemName, maxLength: number = MAX_NAME_LENGTH): string | null {
    return super.itemName(name, maxLength);
  }

  override get maxIndexNameLength(): number {
    return MAX_NAME_LENGTH;
  }

  /** Options under the name of the other one of the family count too. */
  override option(item: { readonly dialectOptions: Table["dialectOptions"] }, kind: string, key: string): unknown {
    for (const name of [this.dialect.name, ...this.dialect.nameAliases]) {
      const value = item.dialectOptions.get(name)?.[key];
      if (value !== undefined) return value;
    }
    return super.option(item, kind, key);
  }

  // ---------------------------------------------------------------- columns

  override getColumnSpecification(column: Column<unknown>, _firstPrimaryKey: boolean): string {
    return this.#declaration(column, column.comment);
  }

  #declaration(column: Column<unknown>, comment: string | null): string {
    const words = [this.preparer.formatColumn(column), this.columnType(column)];
    if (column.computed !== null) words.push(column.computed._accept(this));
    // MariaDB does not take NOT NULL of computed columns that it would not have by itself
    const mayBeNull = column.nullable || (this.flags.isMariadb && column.computed !== null && column._userNullable === null);
    if (!mayBeNull) words.push("NOT NULL");
    // TIMESTAMP is the one type that is NOT NULL unless it is told otherwise
    else if (column.nullable && undecorated(column.type, this.dialect) instanceof TIMESTAMP) words.push("NULL");
    if (comment !== null) words.push(`COMMENT ${this.literal(comment)}`);
    if (this.#autoIncrements(column)) {
      words.push("AUTO_INCREMENT");
    } else {
      const text = this.getColumnDefaultString(column);
      if (text !== null) words.push(`DEFAULT ${this.#defaultText(CLOCK_TYPE.test(words[1]!) ? withFraction(text) : text)}`);
    }
    return words.join(" ");
  }

  #autoIncrements(column: Column<unknown>): boolean {
    const table = column.table as unknown as Table | null;
    if (table === null || column !== table._autoincrementColumn) return false;
    if (column.serverDefault !== null && column.serverDefault !== (column.identity as unknown)) return false;
    const generator = column.default as unknown as { readonly isSequence?: boolean; readonly optional?: boolean } | null;
    return !(this.dialect.supportsSequences && generator?.isSequence === true && generator.optional !== true);
  }

  /** Expressions stand in brackets after DEFAULT, constants and the clock do not. */
  #defaultText(text: string): string {
    const isPlain =
      !this.flags.supportDefaultFunction ||
      /^\s*['"(]/.test(text) ||
      /ON +UPDATE/i.test(text) ||
      /^(?:now|current_timestamp)\(\d+\)/i.test(text) ||
      !/\W/.test(text);
    return isPlain ? text : `(${text})`;
  }

  override visitIdentityColumn(_identity: Identity): string {
    return "";
  }

  override identityOptions(options: IdentityOptions): string {
    return super.identityOptions(options).replace("NO CYCLE", "NOCYCLE");
  }

  // ---------------------------------------------------------------- tables

  override postCreateTable(table: Table): string {
    const given = new Map<string, unknown>();
    for (const name of [...this.dialect.nameAliases, this.dialect.name]) {
      for (const [key, value] of Object.entries(table.dialectOptions.get(name) ?? {})) given.set(key, value);
    }
    return tableOptionsText(given, table.comment);
  }

  // ---------------------------------------------------------------- indexes

  override visitCreateIndex(create: CreateIndex): string {
    const index = create.element;
    const table = this.indexTable(index);
    const name = this.preparedIndexName(index);
    let text = `CREATE ${index.unique ? "UNIQUE " : ""}`;
    const prefix = this.option(index, "Index", "prefix");
    if (prefix) text += `${this.preparer.validateSqlPhrase(String(prefix), PREFIX)} `;
    text += `INDEX ${create.ifNotExists ? "IF NOT EXISTS " : ""}${name} ON ${this.preparer.formatTable(table)} `;
    const length = this.option(index, "Index", "length") as number | Readonly<Record<string, number>> | null;
    const parts = index.expressions.map((expression) => {
      const part = this.indexExpression(expression);
      const digits =
        typeof length === "object" && length !== null ? (own(length, (expression as Column<unknown>).name) ?? own(length, part)) : length;
      if (digits === null) return part;
      if (!Number.isInteger(digits) || digits < 1)
        throw new CompileError(`The length of a part of the index "${name}" is a whole number above 0.`);
      return `${part}(${digits})`;
    });
    text += `(${parts.join(", ")})`;
    const parser = this.option(index, "Index", "withParser");
    if (parser != null) text += ` WITH PARSER ${this.preparer.validateSqlPhrase(String(parser), PARSER)}`;
    return text + this.#using(this.option(index, "Index", "using"));
  }

  #using(using: unknown): string {
    return using == null ? "" : ` USING ${this.preparer.quote(String(using))}`;
  }

  override indexExpression(expression: ClauseElement): string {
    const isExpression =
      expression instanceof BinaryExpression ||
      expression instanceof FunctionElement ||
      (expression instanceof UnaryExpression && expression.modifier !== descOp && expression.modifier !== ascOp);
    return super.indexExpression(isExpression ? new Grouping(expression) : expression);
  }

  override visitDropIndex(drop: DropIndex): string {
    const table = this.indexTable(drop.element);
    return `\nDROP INDEX ${drop.ifExists ? "IF EXISTS " : ""}${this.preparedIndexName(drop.element)} ON ${this.preparer.formatTable(table)}`;
  }

  // ---------------------------------------------------------------- constraints

  override visitPrimaryKeyConstraint(constraint: PrimaryKeyConstraint): string | null {
    const text = super.visitPrimaryKeyConstraint(constraint);
    return text === null ? null : text + this.#using(this.option(constraint, "PrimaryKeyConstraint", "using"));
  }

  override visitForeignKeyConstraint(constraint: ForeignKeyConstraint): string | null {
    if (constraint.match !== null) {
      throw new CompileError("MySQL ignores MATCH of a foreign key, and ON DELETE and ON UPDATE together with it: leave `match` out.");
    }
    return super.visitForeignKeyConstraint(constraint);
  }

  /** The server has no such constraints: what it would refuse is left out once it is known that it is this server. */
  override constraintDeferrability(constraint: Constraint): string {
    const text = super.constraintDeferrability(constraint);
    if (text === "" || this.flags.serverVersionInfo === null) return text;
    warnOnce(
      `MySQL and MariaDB check constraints at once and know no DEFERRABLE; it is left out for a constraint of the table "${constraint.table.name}".`,
    );
    return "";
  }

  override visitDropConstraint(drop: DropConstraint): string {
    const constraint = drop.element;
    const table = this.preparer.formatTable(constraint.table);
    if (constraint instanceof PrimaryKeyConstraint) return `ALTER TABLE ${table} DROP PRIMARY KEY `;
    const name = this.itemName(constraint._resolvedName);
    if (name === null)
      throw new CompileError(`Can't emit DROP CONSTRAINT for a constraint of the table '${constraint.table.description}'; it has no name`);
    let kind = "";
    if (constraint instanceof ForeignKeyConstraint) kind = "FOREIGN KEY ";
    else if (constraint instanceof UniqueConstraint) kind = "INDEX ";
    else if (constraint instanceof CheckConstraint) kind = this.flags.isMariadb ? "CONSTRAINT " : "CHECK ";
    return `ALTER TABLE ${table} DROP ${kind}${name}`;
  }

  // ---------------------------------------------------------------- triggers

  override visitCreateTrigger(create: CreateTrigger): string {
    const trigger = create.element;
    if (trigger.timing === "instead of") this.unsupportedProgram(trigger, "has no INSTEAD OF triggers");
    if (trigger.of.length > 0) this.unsupportedProgram(trigger, "has no UPDATE OF: ask in the body whether the column has changed");
    return super.visitCreateTrigger(create);
  }

  /** A condition is part of the body. */
  override triggerCondition(_trigger: Trigger): string {
    return "";
  }

  override triggerBody(trigger: Trigger): string {
    const { follows, precedes } = trigger.options;
    let order = "";
    if (follows !== undefined) order = `FOLLOWS ${this.preparer.quote(follows)} `;
    else if (precedes !== undefined) order = `PRECEDES ${this.preparer.quote(precedes)} `;
    const block = super.triggerBody(trigger);
    if (trigger.when === null) return order + block;
    return `${order}BEGIN\nIF ${this.expression(trigger.when, { literalBinds: true, ddlCompiling: true })} THEN\n${block};\nEND IF;\nEND`;
  }

  // ---------------------------------------------------------------- comments

  override visitSetTableComment(set: SetTableComment): string {
    return `ALTER TABLE ${this.preparer.formatTable(set.element)} COMMENT ${this.literal(set.element.comment ?? "")}`;
  }

  override visitDropTableComment(drop: DropTableComment): string {
    return `ALTER TABLE ${this.preparer.formatTable(drop.element)} COMMENT ''`;
  }

  override visitSetColumnComment(set: SetColumnComment): string {
    const column = set.element;
    const table = column.table as unknown as Table;
    return `ALTER TABLE ${this.preparer.formatTable(table)} CHANGE ${this.preparer.formatColumn(column)} ${this.getColumnSpecification(column, false)}`;
  }

  override visitDropColumnComment(drop: DropColumnComment): string {
    const column = drop.element;
    const table = column.table as unknown as Table;
    const name = this.preparer.formatColumn(column);
    // a declaration that says nothing of a comment takes it away
    return `ALTER TABLE ${this.preparer.formatTable(table)} CHANGE ${name} ${this.#declaration(column, null)}`;
  }
}

/** The clock with as many digits as the column has: MySQL takes no other one for a default. What stands in quotes is no clock. */
function withFraction(text: string): string {
  return text.replaceAll(/'(?:[^'\\]|''|\\[^])*'|\b(?:current_timestamp|now)\b(?:\(\))?(?!\()/gi, (found) =>
    found.startsWith("'") ? found : "CURRENT_TIMESTAMP(6)",
  );
}

function own<V>(values: Readonly<Record<string, V>>, key: string): V | null {
  return Object.hasOwn(values, key) ? values[key]! : null;
}
