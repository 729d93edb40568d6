import { ArgumentError } from "../../errors.ts";
import { describe } from "../base/coercions.ts";
import { withRunner } from "../base/statement-runner.ts";
import { CheckFirst, checkFirstFlags, itemDdlSlot } from "../schema/check-first.ts";
import { dispatchDdl } from "../schema/events.ts";
import type { ForeignKeyConstraint } from "../schema/foreign-key.ts";
import { type CreateAllOptions, createAllSlot, type MetaData } from "../schema/metadata.ts";
import { Routine } from "../schema/routine.ts";
import { Sequence } from "../schema/sequence.ts";
import { sortTablesAndConstraints } from "../schema/sort-tables.ts";
import { Index } from "../schema/table-index.ts";
import { Table } from "../schema/table.ts";
import { Trigger } from "../schema/trigger.ts";
import { TypeEngine } from "../types/type-engine.ts";
import { SetColumnComment, SetConstraintComment, SetTableComment } from "./comments.ts";
import { AddConstraint, CreateIndex, CreateSequence, CreateTable } from "./create-drop.ts";
import { creationOrder, routinesCalledBy } from "./creation-order.ts";
import type { DdlElement } from "./ddl-element.ts";
import { boundTypesOf, type NamedType, namedTypeFor, namedTypesOf } from "./named-type.ts";
import { CreateRoutine, CreateTrigger, DropRoutine, DropTrigger } from "./programs.ts";
import { SchemaDropper } from "./schema-dropper.ts";
import { SchemaRun } from "./schema-run.ts";

createAllSlot.fill((metadata, bind, options) =>
  withRunner(bind, (runner) =>
    new SchemaGenerator(runner, checkFirstFlags(options.checkFirst, CheckFirst.ALL)).metadata(metadata, options),
  ),
);

itemDdlSlot.fill((action, item, bind, checkFirst) => {
  if (typeof bind !== "object" || bind === null)
    throw new ArgumentError(`${action}() needs an engine or a connection, not ${describe(bind)}.`);
  return withRunner(bind, (runner) =>
    action === "create" ? new SchemaGenerator(runner, checkFirst).item(item) : new SchemaDropper(runner, checkFirst).item(item),
  );
});

/** Creates tables and what belongs to them. */
export class SchemaGenerator extends SchemaRun {
  /** What was created by now: it may be needed in several places. */
  readonly #routines: Set<Routine> = new Set();
  readonly #types: Set<string> = new Set();

  async metadata(metadata: MetaData, options: CreateAllOptions): Promise<void> {
    const { dialect, runner } = this;
    const wanted: readonly Table[] = options.tables ?? [...metadata.tables.values()];
    const there = await this.existing(wanted, false);
    const missing = wanted.filter((table) => !there.has(table));
    const { tables, late } = sortTablesAndConstraints(missing);
    this.event = { checkFirst: this.checkFirst, tables };
    const routines = options.tables === undefined ? metadata.routines : routinesCalledBy(wanted);

    await dispatchDdl(metadata, "beforeCreate", runner, this.event);
    const types = namedTypesOf(tables, dialect);
    if (options.tables === undefined) for (const [key, type] of boundTypesOf(metadata, dialect)) types.set(key, type);
    for (const type of types.values()) await this.type(type);
    await this.#sequences(metadata, options, missing);

    for (const item of creationOrder(tables, routines)) {
      if (item instanceof Routine) await this.routine(item);
      else await this.table(item, late.get(item) ?? NONE);
    }
    if (dialect.supportsAlter) {
      for (const constraints of late.values()) {
        for (const constraint of constraints) {
          await this.run(constraint, "beforeCreate", [new AddConstraint(constraint, { isolateFromTable: false })]);
        }
      }
    }
    const made = new Set(tables);
    for (const table of wanted) for (const trigger of table.triggers) await this.trigger(trigger, made.has(table));
    await dispatchDdl(metadata, "afterCreate", runner, this.event);
  }

  /** Creates one thing by itself. */
  async item(item: object): Promise<void> {
    if (item instanceof Table) {
      if ((await this.existing([item], false)).has(item)) return;
      this.event = { checkFirst: this.checkFirst, tables: [item] };
      for (const type of namedTypesOf([item], this.dialect).values()) await this.type(type);
      for (const column of item._schemaColumns) if (column.default instanceof Sequence) await this.sequence(column.default);
      // foreign keys that are made by ALTER have to wait until their targets are there
      await this.table(item, new Set(item._foreignKeyConstraintsInOrder.filter(({ useAlter }) => useAlter)));
      for (const routine of routinesCalledBy([item])) await this.routine(routine);
      for (const trigger of item.triggers) await this.trigger(trigger, true);
    } else if (item instanceof Index) {
      if (!this.checks(CheckFirst.INDEXES) || !(await this.hasIndex(item))) await this.index(item);
    } else if (item instanceof Sequence) await this.sequence(item);
    else if (item instanceof Trigger) {
      const { execute } = item;
      if (execute instanceof Routine && item._shouldCreate(this.dialect)) await this.routine(execute);
      await this.trigger(item, false);
    } else if (item instanceof Routine) await this.routine(item);
    else if (item instanceof TypeEngine) {
      const type = namedTypeFor(item, this.dialect);
      if (type !== null) await this.type(type);
    } else throw new ArgumentError(`create() is not for ${describe(item)}.`);
  }

  async type(type: NamedType): Promise<void> {
    const key = `${this.schemaOf(type) ?? ""}.${type.name}`;
    if (this.#types.has(key) || (this.checks(CheckFirst.TYPES) && (await this.hasType(type)))) return;
    this.#types.add(key);
    await this.run(type._events ?? type, "beforeCreate", [type.createDdl()]);
  }

  async sequence(sequence: Sequence): Promise<void> {
    if (!this.dialect.supportsSequences || (sequence.optional && this.dialect.sequencesOptional)) return;
    if (this.checks(CheckFirst.SEQUENCES) && (await this.hasSequence(sequence))) return;
    await this.run(sequence, "beforeCreate", [new CreateSequence(sequence)]);
  }

  async index(index: Index): Promise<void> {
    if (index._shouldCreate(this.dialect, { ddl: new CreateIndex(index), runner: this.runner, tables: this.event.tables }))
      await this.run(index, "beforeCreate", [new CreateIndex(index)]);
  }

  /** A trigger, and the function that is made of its body; `isNew` if its table was made just now. */
  async trigger(trigger: Trigger, isNew: boolean): Promise<void> {
    if (!trigger._shouldCreate(this.dialect, { runner: this.runner, tables: this.event.tables })) return;
    const statements: DdlElement[] = [];
    const replace = trigger.options.orReplace === true;
    if (!replace && !isNew && this.checks(CheckFirst.TRIGGERS) && (await this.hasTrigger(trigger))) return;
    const made = trigger._functionFor(this.dialect);
    if (made !== null) statements.push(new CreateRoutine(made));
    if (replace && !isNew && (!this.dialect.supportsOrReplace || trigger.options.constraint === true))
      statements.push(new DropTrigger(trigger, { ifExists: true }));
    statements.push(new CreateTrigger(trigger, { orReplace: replace && !isNew && this.dialect.supportsOrReplace }));
    await this.run(trigger, "beforeCreate", statements);
  }

  async routine(routine: Routine): Promise<void> {
    if (this.#routines.has(routine)) return;
    this.#routines.add(routine);
    if (!routine._shouldCreate(this.dialect, { runner: this.runner, tables: this.event.tables })) return;
    const replace = routine.options.orReplace === true;
    if (!replace && this.checks(CheckFirst.ROUTINES) && (await this.hasRoutine(routine))) return;
    const statements: DdlElement[] = [];
    if (replace && !this.dialect.supportsOrReplace) statements.push(new DropRoutine(routine, { ifExists: true }));
    statements.push(new CreateRoutine(routine, { orReplace: replace && this.dialect.supportsOrReplace }));
    await this.run(routine, "beforeCreate", statements);
  }

  /** The table with its indexes and comments, without the foreign keys that are `late`. */
  async table(table: Table, late: ReadonlySet<ForeignKeyConstraint>): Promise<void> {
    const { dialect, runner } = this;
    await dispatchDdl(table, "beforeCreate", runner, this.event);
    const options =
      dialect.supportsAlter && late.size > 0
        ? { includeForeignKeyConstraints: table._foreignKeyConstraintsInOrder.filter((constraint) => !late.has(constraint)) }
        : {};
    await ((table._creatorDdl as DdlElement | null) ?? new CreateTable(table, options))._invokeWith(runner, this.event);
    for (const index of table.indexes) await this.index(index);
    if (dialect.supportsComments && !dialect.inlineComments) {
      if (table.comment !== null) await runner.execute(new SetTableComment(table));
      for (const column of table._schemaColumns) if (column.comment !== null) await runner.execute(new SetColumnComment(column));
      if (dialect.supportsConstraintComments) {
        for (const constraint of table._sortedConstraints)
          if (constraint.comment !== null) await runner.execute(new SetConstraintComment(constraint));
      }
    }
    await dispatchDdl(table, "afterCreate", runner, this.event);
  }

  async #sequences(metadata: MetaData, options: CreateAllOptions, missing: readonly Table[]): Promise<void> {
    for (const sequence of metadata._sequences.values()) {
      const { column } = sequence;
      if (options.tables !== undefined && (column === null || !missing.includes(column.table as unknown as Table))) continue;
      await this.sequence(sequence);
    }
  }
}

const NONE: ReadonlySet<ForeignKeyConstraint> = new Set();
