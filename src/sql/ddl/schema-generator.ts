import { type StatementRunner, withRunner } from "../base/statement-runner.ts";
import type { IdentifierPreparer } from "../compiler/identifier-preparer.ts";
import { type CreateAllOptions, createAllSlot, type MetaData } from "../schema/metadata.ts";
import { dispatchDdl } from "../schema/events.ts";
import type { ForeignKeyConstraint } from "../schema/foreign-key.ts";
import type { SchemaNamed } from "../schema/schema-item.ts";
import type { Sequence } from "../schema/sequence.ts";
import { sortTablesAndConstraints } from "../schema/sort-tables.ts";
import type { Table } from "../schema/table.ts";
import { SetColumnComment, SetConstraintComment, SetTableComment } from "./comments.ts";
import { AddConstraint, CreateIndex, CreateSequence, CreateTable } from "./create-drop.ts";
import { namedTypesOf } from "./named-type.ts";

createAllSlot.fill((metadata, bind, options) => withRunner(bind, (runner) => createAll(metadata, runner, options)));

/** Names schemas as the database knows them, for this connection. */
export function preparerOf(runner: StatementRunner): IdentifierPreparer {
  const map = runner.getExecutionOptions()["schemaTranslateMap"] as ReadonlyMap<string | null, string | null> | undefined;
  const preparer = runner.dialect.identifierPreparer;
  return map === undefined ? preparer : preparer.withSchemaTranslate(map);
}

async function createAll(metadata: MetaData, runner: StatementRunner, options: CreateAllOptions): Promise<void> {
  const { dialect } = runner;
  const checkFirst = options.checkFirst !== false;
  const preparer = preparerOf(runner);
  const inventory = dialect.inventory(runner);
  const schemaOf = (item: SchemaNamed): string | null => preparer.schemaForObject(item);

  const wanted: readonly Table[] = options.tables ?? [...metadata.tables.values()];
  const missing: Table[] = [];
  for (const table of wanted) {
    if (!checkFirst || !(await inventory.hasTable(table.name, schemaOf(table)))) missing.push(table);
  }
  const { tables, late } = sortTablesAndConstraints(missing);
  const sequences = await missingSequences();
  const event = { checkFirst, tables };

  await dispatchDdl(metadata, "beforeCreate", runner, event);
  for (const type of namedTypesOf(tables, dialect).values()) {
    if (!(await inventory.hasType(type.name, schemaOf(type)))) await runner.execute(type.createDdl());
  }
  for (const sequence of sequences) await runner.execute(new CreateSequence(sequence));
  for (const table of tables) await createTable(table, late.get(table) ?? NONE, runner, event);
  if (dialect.supportsAlter) {
    for (const constraints of late.values()) for (const constraint of constraints) await runner.execute(new AddConstraint(constraint));
  }
  await dispatchDdl(metadata, "afterCreate", runner, event);

  async function missingSequences(): Promise<Sequence[]> {
    if (!dialect.supportsSequences) return [];
    const found: Sequence[] = [];
    for (const sequence of metadata._sequences.values()) {
      if (sequence.optional && dialect.sequencesOptional) continue;
      const { column } = sequence;
      if (options.tables !== undefined && (column === null || !missing.includes(column.table as unknown as Table))) continue;
      if (!checkFirst || !(await inventory.hasSequence(sequence.name, schemaOf(sequence)))) found.push(sequence);
    }
    return found;
  }
}

const NONE: ReadonlySet<ForeignKeyConstraint> = new Set();

async function createTable(
  table: Table,
  late: ReadonlySet<ForeignKeyConstraint>,
  runner: StatementRunner,
  event: { checkFirst: boolean; tables: readonly Table[] },
): Promise<void> {
  const { dialect } = runner;
  await dispatchDdl(table, "beforeCreate", runner, event);
  const options =
    dialect.supportsAlter && late.size > 0
      ? { includeForeignKeyConstraints: table._foreignKeyConstraintsInOrder.filter((constraint) => !late.has(constraint)) }
      : {};
  await runner.execute(table._creatorDdl ?? new CreateTable(table, options));
  for (const index of table.indexes) if (index._shouldCreate(dialect)) await runner.execute(new CreateIndex(index));
  if (dialect.supportsComments && !dialect.inlineComments) {
    if (table.comment !== null) await runner.execute(new SetTableComment(table));
    for (const column of table._schemaColumns) if (column.comment !== null) await runner.execute(new SetColumnComment(column));
    if (dialect.supportsConstraintComments) {
      for (const constraint of table._sortedConstraints)
        if (constraint.comment !== null) await runner.execute(new SetConstraintComment(constraint));
    }
  }
  await dispatchDdl(table, "afterCreate", runner, event);
}
