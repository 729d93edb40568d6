import { CircularDependencyError } from "../../errors.ts";
import { type StatementRunner, withRunner } from "../base/statement-runner.ts";
import { dispatchDdl } from "../schema/events.ts";
import { type CreateAllOptions, dropAllSlot, type MetaData } from "../schema/metadata.ts";
import type { SchemaNamed } from "../schema/schema-item.ts";
import { type SortedTables, sortTablesAndConstraints } from "../schema/sort-tables.ts";
import type { Table } from "../schema/table.ts";
import { DropConstraint, DropSequence, DropTable } from "./create-drop.ts";
import { namedTypesOf } from "./named-type.ts";
import { preparerOf } from "./schema-generator.ts";

dropAllSlot.fill((metadata, bind, options) => withRunner(bind, (runner) => dropAll(metadata, runner, options)));

async function dropAll(metadata: MetaData, runner: StatementRunner, options: CreateAllOptions): Promise<void> {
  const { dialect } = runner;
  const checkFirst = options.checkFirst !== false;
  const preparer = preparerOf(runner);
  const inventory = dialect.inventory(runner);
  const schemaOf = (item: SchemaNamed): string | null => preparer.schemaForObject(item);

  const wanted: readonly Table[] = options.tables ?? [...metadata.tables.values()];
  const there: Table[] = [];
  for (const table of wanted) {
    if (!checkFirst || (await inventory.hasTable(table.name, schemaOf(table)))) there.push(table);
  }
  const { tables, late, circular } = sortForDrop(there, dialect.supportsAlter);
  const event = { checkFirst, tables };

  await dispatchDdl(metadata, "beforeDrop", runner, event);
  if (dialect.supportsAlter) {
    for (const constraints of late.values()) {
      for (const constraint of constraints) if (constraint.name !== null) await runner.execute(new DropConstraint(constraint));
    }
  }
  if (circular) await inventory.beforeCircularDrop();
  for (const table of tables.toReversed()) {
    await dispatchDdl(table, "beforeDrop", runner, event);
    await runner.execute(table._dropperDdl ?? new DropTable(table));
    await dispatchDdl(table, "afterDrop", runner, event);
  }
  if (dialect.supportsSequences) {
    for (const sequence of metadata._sequences.values()) {
      if (sequence.optional && dialect.sequencesOptional) continue;
      if (options.tables !== undefined && (sequence.column === null || !there.includes(sequence.column.table as unknown as Table)))
        continue;
      if (!checkFirst || (await inventory.hasSequence(sequence.name, schemaOf(sequence)))) await runner.execute(new DropSequence(sequence));
    }
  }
  // a type that a remaining table has must stay
  const dropped = new Set(there);
  const kept =
    options.tables === undefined
      ? new Map<string, unknown>()
      : namedTypesOf(
          [...metadata.tables.values()].filter((table) => !dropped.has(table)),
          dialect,
        );
  for (const [key, type] of [...namedTypesOf(wanted, dialect)].toReversed()) {
    if (!kept.has(key) && (await inventory.hasType(type.name, schemaOf(type)))) await runner.execute(type.dropDdl());
  }
  await dispatchDdl(metadata, "afterDrop", runner, event);
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
