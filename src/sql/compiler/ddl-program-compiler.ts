import { CompileError } from "../../errors.ts";
import type { CreateRoutine, CreateTrigger, DropRoutine, DropTrigger } from "../ddl/programs.ts";
import { bodyFor } from "../schema/program-body.ts";
import type { Routine, RoutineParameter } from "../schema/routine.ts";
import type { Table } from "../schema/table.ts";
import { programBlock, type Trigger } from "../schema/trigger.ts";
import { TypeEngine } from "../types/type-engine.ts";
import { DdlBaseCompiler } from "./ddl-base-compiler.ts";

/** The part of a compiler of DDL that writes triggers and routines; the form is that which SQLite and MySQL have in common. */
export class DdlProgramCompiler extends DdlBaseCompiler {
  // ---------------------------------------------------------------- triggers

  visitCreateTrigger(create: CreateTrigger): string {
    const trigger = create.element;
    const table = this.triggerTable(trigger);
    if (trigger.events.length > 1) this.unsupportedProgram(trigger, "has one event for each trigger: make one trigger for each event");
    if (trigger.events[0] === "truncate") this.unsupportedProgram(trigger, "has no triggers on TRUNCATE");
    if (trigger.forEach === "statement") this.unsupportedProgram(trigger, "has no triggers for statements, only for rows");
    if (trigger.options.referencing !== undefined || trigger.options.constraint === true)
      this.unsupportedProgram(trigger, "has neither tables of old and new rows nor constraint triggers");
    const words = ["CREATE"];
    if (create.orReplace) words.push("OR REPLACE");
    words.push("TRIGGER");
    if (create.ifNotExists) words.push("IF NOT EXISTS");
    words.push(this.triggerName(trigger), trigger.timing.toUpperCase(), this.triggerEvents(trigger), "ON", this.triggerTableName(table));
    words.push("FOR EACH ROW");
    const when = this.triggerCondition(trigger);
    if (when !== "") words.push(when);
    words.push(this.triggerBody(trigger));
    return words.join(" ");
  }

  visitDropTrigger(drop: DropTrigger): string {
    return `DROP TRIGGER ${drop.ifExists ? "IF EXISTS " : ""}${this.triggerName(drop.element)}`;
  }

  /** The name of a trigger, with the schema of its table. */
  triggerName(trigger: Trigger): string {
    const name = this.preparer.quote(trigger.name, trigger.quote);
    const table = this.triggerTable(trigger);
    const schema = this.preparer.schemaForObject(table);
    return schema ? `${this.preparer.quoteSchema(schema, table.quoteSchema)}.${name}` : name;
  }

  /** How the table is named after ON. */
  triggerTableName(table: Table): string {
    return this.preparer.formatTable(table);
  }

  /** `INSERT`, `UPDATE OF a, b` */
  triggerEvents(trigger: Trigger): string {
    const of = trigger.of.length === 0 ? "" : ` OF ${trigger.of.map((column) => this.preparer.formatColumn(column)).join(", ")}`;
    return trigger.events.map((event) => event.toUpperCase() + (event === "update" ? of : "")).join(" OR ");
  }

  triggerCondition(trigger: Trigger): string {
    return trigger.when === null ? "" : `WHEN (${this.expression(trigger.when, { literalBinds: true, ddlCompiling: true })})`;
  }

  triggerBody(trigger: Trigger): string {
    const body = bodyFor(trigger.body, this.dialect);
    if (body === null) this.unsupportedProgram(trigger, "was given no body");
    return programBlock(body);
  }

  /** @throws CompileError when the trigger has no table */
  triggerTable(trigger: Trigger): Table {
    if (trigger.table === null) throw new CompileError(`The trigger "${trigger.name}" belongs to no table.`);
    return trigger.table;
  }

  /** Refuses what the dialect has not. */
  unsupportedProgram(item: { readonly name: string }, why: string): never {
    throw new CompileError(`"${item.name}" cannot be created: the dialect "${this.dialect.name}" ${why}.`);
  }

  // ---------------------------------------------------------------- routines

  visitCreateRoutine(create: CreateRoutine): string {
    const routine = create.element;
    if (!this.dialect.supportsRoutines) this.unsupportedProgram(routine, "has no functions and procedures that are created by SQL");
    const body = bodyFor(routine.body, this.dialect);
    if (body === null) this.unsupportedProgram(routine, "was given no body");
    const words = ["CREATE"];
    if (create.orReplace) words.push("OR REPLACE");
    words.push(routine.kind.toUpperCase());
    if (create.ifNotExists) words.push("IF NOT EXISTS");
    words.push(this.routineName(routine) + this.routineParameters(routine));
    if (routine.returns !== null) words.push(`RETURNS ${this.routineType(routine.returns)}`);
    return [...words, ...this.routineTraits(routine), this.routineBody(routine, body)].join(" ");
  }

  visitDropRoutine(drop: DropRoutine): string {
    const routine = drop.element;
    return `DROP ${routine.kind.toUpperCase()} ${drop.ifExists ? "IF EXISTS " : ""}${this.routineName(routine)}${this.routineSignature(routine)}`;
  }

  routineName(routine: Routine): string {
    return this.preparer.formatTable(routine);
  }

  /** What tells functions of one name apart where there can be several. */
  routineSignature(_routine: Routine): string {
    return "";
  }

  routineParameters(routine: Routine): string {
    return `(${routine.parameters.map((parameter) => this.routineParameter(routine, parameter)).join(", ")})`;
  }

  routineParameter(routine: Routine, parameter: RoutineParameter & { readonly name: string }): string {
    const mode = routine.kind === "procedure" ? `${(parameter.mode ?? "in").toUpperCase()} ` : "";
    if (parameter.default !== undefined) this.unsupportedProgram(routine, "has no defaults of parameters");
    return `${mode}${this.preparer.quote(parameter.name)} ${this.routineType(parameter.type)}`;
  }

  routineType(type: TypeEngine<unknown> | string): string {
    return type instanceof TypeEngine ? this.dialect.typeCompiler.process(type, { identifierPreparer: this.preparer }) : type;
  }

  /** What stands between the header and the body. */
  routineTraits(routine: Routine): string[] {
    const { deterministic, sqlData, security } = routine.options;
    const traits: string[] = [];
    if (deterministic === true) traits.push("DETERMINISTIC");
    if (sqlData !== undefined)
      traits.push(this.preparer.validateSqlPhrase(sqlData.toUpperCase(), /^(?:CONTAINS SQL|NO SQL|READS SQL DATA|MODIFIES SQL DATA)$/));
    if (security !== undefined)
      traits.push(`SQL SECURITY ${this.preparer.validateSqlPhrase(security.toUpperCase(), /^(?:DEFINER|INVOKER)$/)}`);
    if (routine.comment !== null) traits.push(`COMMENT ${this.literal(routine.comment)}`);
    return traits;
  }

  routineBody(_routine: Routine, body: string): string {
    return body.trim();
  }
}
