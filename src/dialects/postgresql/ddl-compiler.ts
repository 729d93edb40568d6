import { CompileError } from "../../errors.ts";
import { registerDialectOptions } from "../../sql/base/dialect-options.ts";
import { DdlCompiler } from "../../sql/compiler/ddl-compiler.ts";
import type { VisitOptions } from "../../sql/compiler/visit-options.ts";
import type { DropConstraintComment, SetConstraintComment } from "../../sql/ddl/comments.ts";
import type { CreateIndex, CreateSequence, DropIndex } from "../../sql/ddl/create-drop.ts";
import type { CreateView } from "../../sql/ddl/create-view.ts";
import type { CreateTrigger, DropRoutine, DropTrigger } from "../../sql/ddl/programs.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { ColumnClause } from "../../sql/elements/column-clause.ts";
import type { Column } from "../../sql/schema/column.ts";
import type { Computed } from "../../sql/schema/computed.ts";
import type { CheckConstraint, Constraint, PrimaryKeyConstraint, UniqueConstraint } from "../../sql/schema/constraints.ts";
import type { ForeignKeyConstraint } from "../../sql/schema/foreign-key.ts";
import type { Index } from "../../sql/schema/table-index.ts";
import { Routine, type RoutineParameter } from "../../sql/schema/routine.ts";
import type { Table } from "../../sql/schema/table.ts";
import type { Trigger } from "../../sql/schema/trigger.ts";
import { BigIntegerType, SmallIntegerType } from "../../sql/types/numeric.ts";
import type { ExcludeConstraint } from "./constraints.ts";
import { withEscapes } from "./escapes.ts";
import type { CreateDomainType, CreateEnumType, DropDomainType, DropEnumType } from "./named-types.ts";

/** How the condition of EXCLUDE is rendered: its columns have the name of their table, so that it is never that of a function. */
const WITH_TABLE_NAMES: VisitOptions = { literalBinds: true, ddlCompiling: true };

registerDialectOptions("postgresql", "Index", {
  using: null,
  include: null,
  where: null,
  ops: {},
  concurrently: false,
  with: {},
  tablespace: null,
  nullsNotDistinct: null,
});
registerDialectOptions("postgresql", "Table", {
  ignoreSearchPath: false,
  tablespace: null,
  partitionBy: null,
  withOids: null,
  with: null,
  onCommit: null,
  inherits: null,
  using: null,
});
registerDialectOptions("postgresql", "CreateView", { with: null });
registerDialectOptions("postgresql", "CheckConstraint", { notValid: false });
registerDialectOptions("postgresql", "ForeignKeyConstraint", { notValid: false });
registerDialectOptions("postgresql", "PrimaryKeyConstraint", { include: null });
registerDialectOptions("postgresql", "UniqueConstraint", { include: null, nullsNotDistinct: null });

/** A name, in quotes or without. */
const NAME = String.raw`(?:[A-Za-z_]\w*|"(?:[^"]|"")+")`;
/** A value of a parameter: a word, a number or a text. */
const PARAMETER = String.raw`(?:[-+]?[\w.]+|${NAME}|'(?:[^'\\]|'')*')`;
const ON_DELETE = new RegExp(
  String.raw`^(?:RESTRICT|CASCADE|SET (?:NULL|DEFAULT)(?:\s*\(\s*${NAME}(?:\s*,\s*${NAME})*\s*\))?|NO ACTION)$`,
  "i",
);
const USING = /^\w+$/;
const OPERATOR_CLASS = new RegExp(
  String.raw`^${NAME}(?:\.${NAME})*(?:\s*\(\s*${NAME}\s*=\s*${PARAMETER}(?:\s*,\s*${NAME}\s*=\s*${PARAMETER})*\s*\))?$`,
);
/** Signs, but not those by which comments begin. */
const SIGNS = String.raw`(?!\S*(?:--|/\*))[-+*/<>=~!@#%^&|` + "`" + String.raw`?]+`;
const OPERATOR = new RegExp(String.raw`^(?:${SIGNS}|OPERATOR\((?:${NAME}\.)*${SIGNS}\))$`);
const STORAGE_NAME = /^[A-Za-z_]\w*(?:\.\w+)*$/;
const STORAGE_VALUE = /^[-+]?\w+(?:\.\w+)*$/;

/**
 * Writes DDL for PostgreSQL.
 * See https://www.postgresql.org/docs/current/sql-createtable.html
 */
export class PostgresqlDdlCompiler extends DdlCompiler {
  override literal(text: string): string {
    return withEscapes(super.literal(text), this.dialect);
  }

  override getColumnSpecification(column: Column<unknown>, _firstPrimaryKey: boolean): string {
    let text = this.preparer.formatColumn(column);
    const table = column.table as unknown as Table | null;
    const identity = this.dialect.supportsIdentityColumns ? column.identity : null;
    const isSerial =
      column.primaryKey &&
      table !== null &&
      column === table._autoincrementColumn &&
      identity === null &&
      (column.default === null || (column.default.isSequence && (column.default as { optional?: boolean }).optional === true));
    if (isSerial) text += ` ${this.serial(column)}`;
    else {
      text += ` ${this.columnType(column)}`;
      const serverDefault = this.getColumnDefaultString(column);
      if (serverDefault !== null) text += ` DEFAULT ${serverDefault}`;
    }
    if (column.computed !== null) text += ` ${column.computed._accept(this)}`;
    if (identity !== null) text += ` ${identity._accept(this)}`;
    if (!column.nullable && identity === null) text += " NOT NULL";
    else if (column.nullable && identity !== null) text += " NULL";
    return text;
  }

  serial(column: Column<unknown>): string {
    const impl = column.type._unwrappedDialectImpl(this.dialect);
    if (impl instanceof BigIntegerType) return "BIGSERIAL";
    return impl instanceof SmallIntegerType ? "SMALLSERIAL" : "SERIAL";
  }

  override visitComputedColumn(computed: Computed): string {
    const version = (this.dialect as { serverVersionInfo?: readonly number[] | null }).serverVersionInfo ?? null;
    // without a server, the newest is assumed; before 18, STORED is the only kind there is
    if (version === null || version[0]! >= 18) return super.visitComputedColumn(computed);
    if (computed.persisted === false) {
      throw new CompileError("PostgreSQL has virtual computed columns from version 18 on; use { persisted: true } or leave it out.");
    }
    return `GENERATED ALWAYS AS (${this.expression(computed.sqltext)}) STORED`;
  }

  // ---------------------------------------------------------------- constraints

  override get onDeletePattern(): RegExp {
    return ON_DELETE;
  }

  override visitCheckConstraint(constraint: CheckConstraint): string | null {
    return `${super.visitCheckConstraint(constraint) ?? ""}${this.validity(constraint, "CheckConstraint")}`;
  }

  override visitForeignKeyConstraint(constraint: ForeignKeyConstraint): string | null {
    return `${super.visitForeignKeyConstraint(constraint) ?? ""}${this.validity(constraint, "ForeignKeyConstraint")}`;
  }

  validity(constraint: Constraint, kind: string): string {
    return this.option(constraint, kind, "notValid") === true ? " NOT VALID" : "";
  }

  override visitPrimaryKeyConstraint(constraint: PrimaryKeyConstraint): string | null {
    if (constraint.columns.length === 0) return null;
    const columns = constraint._implicitGenerated ? constraint._columnsAutoincFirst : constraint.columns;
    return (
      `${this.constraintPreamble(constraint)}PRIMARY KEY (${this.columnNames(columns)})` +
      `${this.include(constraint, "PrimaryKeyConstraint", constraint.table)}${this.constraintDeferrability(constraint)}`
    );
  }

  override visitUniqueConstraint(constraint: UniqueConstraint): string | null {
    if (constraint.columns.length === 0) return null;
    return (
      `${this.constraintPreamble(constraint)}UNIQUE ${this.uniqueDistinct(constraint)}(${this.columnNames(constraint.columns)})` +
      `${this.include(constraint, "UniqueConstraint", constraint.table)}${this.constraintDeferrability(constraint)}`
    );
  }

  override uniqueDistinct(constraint: UniqueConstraint): string {
    const given = this.option(constraint, "UniqueConstraint", "nullsNotDistinct");
    return given === true ? "NULLS NOT DISTINCT " : given === false ? "NULLS DISTINCT " : "";
  }

  include(item: Constraint | Index, kind: string, table: Table): string {
    const given = this.option(item, kind, "include") as readonly (string | Column<unknown>)[] | null;
    if (given == null || given.length === 0) return "";
    const columns = given.map((column) => {
      const found = typeof column === "string" ? (table._collection.get(column) as Column<unknown> | undefined) : column;
      if (found === undefined)
        throw new CompileError(`postgresqlInclude names the column "${String(column)}", which the table "${table.description}" has not.`);
      return found;
    });
    return ` INCLUDE (${this.columnNames(columns)})`;
  }

  visitExcludeConstraint(constraint: ExcludeConstraint): string {
    const elements = constraint.elements.map(([element, operator]) => {
      const text = typeof element === "string" ? this.preparer.quote(element) : this.expression(element);
      const key = typeof element === "string" ? element : (element as { readonly key?: string | null }).key;
      const given = key != null && Object.hasOwn(constraint.ops, key) ? constraint.ops[key] : undefined;
      const operatorClass = given === undefined ? "" : ` ${this.preparer.validateSqlPhrase(given, OPERATOR_CLASS)}`;
      return `${text}${operatorClass} WITH ${this.preparer.validateSqlPhrase(operator, OPERATOR)}`;
    });
    const using = this.preparer.validateSqlPhrase(constraint.using, USING).toLowerCase();
    const where = constraint.where === null ? "" : ` WHERE (${this.expression(constraint.where, WITH_TABLE_NAMES)})`;
    return `${this.constraintPreamble(constraint)}EXCLUDE USING ${using} (${elements.join(", ")})${where}${this.constraintDeferrability(constraint)}`;
  }

  // ---------------------------------------------------------------- indexes

  override visitCreateIndex(create: CreateIndex): string {
    const index = create.element;
    const table = this.indexTable(index);
    const option = (key: string): unknown => this.option(index, "Index", key);
    let text = `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${option("concurrently") === true ? "CONCURRENTLY " : ""}`;
    text += `${create.ifNotExists ? "IF NOT EXISTS " : ""}${this.preparedIndexName(index)} ON ${this.preparer.formatTable(table)} `;
    const using = option("using");
    if (using) text += `USING ${this.preparer.validateSqlPhrase(String(using), USING).toLowerCase()} `;
    text += `(${index.expressions.map((expression) => this.indexExpression(expression) + this.operatorClass(expression, option("ops"))).join(", ")})`;
    text += this.include(index, "Index", table);
    const nulls = option("nullsNotDistinct");
    if (nulls === true) text += " NULLS NOT DISTINCT";
    else if (nulls === false) text += " NULLS DISTINCT";
    const storage = this.storage(option("with"));
    if (storage !== "") text += ` WITH (${storage})`;
    const tablespace = option("tablespace");
    if (tablespace) text += ` TABLESPACE ${this.preparer.quote(String(tablespace))}`;
    const where = option("where");
    if (where != null) text += ` WHERE ${this.ddlExpression(where)}`;
    return text;
  }

  /** Expressions other than columns and functions stand in brackets. */
  override indexExpression(expression: ClauseElement): string {
    return this.expression(expression instanceof ColumnClause ? expression : expression.selfGroup());
  }

  operatorClass(expression: ClauseElement, ops: unknown): string {
    const key = (expression as { readonly key?: string | null }).key;
    const given = key != null && ops != null && Object.hasOwn(ops, key) ? (ops as Readonly<Record<string, string>>)[key] : undefined;
    return given === undefined ? "" : ` ${this.preparer.validateSqlPhrase(given, OPERATOR_CLASS)}`;
  }

  override visitDropIndex(drop: DropIndex): string {
    const concurrently = this.option(drop.element, "Index", "concurrently") === true ? "CONCURRENTLY " : "";
    return `\nDROP INDEX ${concurrently}${drop.ifExists ? "IF EXISTS " : ""}${this.preparedIndexName(drop.element, true)}`;
  }

  /** What stands in WITH (…). */
  storage(given: unknown): string {
    if (given == null) return "";
    return Object.entries(given as Record<string, unknown>)
      .map(([name, value]) => {
        const parameter = this.preparer.validateSqlPhrase(name, STORAGE_NAME);
        return value === null ? parameter : `${parameter} = ${this.preparer.validateSqlPhrase(String(value), STORAGE_VALUE)}`;
      })
      .join(", ");
  }

  // ---------------------------------------------------------------- tables, sequences, types

  override postCreateTable(table: Table): string {
    const option = (key: string): unknown => this.option(table, "Table", key);
    let text = "";
    const inherits = option("inherits");
    if (inherits != null) {
      const names = Array.isArray(inherits) ? (inherits as string[]) : [String(inherits)];
      text += `\n INHERITS (${names.map((name) => this.preparer.quote(name)).join(", ")})`;
    }
    // an expression: SQL of the program's own, like that of a check constraint
    const partitionBy = option("partitionBy");
    if (partitionBy) text += `\n PARTITION BY ${String(partitionBy)}`;
    const using = option("using");
    if (using) text += `\n USING ${this.preparer.quote(String(using))}`;
    const storage = this.storage(option("with"));
    if (storage !== "") text += `\n WITH (${storage})`;
    const oids = option("withOids");
    if (oids === true) text += "\n WITH OIDS";
    else if (oids === false) text += "\n WITHOUT OIDS";
    const onCommit = option("onCommit");
    if (onCommit)
      text += `\n ON COMMIT ${this.preparer.validateSqlPhrase(String(onCommit).replaceAll("_", " ").toUpperCase(), /^(?:PRESERVE ROWS|DELETE ROWS|DROP)$/)}`;
    const tablespace = option("tablespace");
    if (tablespace) text += `\n TABLESPACE ${this.preparer.quote(String(tablespace))}`;
    return text;
  }

  override viewSuffix(create: CreateView): string {
    const storage = this.storage(this.option(create, "CreateView", "with"));
    return storage === "" ? "" : `WITH (${storage})`;
  }

  override sequencePrefix(create: CreateSequence): string {
    const { dataType } = create.element;
    return dataType === null ? "" : ` AS ${this.dialect.typeCompiler.process(dataType, { identifierPreparer: this.preparer })}`;
  }

  visitCreateEnumType(create: CreateEnumType): string {
    const type = create.element as unknown as { readonly name: string; readonly schema: string | null };
    return `CREATE TYPE ${this.preparer.formatType({ ...named(type), _useSchemaMap: true })} AS ENUM (${create.element.enums.map((value) => this.literal(value)).join(", ")})`;
  }

  visitDropEnumType(drop: DropEnumType): string {
    return `DROP TYPE ${this.preparer.formatType({ ...named(drop.element as unknown as { name: string; schema: string | null }), _useSchemaMap: true })}`;
  }

  visitCreateDomainType(create: CreateDomainType): string {
    const domain = create.element;
    let text = `CREATE DOMAIN ${this.preparer.formatType(domain)} AS ${this.dialect.typeCompiler.process(domain.dataType, { identifierPreparer: this.preparer })}`;
    if (domain.collation !== null) text += ` COLLATE ${this.preparer.formatCollation(domain.collation, domain.collationSchema)}`;
    if (domain.default !== null) text += ` DEFAULT ${this.renderDefaultString(domain.default)}`;
    if (domain.constraintName !== null) text += ` CONSTRAINT ${this.itemName(domain.constraintName) ?? ""}`;
    if (domain.notNull) text += " NOT NULL";
    if (domain.check !== null) text += ` CHECK (${this.ddlExpression(domain.check)})`;
    return text;
  }

  visitDropDomainType(drop: DropDomainType): string {
    return `DROP DOMAIN ${this.preparer.formatType(drop.element)}`;
  }

  // ---------------------------------------------------------------- triggers, routines

  override visitCreateTrigger(create: CreateTrigger): string {
    const trigger = create.element;
    const table = this.triggerTable(trigger);
    const { constraint, referencing, deferrable, initially } = trigger.options;
    const words = ["CREATE"];
    if (create.orReplace && constraint !== true) words.push("OR REPLACE");
    words.push(constraint === true ? "CONSTRAINT TRIGGER" : "TRIGGER", this.triggerName(trigger), trigger.timing.toUpperCase());
    words.push(this.triggerEvents(trigger), "ON", this.triggerTableName(table));
    if (deferrable !== undefined) words.push(deferrable ? "DEFERRABLE" : "NOT DEFERRABLE");
    if (initially !== undefined)
      words.push(`INITIALLY ${this.preparer.validateSqlPhrase(initially.toUpperCase(), /^(?:DEFERRED|IMMEDIATE)$/)}`);
    if (referencing !== undefined) {
      words.push("REFERENCING");
      if (referencing.oldTable !== undefined) words.push(`OLD TABLE AS ${this.preparer.quote(referencing.oldTable)}`);
      if (referencing.newTable !== undefined) words.push(`NEW TABLE AS ${this.preparer.quote(referencing.newTable)}`);
    }
    words.push(`FOR EACH ${trigger.forEach === "row" ? "ROW" : "STATEMENT"}`);
    const when = this.triggerCondition(trigger);
    if (when !== "") words.push(when);
    return `${words.join(" ")} EXECUTE FUNCTION ${this.triggerFunction(trigger)}(${(trigger.options.arguments ?? []).map((text) => this.literal(text)).join(", ")})`;
  }

  override visitDropTrigger(drop: DropTrigger): string {
    return `${super.visitDropTrigger(drop)} ON ${this.triggerTableName(this.triggerTable(drop.element))}`;
  }

  /** A trigger has no schema of its own. */
  override triggerName(trigger: Trigger): string {
    return this.preparer.quote(trigger.name, trigger.quote);
  }

  /** The function that a trigger calls: what it was given, or the one that is made of its body. */
  triggerFunction(trigger: Trigger): string {
    const { execute } = trigger;
    if (execute instanceof Routine) return this.routineName(execute);
    if (execute !== null)
      return execute
        .split(".")
        .map((name) => this.preparer.quote(name))
        .join(".");
    const made = trigger._functionFor(this.dialect);
    if (made === null) this.unsupportedProgram(trigger, "was given no body");
    return this.routineName(made);
  }

  override routineSignature(routine: Routine): string {
    return `(${routine._inputs.map(({ type, mode }) => `${mode === "variadic" ? "VARIADIC " : ""}${this.routineType(type)}`).join(", ")})`;
  }

  override visitDropRoutine(drop: DropRoutine): string {
    return super.visitDropRoutine(drop) + (drop.cascade ? " CASCADE" : "");
  }

  override routineParameter(_routine: Routine, parameter: RoutineParameter & { readonly name: string }): string {
    const mode = parameter.mode === undefined || parameter.mode === "in" ? "" : `${parameter.mode.toUpperCase()} `;
    const otherwise = parameter.default === undefined ? "" : ` DEFAULT ${this.ddlExpression(parameter.default)}`;
    return `${mode}${this.preparer.quote(parameter.name)} ${this.routineType(parameter.type)}${otherwise}`;
  }

  override routineTraits(routine: Routine): string[] {
    const { deterministic, volatility, strict, parallel, security, language } = routine.options;
    const phrase = (text: string, words: RegExp): string => this.preparer.validateSqlPhrase(text.toUpperCase(), words);
    const traits = [`LANGUAGE ${this.preparer.validateSqlPhrase(language ?? "plpgsql", /^\w+$/)}`];
    const kind = volatility ?? (deterministic === true ? "immutable" : null);
    if (kind !== null) traits.push(phrase(kind, /^(?:IMMUTABLE|STABLE|VOLATILE)$/));
    if (strict === true) traits.push("STRICT");
    if (parallel !== undefined) traits.push(`PARALLEL ${phrase(parallel, /^(?:SAFE|RESTRICTED|UNSAFE)$/)}`);
    if (security !== undefined) traits.push(`SECURITY ${phrase(security, /^(?:DEFINER|INVOKER)$/)}`);
    return traits;
  }

  /** The body is a text, between dollar signs with a word that it has not. */
  override routineBody(_routine: Routine, body: string): string {
    let tag = "$body$";
    for (let i = 1; body.includes(tag); i++) tag = `$body${i}$`;
    return `AS ${tag}\n${body.trim()}\n${tag}`;
  }

  // ---------------------------------------------------------------- comments

  override visitSetConstraintComment(set: SetConstraintComment): string {
    return `COMMENT ON CONSTRAINT ${this.commentedConstraint(set.element)} IS ${this.literal(set.element.comment ?? "")}`;
  }

  override visitDropConstraintComment(drop: DropConstraintComment): string {
    return `COMMENT ON CONSTRAINT ${this.commentedConstraint(drop.element)} IS NULL`;
  }

  commentedConstraint(constraint: Constraint): string {
    const name = this.itemName(constraint._resolvedName);
    if (name === null) throw new CompileError("Can't emit COMMENT ON for a constraint that has no name");
    return `${name} ON ${this.preparer.formatTable(constraint.table)}`;
  }
}

function named(type: { readonly name: string; readonly schema: string | null }): { name: string; schema: string | null } {
  return { name: type.name, schema: type.schema };
}
