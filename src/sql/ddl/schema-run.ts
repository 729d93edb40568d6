import { ArgumentError } from "../../errors.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import { forCatalogue, type SchemaInventory, type StatementRunner } from "../base/statement-runner.ts";
import type { IdentifierPreparer } from "../compiler/identifier-preparer.ts";
import { CheckFirst } from "../schema/check-first.ts";
import { type DdlEventOptions, dispatchDdl } from "../schema/events.ts";
import type { SchemaNamed } from "../schema/schema-item.ts";
import type { Sequence } from "../schema/sequence.ts";
import type { Index } from "../schema/table-index.ts";
import type { Routine } from "../schema/routine.ts";
import type { Table } from "../schema/table.ts";
import type { Trigger } from "../schema/trigger.ts";
import type { DdlElement } from "./ddl-element.ts";
import type { NamedType } from "./named-type.ts";

/** Names schemas as the database knows them, for this connection. */
export function preparerOf(runner: StatementRunner): IdentifierPreparer {
  const map = runner.getExecutionOptions()["schemaTranslateMap"] as ReadonlyMap<string | null, string | null> | undefined;
  const preparer = runner.dialect.identifierPreparer;
  return map === undefined ? preparer : preparer.withSchemaTranslate(map);
}

/** What creating and dropping have in common: what is there, and the events. */
export abstract class SchemaRun {
  readonly runner: StatementRunner;
  readonly dialect: SqlDialect;
  /** flags of CheckFirst */
  readonly checkFirst: number;
  /** what the listeners are told */
  event: DdlEventOptions;
  readonly #preparer: IdentifierPreparer;
  #inventory: SchemaInventory | null = null;

  constructor(runner: StatementRunner, checkFirst: number) {
    this.runner = runner;
    this.dialect = runner.dialect;
    // where there is no database, there is nothing to look up
    this.checkFirst = runner.isMock === true ? CheckFirst.NONE : checkFirst;
    this.event = { checkFirst: this.checkFirst, tables: [] };
    this.#preparer = preparerOf(runner);
  }

  get inventory(): SchemaInventory {
    return (this.#inventory ??= this.dialect.inventory(forCatalogue(this.runner)));
  }

  schemaOf(item: SchemaNamed): string | null {
    return this.#preparer.schemaForObject(item);
  }

  checks(flag: number): boolean {
    return (this.checkFirst & flag) !== 0;
  }

  /** Runs a statement about an item, if its conditions hold, between its events. */
  async run(item: object, before: "beforeCreate" | "beforeDrop", statements: readonly DdlElement[]): Promise<void> {
    await dispatchDdl(item, before, this.runner, this.event);
    for (const statement of statements) await statement._invokeWith(this.runner, this.event);
    await dispatchDdl(item, before === "beforeCreate" ? "afterCreate" : "afterDrop", this.runner, this.event);
  }

  /** The tables of which it is to be asked whether they are there, and are; or all that are not asked for, if `unasked`. */
  async existing(tables: readonly Table[], unasked: boolean): Promise<Set<Table>> {
    const found = new Set<Table>();
    const bySchema = new Map<string | null, Table[]>();
    for (const table of tables) {
      if (!this.checks(table.isView ? CheckFirst.VIEWS : CheckFirst.TABLES)) {
        if (unasked) found.add(table);
      } else if (table._prefixes.some((prefix) => /temp/i.test(prefix))) {
        // some catalogues do not list temporary tables
        if (await this.inventory.hasTable(table.name, this.schemaOf(table))) found.add(table);
      } else {
        const schema = this.schemaOf(table);
        const list = bySchema.get(schema);
        if (list === undefined) bySchema.set(schema, [table]);
        else list.push(table);
      }
    }
    for (const [schema, list] of bySchema) {
      const names = await this.inventory.hasTables([...new Set(list.map(({ name }) => name))], schema);
      for (const table of list) if (names.has(table.name)) found.add(table);
    }
    return found;
  }

  hasType(type: NamedType): Promise<boolean> {
    return this.inventory.hasType(type.name, this.schemaOf(type));
  }

  hasSequence(sequence: Sequence): Promise<boolean> {
    return this.inventory.hasSequence(sequence.name, this.schemaOf(sequence));
  }

  hasIndex(index: Index): Promise<boolean> {
    const { table, name } = index;
    if (table === null || name === null)
      throw new ArgumentError(
        `The index ${name === null ? "without a name" : `"${name}"`} has no ${table === null ? "table" : "name"}, so it cannot be created or dropped.`,
      );
    return this.inventory.hasIndex(table.name, name, this.schemaOf(table));
  }

  hasTrigger(trigger: Trigger): Promise<boolean> {
    const table = trigger.table!;
    return this.inventory.hasTrigger(table.name, trigger.name, this.schemaOf(table));
  }

  hasRoutine(routine: Routine): Promise<boolean> {
    const compiler = new this.dialect.ddlCompiler(this.dialect, routine as never, {});
    return this.inventory.hasRoutine(
      routine.kind,
      routine.name,
      this.schemaOf(routine),
      compiler.routineSignature(routine).replaceAll("VARIADIC ", ""),
    );
  }
}
