import { ArgumentError, CircularDependencyError } from "../../errors.ts";
import { describe } from "../base/coercions.ts";
import { withRunner } from "../base/statement-runner.ts";
import { CheckFirst, checkFirstFlags } from "../schema/check-first.ts";
import { dispatchDdl } from "../schema/events.ts";
import { type CreateAllOptions, dropAllSlot, type MetaData } from "../schema/metadata.ts";
import { Routine } from "../schema/routine.ts";
import { Sequence } from "../schema/sequence.ts";
import { type SortedTables, sortTablesAndConstraints } from "../schema/sort-tables.ts";
import { Index } from "../schema/table-index.ts";
import { Table } from "../schema/table.ts";
import { Trigger } from "../schema/trigger.ts";
import { TypeEngine } from "../types/type-engine.ts";
import { DropConstraint, DropIndex, DropSequence, DropTable } from "./create-drop.ts";
import { creationOrder, routinesCalledBy } from "./creation-order.ts";
import type { DdlElement } from "./ddl-element.ts";
import { boundTypesOf, type NamedType, namedTypeFor, namedTypesOf } from "./named-type.ts";
import { DropRoutine, DropTrigger } from "./programs.ts";
import { SchemaRun } from "./schema-run.ts";

dropAllSlot.fill((metadata, bind, options) =>
  withRunner(bind, (runner) => new SchemaDropper(runner, checkFirstFlags(options.checkFirst, CheckFirst.ALL)).metadata(metadata, options)),
);

/** Drops tables and what was created with them. */
export class SchemaDropper extends SchemaRun {
  async metadata(metadata: MetaData, options: CreateAllOptions): Promise<void> {
    const { dialect, runner } = this;
    const wanted: readonly Table[] = options.tables ?? [...metadata.tables.values()];
    const existing = await this.existing(wanted, true);
    const there = wanted.filter((table) => existing.has(table));
    const { tables, late, circular } = sortForDrop(there, dialect.supportsAlter);
    this.event = { checkFirst: this.checkFirst, tables };
    const routines = options.tables === undefined ? metadata.routines : [];

    await dispatchDdl(metadata, "beforeDrop", runner, this.event);
    if (dialect.supportsAlter) {
      for (const constraints of late.values()) {
        for (const constraint of constraints) {
          if (constraint.name !== null) await this.run(constraint, "beforeDrop", [new DropConstraint(constraint)]);
        }
      }
    }
    if (circular) await this.inventory.beforeCircularDrop();
    // those that triggers call can go only when the tables have gone with their triggers
    const called = new Set(routinesCalledBy(wanted));
    for (const item of creationOrder(tables, routines).toReversed()) {
      if (!(item instanceof Routine)) await this.table(item);
      else if (!called.has(item)) await this.routine(item);
    }
    for (const routine of routines) if (called.has(routine)) await this.routine(routine);
    for (const sequence of metadata._sequences.values()) {
      if (options.tables !== undefined && (sequence.column === null || !existing.has(sequence.column.table as unknown as Table))) continue;
      await this.sequence(sequence);
    }
    await this.#types(metadata, options, wanted, existing);
    await dispatchDdl(metadata, "afterDrop", runner, this.event);
  }

  /** Drops one thing by itself. */
  async item(item: object): Promise<void> {
    if (item instanceof Table) {
      if (!(await this.existing([item], true)).has(item)) return;
      this.event = { checkFirst: this.checkFirst, tables: [item] };
      await this.table(item);
      for (const column of item._schemaColumns) if (column.default instanceof Sequence) await this.sequence(column.default);
    } else if (item instanceof Index) {
      if (!this.checks(CheckFirst.INDEXES) || (await this.hasIndex(item))) await this.run(item, "beforeDrop", [new DropIndex(item)]);
    } else if (item instanceof Sequence) await this.sequence(item);
    else if (item instanceof Trigger) await this.trigger(item);
    else if (item instanceof Routine) await this.routine(item);
    else if (item instanceof TypeEngine) {
      const type = namedTypeFor(item, this.dialect);
      if (type !== null) await this.type(type);
    } else throw new ArgumentError(`drop() is not for ${describe(item)}.`);
  }

  async type(type: NamedType): Promise<void> {
    if (this.checks(CheckFirst.TYPES) && !(await this.hasType(type))) return;
    await this.run(type._events ?? type, "beforeDrop", [type.dropDdl()]);
  }

  async sequence(sequence: Sequence): Promise<void> {
    if (!this.dialect.supportsSequences || (sequence.optional && this.dialect.sequencesOptional)) return;
    if (this.checks(CheckFirst.SEQUENCES) && !(await this.hasSequence(sequence))) return;
    await this.run(sequence, "beforeDrop", [new DropSequence(sequence)]);
  }

  async trigger(trigger: Trigger): Promise<void> {
    if (!trigger._shouldCreate(this.dialect, { runner: this.runner, tables: this.event.tables })) return;
    if (this.checks(CheckFirst.TRIGGERS) && !(await this.hasTrigger(trigger))) return;
    const statements: DdlElement[] = [new DropTrigger(trigger)];
    const made = trigger._functionFor(this.dialect);
    if (made !== null) statements.push(new DropRoutine(made, { ifExists: true }));
    await this.run(trigger, "beforeDrop", statements);
  }

  async routine(routine: Routine): Promise<void> {
    if (!routine._shouldCreate(this.dialect, { runner: this.runner, tables: this.event.tables })) return;
    if (this.checks(CheckFirst.ROUTINES) && !(await this.hasRoutine(routine))) return;
    await this.run(routine, "beforeDrop", [new DropRoutine(routine)]);
  }

  /** A table. Its indexes and triggers go with it, but not the functions that were made for the triggers. */
  async table(table: Table): Promise<void> {
    await dispatchDdl(table, "beforeDrop", this.runner, this.event);
    await ((table._dropperDdl as DdlElement | null) ?? new DropTable(table))._invokeWith(this.runner, this.event);
    for (const trigger of table.triggers) {
      if (!trigger._shouldCreate(this.dialect, { runner: this.runner, tables: this.event.tables })) continue;
      const made = trigger._functionFor(this.dialect);
      if (made !== null) await this.runner.execute(new DropRoutine(made, { ifExists: true }));
    }
    await dispatchDdl(table, "afterDrop", this.runner, this.event);
  }

  async #types(metadata: MetaData, options: CreateAllOptions, wanted: readonly Table[], dropped: ReadonlySet<Table>): Promise<void> {
    const types = namedTypesOf(wanted, this.dialect);
    let kept: ReadonlyMap<string, NamedType> = new Map();
    if (options.tables === undefined) {
      for (const [key, type] of boundTypesOf(metadata, this.dialect)) types.set(key, type);
    } else {
      // a type that a table has which is still there must stay
      const others = [...metadata.tables.values()].filter((table) => !wanted.includes(table) && !dropped.has(table));
      kept = types.size === 0 ? types : namedTypesOf(await this.existing(others, true), this.dialect);
    }
    for (const [key, type] of [...types].toReversed()) if (!kept.has(key)) await this.type(type);
  }
}

function sortForDrop(tables: readonly Table[], supportsAlter: boolean): SortedTables & { readonly circular: boolean } {
  try {
    return {
      ...sortTablesAndConstraints(tables, (constraint) => (!supportsAlter || constraint.name === null ? false : null)),
      circular: false,
    };
  } catch (error) {
    if (!(error instanceof CircularDependencyError)) throw error;
    // without ALTER, the database itself must be content with any order
    if (!supportsAlter) return { ...sortTablesAndConstraints(tables), circular: true };
    const names = [...new Set(error.cycles.map((table) => (table as Table).description))].sort().join(", ");
    throw new CircularDependencyError(
      `Can't sort tables for DROP; an unresolvable foreign key dependency exists between tables: ${names}. Please ensure that the foreign keys involved in the cycle have names (or that the MetaData has a naming convention), so that they can be dropped using DROP CONSTRAINT.`,
      error.cycles,
      error.edges,
      { cause: error },
    );
  }
}
