import { CompileError, UnsupportedCompilationError } from "../../errors.ts";
import { clauseOf, describe } from "../base/coercions.ts";
import { type AddConstraint, CreateColumn } from "../ddl/create-drop.ts";
import type { CreateIndex, CreateSchema, CreateSequence, CreateTable } from "../ddl/create-drop.ts";
import type { DropConstraint, DropIndex, DropSchema, DropSequence, DropTable } from "../ddl/create-drop.ts";
import type {
  DropColumnComment,
  DropConstraintComment,
  DropTableComment,
  SetColumnComment,
  SetConstraintComment,
  SetTableComment,
} from "../ddl/comments.ts";
import type { CreateTableAs } from "../ddl/create-table-as.ts";
import type { CreateView, DropView } from "../ddl/create-view.ts";
import type { DDL } from "../ddl/ddl.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { type Column } from "../schema/column.ts";
import { DefaultClause } from "../schema/column-defaults.ts";
import type { Computed } from "../schema/computed.ts";
import type { CheckConstraint, Constraint, PrimaryKeyConstraint, UniqueConstraint } from "../schema/constraints.ts";
import type { ForeignKeyConstraint } from "../schema/foreign-key.ts";
import type { Identity } from "../schema/identity.ts";
import type { SchemaNamed } from "../schema/schema-item.ts";
import type { IdentityOptions } from "../schema/sequence.ts";
import type { Index } from "../schema/table-index.ts";
import type { Table } from "../schema/table.ts";
import { DDL_EXPRESSION, DDL_STATEMENT } from "./ddl-base-compiler.ts";
import { DdlProgramCompiler } from "./ddl-program-compiler.ts";

export { DDL_EXPRESSION };

const ON_DELETE = /^(?:RESTRICT|CASCADE|SET NULL|NO ACTION|SET DEFAULT)$/i;
const INITIALLY = /^(?:DEFERRED|IMMEDIATE)$/i;
const MATCH = /^\w+$/;
const PREFIX = /^\w+(?: \w+)*$/;

/** Writes DDL; a dialect overrides what is different there. */
export class DdlCompiler extends DdlProgramCompiler {
  // ---------------------------------------------------------------- statements

  visitDdl(ddl: DDL): string {
    const context: Record<string, unknown> = { ...ddl.context };
    const target = ddl.target as Table | null;
    if (target !== null && (target as { _isSchemaTable?: boolean })._isSchemaTable === true) {
      const path = this.preparer.formatTableSeq(target);
      context["table"] ??= path.at(-1);
      context["schema"] ??= path.length > 1 ? path[0] : "";
      context["fullname"] ??= this.preparer.formatTable(target);
    }
    return ddl.statement.replaceAll(/%(?:%|\((\w+)\)s)/g, (all, name: string | undefined) => {
      if (name === undefined) return "%";
      if (!Object.hasOwn(context, name)) throw new CompileError(`DDL() names %(${name})s, but its context has no such value: ${all}.`);
      return String(context[name]);
    });
  }

  visitCreateSchema(create: CreateSchema): string {
    return `CREATE SCHEMA ${create.ifNotExists ? "IF NOT EXISTS " : ""}${this.preparer.formatSchema(create.element)}`;
  }

  visitDropSchema(drop: DropSchema): string {
    return `DROP SCHEMA ${drop.ifExists ? "IF EXISTS " : ""}${this.preparer.formatSchema(drop.element)}${drop.cascade ? " CASCADE" : ""}`;
  }

  visitCreateTable(create: CreateTable): string {
    const table = create.element;
    let text = "\nCREATE ";
    for (const prefix of table._prefixes) text += `${this.preparer.validateSqlPhrase(prefix, PREFIX)} `;
    text += `TABLE ${create.ifNotExists ? "IF NOT EXISTS " : ""}${this.preparer.formatTable(table)} `;
    const suffix = this.createTableSuffix(table);
    if (suffix !== "") text += `${suffix} `;
    text += "(";
    let separator = "\n";
    let firstPrimaryKey = false;
    for (const column of table._collection.all() as Column<unknown>[]) {
      const rendered = this.inColumn(table, column, () => new CreateColumn(column, column.primaryKey && !firstPrimaryKey)._acceptDdl(this));
      if (rendered) {
        text += `${separator}\t${rendered}`;
        separator = ", \n";
      }
      if (column.primaryKey) firstPrimaryKey = true;
    }
    const constraints = this.createTableConstraints(table, create.includeForeignKeyConstraints);
    if (constraints !== "") text += `${separator}\t${constraints}`;
    return `${text}\n)${this.postCreateTable(table)}\n\n`;
  }

  /** Names the column in errors. */
  inColumn<R>(table: Table, column: Column<unknown>, fn: () => R): R {
    try {
      return fn();
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      throw new CompileError(`(in table '${table.description}', column '${column.name}'): ${error.message}`, { cause: error });
    }
  }

  /** What stands between the table's name and the columns. */
  createTableSuffix(_table: Table): string {
    return "";
  }

  /** What follows the columns. */
  postCreateTable(_table: Table): string {
    return "";
  }

  visitCreateColumn(create: CreateColumn): string {
    return this.createColumn(create.element, create._isFirstPrimaryKey) ?? "";
  }

  /** A column in CREATE TABLE; null for one that the database has by itself. */
  createColumn(column: Column<unknown>, firstPrimaryKey: boolean): string | null {
    if (column.system) return null;
    let text = this.getColumnSpecification(column, firstPrimaryKey);
    for (const constraint of column.constraints) {
      const rendered =
        constraint._isolated || !constraint._shouldCreate(this.dialect, { ddl: this.statement }) ? null : constraint._accept(this);
      if (rendered) text += ` ${rendered}`;
    }
    return text;
  }

  createTableConstraints(table: Table, include: ReadonlySet<ForeignKeyConstraint> | null): string {
    const primaryKey = table.primaryKey;
    const constraints: Constraint[] = primaryKey.columns.length > 0 ? [primaryKey] : [];
    const inline = new Set<Constraint>(include ?? table._foreignKeyConstraintsInOrder);
    for (const constraint of table._sortedConstraints) {
      if (constraint === primaryKey || (constraint.conventionKind === "fk" && !inline.has(constraint))) continue;
      constraints.push(constraint);
    }
    const rendered: string[] = [];
    for (const constraint of constraints) {
      if (constraint._isolated || !constraint._shouldCreate(this.dialect, { ddl: this.statement })) continue;
      if (this.dialect.supportsAlter && (constraint as { useAlter?: boolean }).useAlter === true) continue;
      const text = constraint._accept(this);
      if (text) rendered.push(text);
    }
    return rendered.join(", \n\t");
  }

  visitDropTable(drop: DropTable): string {
    return `\nDROP TABLE ${drop.ifExists ? "IF EXISTS " : ""}${this.preparer.formatTable(drop.element)}`;
  }

  visitCreateIndex(create: CreateIndex): string {
    const index = create.element;
    const table = this.indexTable(index);
    return (
      `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${create.ifNotExists ? "IF NOT EXISTS " : ""}${this.preparedIndexName(index)} ` +
      `ON ${this.preparer.formatTable(table)} (${index.expressions.map((expression) => this.indexExpression(expression)).join(", ")})`
    );
  }

  /** One part of an index. */
  indexExpression(expression: ClauseElement): string {
    return this.expression(expression);
  }

  visitDropIndex(drop: DropIndex): string {
    return `\nDROP INDEX ${drop.ifExists ? "IF EXISTS " : ""}${this.preparedIndexName(drop.element, true)}`;
  }

  /** The table of an index. @throws CompileError when it has none */
  indexTable(index: Index): Table {
    if (index.table === null) throw new CompileError(`Index '${index.name ?? ""}' is not associated with any table.`);
    return index.table;
  }

  preparedIndexName(index: Index, includeSchema = false): string {
    const name = this.itemName(index._resolvedName, this.maxIndexNameLength);
    if (name === null) throw new CompileError("CREATE INDEX and DROP INDEX require that the index have a name");
    const schema = includeSchema && index.table !== null ? this.preparer.schemaForObject(index.table) : null;
    return schema ? `${this.preparer.quoteSchema(schema)}.${name}` : name;
  }

  get maxIndexNameLength(): number {
    return this.dialect.maxIdentifierLength;
  }

  visitAddConstraint(create: AddConstraint): string {
    const constraint = create.element;
    return `ALTER TABLE ${this.preparer.formatTable(constraint.table)} ADD ${constraint._accept(this) ?? ""}`;
  }

  visitDropConstraint(drop: DropConstraint): string {
    const constraint = drop.element;
    const name = this.itemName(constraint._resolvedName);
    if (name === null)
      throw new CompileError(`Can't emit DROP CONSTRAINT for a constraint of the table '${constraint.table.description}'; it has no name`);
    return `ALTER TABLE ${this.preparer.formatTable(constraint.table)} DROP CONSTRAINT ${drop.ifExists ? "IF EXISTS " : ""}${name}${drop.cascade ? " CASCADE" : ""}`;
  }

  visitSetTableComment(set: SetTableComment): string {
    return `COMMENT ON TABLE ${this.preparer.formatTable(set.element)} IS ${this.literal(set.element.comment ?? "")}`;
  }

  visitDropTableComment(drop: DropTableComment): string {
    return `COMMENT ON TABLE ${this.preparer.formatTable(drop.element)} IS NULL`;
  }

  visitSetColumnComment(set: SetColumnComment): string {
    return `COMMENT ON COLUMN ${this.preparer.formatColumn(set.element, { useTable: true, useSchema: true })} IS ${this.literal(set.element.comment ?? "")}`;
  }

  visitDropColumnComment(drop: DropColumnComment): string {
    return `COMMENT ON COLUMN ${this.preparer.formatColumn(drop.element, { useTable: true, useSchema: true })} IS NULL`;
  }

  visitSetConstraintComment(_set: SetConstraintComment): string {
    throw new UnsupportedCompilationError(`The dialect "${this.dialect.name}" has no comments on constraints.`);
  }

  visitDropConstraintComment(_drop: DropConstraintComment): string {
    throw new UnsupportedCompilationError(`The dialect "${this.dialect.name}" has no comments on constraints.`);
  }

  visitCreateSequence(create: CreateSequence): string {
    const sequence = create.element;
    const options = this.identityOptions(sequence.options);
    const prefix = this.sequencePrefix(create);
    return `CREATE SEQUENCE ${create.ifNotExists ? "IF NOT EXISTS " : ""}${this.preparer.formatSequence(sequence)}${prefix}${options === "" ? "" : ` ${options}`}`;
  }

  /** What stands between a sequence's name and its options. */
  sequencePrefix(_create: CreateSequence): string {
    return "";
  }

  visitDropSequence(drop: DropSequence): string {
    return `DROP SEQUENCE ${drop.ifExists ? "IF EXISTS " : ""}${this.preparer.formatSequence(drop.element)}`;
  }

  identityOptions(options: IdentityOptions): string {
    const text: string[] = [];
    if (options.increment !== undefined) text.push(`INCREMENT BY ${options.increment}`);
    if (options.start !== undefined) text.push(`START WITH ${options.start}`);
    if (options.minvalue !== undefined) text.push(`MINVALUE ${options.minvalue}`);
    if (options.maxvalue !== undefined) text.push(`MAXVALUE ${options.maxvalue}`);
    if (options.nominvalue !== undefined) text.push("NO MINVALUE");
    if (options.nomaxvalue !== undefined) text.push("NO MAXVALUE");
    if (options.cache !== undefined) text.push(`CACHE ${options.cache}`);
    if (options.cycle !== undefined) text.push(options.cycle ? "CYCLE" : "NO CYCLE");
    return text.join(" ");
  }

  visitCreateView(create: CreateView): string {
    const words = ["CREATE"];
    if (create.orReplace) words.push("OR REPLACE");
    if (create.temporary) words.push("TEMPORARY");
    words.push(create.materialized ? "MATERIALIZED VIEW" : "VIEW");
    if (create.ifNotExists) words.push("IF NOT EXISTS");
    return this.tableFromSelect(words, create.table, create.selectable, this.viewSuffix(create));
  }

  /** What stands between a view's name and AS. */
  viewSuffix(_create: CreateView): string {
    return "";
  }

  visitDropView(drop: DropView): string {
    return `\nDROP ${drop.materialized ? "MATERIALIZED VIEW" : "VIEW"} ${drop.ifExists ? "IF EXISTS " : ""}${this.preparer.formatTable(drop.element)}`;
  }

  visitCreateTableAs(create: CreateTableAs): string {
    const words = ["CREATE"];
    if (create.temporary) words.push("TEMPORARY");
    words.push("TABLE");
    if (create.ifNotExists) words.push("IF NOT EXISTS");
    return this.tableFromSelect(words, create.table, create.selectable);
  }

  tableFromSelect(words: string[], table: SchemaNamed, selectable: ClauseElement, suffix = ""): string {
    const name = this.preparer.formatTable(table);
    return [...words, suffix === "" ? name : `${name} ${suffix}`, "AS", this.expression(selectable, DDL_STATEMENT)].join(" ");
  }

  // ---------------------------------------------------------------- columns

  getColumnSpecification(column: Column<unknown>, _firstPrimaryKey: boolean): string {
    let text = `${this.preparer.formatColumn(column)} ${this.columnType(column)}`;
    const serverDefault = this.getColumnDefaultString(column);
    if (serverDefault !== null) text += ` DEFAULT ${serverDefault}`;
    if (column.computed !== null) text += ` ${column.computed._accept(this)}`;
    const identity = this.dialect.supportsIdentityColumns ? column.identity : null;
    if (identity !== null) text += ` ${identity._accept(this)}`;
    if (!column.nullable && identity === null) text += " NOT NULL";
    return text;
  }

  /** The type of a column. */
  columnType(column: Column<unknown>): string {
    return this.dialect.typeCompiler.process(column.type, { typeExpression: column, identifierPreparer: this.preparer });
  }

  /** What stands after DEFAULT; null when there is none. */
  getColumnDefaultString(column: Column<unknown>): string | null {
    const given = column.serverDefault;
    return given instanceof DefaultClause ? this.renderDefaultString(given.arg) : null;
  }

  renderDefaultString(given: string | ClauseElement): string {
    if (typeof given === "string") return this.literal(given);
    const clause = clauseOf(given);
    if (clause === null) throw new CompileError(`A default of the server is a text or a SQL expression, not ${describe(given)}.`);
    return this.expression(clause, DDL_STATEMENT);
  }

  visitComputedColumn(computed: Computed): string {
    let text = `GENERATED ALWAYS AS (${this.expression(computed.sqltext)})`;
    if (computed.persisted === true) text += " STORED";
    else if (computed.persisted === false) text += " VIRTUAL";
    return text;
  }

  visitIdentityColumn(identity: Identity): string {
    const options = this.identityOptions(identity.options);
    return `GENERATED ${identity.always ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY${options === "" ? "" : ` (${options})`}`;
  }

  // ---------------------------------------------------------------- constraints

  visitCheckConstraint(constraint: CheckConstraint): string | null {
    return `${this.constraintPreamble(constraint)}CHECK (${this.expression(constraint.sqltext)})${this.constraintDeferrability(constraint)}`;
  }

  visitPrimaryKeyConstraint(constraint: PrimaryKeyConstraint): string | null {
    if (constraint.columns.length === 0) return null;
    return `${this.constraintPreamble(constraint)}PRIMARY KEY (${this.columnNames(
      constraint._implicitGenerated ? constraint._columnsAutoincFirst : constraint.columns,
    )})${this.constraintDeferrability(constraint)}`;
  }

  visitUniqueConstraint(constraint: UniqueConstraint): string | null {
    if (constraint.columns.length === 0) return null;
    return `${this.constraintPreamble(constraint)}UNIQUE ${this.uniqueDistinct(constraint)}(${this.columnNames(constraint.columns)})${this.constraintDeferrability(constraint)}`;
  }

  /** What stands after UNIQUE. */
  uniqueDistinct(_constraint: UniqueConstraint): string {
    return "";
  }

  visitForeignKeyConstraint(constraint: ForeignKeyConstraint): string | null {
    const remote = constraint.referredTable;
    let text =
      `${this.constraintPreamble(constraint)}FOREIGN KEY(${this.columnNames(constraint.columns)}) ` +
      `REFERENCES ${this.remoteTable(constraint, remote)} (${this.columnNames(constraint.elements.map((element) => element.column))})`;
    if (constraint.match !== null) text += ` MATCH ${this.preparer.validateSqlPhrase(constraint.match, MATCH)}`;
    text += this.constraintCascades(constraint);
    return text + this.constraintDeferrability(constraint);
  }

  /** A dialect's constraints of its own (EXCLUDE). */
  visitDialectConstraint(constraint: Constraint, name: string): string | null {
    const visit = (this as unknown as Record<string, unknown>)[`visit${name}`];
    if (typeof visit !== "function") throw new UnsupportedCompilationError(`The dialect "${this.dialect.name}" has no constraint ${name}.`);
    return (visit as (constraint: Constraint) => string | null).call(this, constraint);
  }

  /** The name of the table that a foreign key refers to. */
  remoteTable(_constraint: ForeignKeyConstraint, table: Table): string {
    return this.preparer.formatTable(table);
  }

  constraintPreamble(constraint: Constraint): string {
    const name = this.itemName(constraint._resolvedName);
    return name === null ? "" : `CONSTRAINT ${name} `;
  }

  constraintCascades(constraint: ForeignKeyConstraint): string {
    let text = "";
    if (constraint.ondelete !== null) text += ` ON DELETE ${this.preparer.validateSqlPhrase(constraint.ondelete, this.onDeletePattern)}`;
    if (constraint.onupdate !== null) text += ` ON UPDATE ${this.preparer.validateSqlPhrase(constraint.onupdate, ON_DELETE)}`;
    return text;
  }

  /** What may stand after ON DELETE. */
  get onDeletePattern(): RegExp {
    return ON_DELETE;
  }

  constraintDeferrability(constraint: Constraint): string {
    let text = "";
    if (constraint.deferrable !== null) text += constraint.deferrable ? " DEFERRABLE" : " NOT DEFERRABLE";
    if (constraint.initially !== null) text += ` INITIALLY ${this.preparer.validateSqlPhrase(constraint.initially, INITIALLY)}`;
    return text;
  }

  columnNames(columns: readonly Column<unknown>[]): string {
    return columns.map((column) => this.preparer.formatColumn(column)).join(", ");
  }
}
