import { NoSuchTableError } from "../../errors.ts";
import { registerInspection } from "../../inspection.ts";
import { forCatalogue } from "../../sql/base/statement-runner.ts";
import type { Table } from "../../sql/schema/table.ts";
import { Connection } from "../connection.ts";
import type { Dialect } from "../dialect.ts";
import { Engine } from "../engine.ts";
import type { ByTable, DialectReflection } from "./dialect-reflection.ts";
import { reflectTable, type ReflectTableOptions } from "./reflect-table.ts";
import {
  ObjectKind,
  ObjectScope,
  type ReflectedCheckConstraint,
  type ReflectedColumn,
  type ReflectedForeignKeyConstraint,
  type ReflectedIndex,
  type ReflectedOptions,
  type ReflectedPrimaryKeyConstraint,
  type ReflectedTableComment,
  type ReflectedUniqueConstraint,
} from "./reflected-types.ts";
import { sortByForeignKeys, type TableAndForeignKeys } from "./sort-by-foreign-keys.ts";

/** Where to look. */
export interface SchemaOption {
  /** the schema; unless told, the one that the database searches by default */
  readonly schema?: string | null;
}

/** Which tables and views a `getMulti…()` method tells of. */
export interface MultiOptions extends SchemaOption {
  /** only these; all of the schema unless told */
  readonly filterNames?: readonly string[] | null;
  /** `ObjectKind.TABLE` unless told */
  readonly kind?: number;
  /** `ObjectScope.DEFAULT` unless told */
  readonly scope?: number;
}

/** What the `getMulti…()` methods can tell. */
type Aspect = keyof DialectReflection &
  ("columns" | "primaryKeys" | "foreignKeys" | "indexes" | "uniqueConstraints" | "checkConstraints" | "tableComments" | "tableOptions");

type Answer<A extends Aspect> = Awaited<ReturnType<DialectReflection[A]>> extends ByTable<infer T> ? T : never;

/** What is told of a table that has nothing of the kind. */
const nothing: { readonly [A in Aspect]: () => Answer<A> } = {
  columns: () => [],
  primaryKeys: () => ({ name: null, constrainedColumns: [] }),
  foreignKeys: () => [],
  indexes: () => [],
  uniqueConstraints: () => [],
  checkConstraints: () => [],
  tableComments: () => ({ text: null }),
  tableOptions: () => ({}),
};

/**
 * Tells what there is in a database: `inspect(engine)` or `inspect(connection)` makes one. What was asked for once is remembered
 * until `clearCache()`; an inspector sees the database as it was then. Of an engine, each question takes a connection for its time.
 * @see https://docs.sqlalchemy.org/en/21/core/reflection.html#fine-grained-reflection-with-inspector
 * @example
 * const inspector = inspect(engine);
 * for (const name of await inspector.getTableNames()) console.log(name, await inspector.getColumns(name));
 */
export class Inspector {
  readonly bind: Engine | Connection;
  readonly #answers = new Map<string, Promise<unknown>>();
  /** the connection of a group of questions */
  #connection: Connection | null = null;

  constructor(bind: Engine | Connection) {
    this.bind = bind;
  }

  get dialect(): Dialect {
    return this.bind.dialect;
  }

  /** The engine, or that of the connection. */
  get engine(): Engine {
    return this.bind instanceof Engine ? this.bind : this.bind.engine;
  }

  /** The schema that is searched by default; null before the first connection, and where databases have no schemas. */
  get defaultSchemaName(): string | null {
    return this.dialect.defaultSchemaName;
  }

  /** Forgets what was read: the next question is asked anew. */
  clearCache(): void {
    this.#answers.clear();
  }

  // ---------------------------------------------------------------- names

  /** The schemas of the database (SQLite: the databases that are attached). */
  async getSchemaNames(): Promise<string[]> {
    return [...(await this.#ask("schemaNames", (reflection) => reflection.schemaNames()))];
  }

  /** The tables, in alphabetical order; without temporary ones and views. */
  getTableNames({ schema = null }: SchemaOption = {}): Promise<string[]> {
    return this.#names(schema, ObjectKind.TABLE, ObjectScope.DEFAULT);
  }

  /** The temporary tables of this connection. */
  getTempTableNames(): Promise<string[]> {
    return this.#names(null, ObjectKind.TABLE, ObjectScope.TEMPORARY);
  }

  /** The views; without materialized ones. */
  getViewNames({ schema = null }: SchemaOption = {}): Promise<string[]> {
    return this.#names(schema, ObjectKind.VIEW, ObjectScope.DEFAULT);
  }

  /** The temporary views of this connection. */
  getTempViewNames(): Promise<string[]> {
    return this.#names(null, ObjectKind.VIEW, ObjectScope.TEMPORARY);
  }

  /** The materialized views. */
  getMaterializedViewNames({ schema = null }: SchemaOption = {}): Promise<string[]> {
    return this.#names(schema, ObjectKind.MATERIALIZED_VIEW, ObjectScope.DEFAULT);
  }

  /** The sequences. */
  async getSequenceNames({ schema = null }: SchemaOption = {}): Promise<string[]> {
    return [...(await this.#ask(keyOf("sequences", schema), (reflection) => reflection.sequenceNames(schema)))];
  }

  /** Whether there is a table or view of that name. */
  async hasTable(name: string, { schema = null }: SchemaOption = {}): Promise<boolean> {
    return (await this.#relations(schema)).has(this.#fold(name));
  }

  /** Whether each of these tables or views is there, by name; one query for all. */
  async hasMultiTable(names: readonly string[], { schema = null }: SchemaOption = {}): Promise<Map<string, boolean>> {
    const there = await this.#relations(schema);
    return new Map(names.map((name) => [name, there.has(this.#fold(name))]));
  }

  /** Whether a table has an index of that name; false where there is no such table. */
  async hasIndex(table: string, index: string, { schema = null }: SchemaOption = {}): Promise<boolean> {
    if (!(await this.hasTable(table, { schema }))) return false;
    return (await this.getIndexes(table, { schema })).some(({ name }) => name === index);
  }

  /** Whether there is a sequence of that name. */
  async hasSequence(name: string, { schema = null }: SchemaOption = {}): Promise<boolean> {
    return (await this.getSequenceNames({ schema })).includes(name);
  }

  /** Whether there is a schema of that name. */
  async hasSchema(name: string): Promise<boolean> {
    return (await this.getSchemaNames()).includes(name);
  }

  /** The SELECT of a view, as the database keeps it. @throws NoSuchTableError when there is no such view */
  async getViewDefinition(view: string, { schema = null }: SchemaOption = {}): Promise<string> {
    const text = await this.#ask(keyOf("view", schema, view), (reflection) => reflection.viewDefinition(view, schema));
    if (text === null) throw noSuchTable(view, schema, "view");
    return text;
  }

  // ---------------------------------------------------------------- one table

  /** The columns of a table or view, in order. @throws NoSuchTableError */
  getColumns(table: string, options: SchemaOption = {}): Promise<ReflectedColumn[]> {
    return this.#one("columns", table, options);
  }

  /** The primary key; without columns where there is none. @throws NoSuchTableError */
  getPkConstraint(table: string, options: SchemaOption = {}): Promise<ReflectedPrimaryKeyConstraint> {
    return this.#one("primaryKeys", table, options);
  }

  /** The foreign keys. @throws NoSuchTableError */
  getForeignKeys(table: string, options: SchemaOption = {}): Promise<ReflectedForeignKeyConstraint[]> {
    return this.#one("foreignKeys", table, options);
  }

  /** The indexes; the one of the primary key is not among them. @throws NoSuchTableError */
  getIndexes(table: string, options: SchemaOption = {}): Promise<ReflectedIndex[]> {
    return this.#one("indexes", table, options);
  }

  /** The UNIQUE constraints. @throws NoSuchTableError */
  getUniqueConstraints(table: string, options: SchemaOption = {}): Promise<ReflectedUniqueConstraint[]> {
    return this.#one("uniqueConstraints", table, options);
  }

  /** The CHECK constraints. @throws NoSuchTableError */
  getCheckConstraints(table: string, options: SchemaOption = {}): Promise<ReflectedCheckConstraint[]> {
    return this.#one("checkConstraints", table, options);
  }

  /** The comment of a table. @throws NoSuchTableError */
  getTableComment(table: string, options: SchemaOption = {}): Promise<ReflectedTableComment> {
    return this.#one("tableComments", table, options);
  }

  /** Options of the table, as `new Table()` takes them. @throws NoSuchTableError */
  getTableOptions(table: string, options: SchemaOption = {}): Promise<ReflectedOptions> {
    return this.#one("tableOptions", table, options);
  }

  // ---------------------------------------------------------------- many tables at once

  /** The columns of many tables, by table; a fixed number of queries however many there are, as in all `getMulti…()` methods. */
  getMultiColumns(options: MultiOptions = {}): Promise<Map<string, ReflectedColumn[]>> {
    return this.#many("columns", options);
  }

  /** The primary keys of many tables. */
  getMultiPkConstraint(options: MultiOptions = {}): Promise<Map<string, ReflectedPrimaryKeyConstraint>> {
    return this.#many("primaryKeys", options);
  }

  /** The foreign keys of many tables. */
  getMultiForeignKeys(options: MultiOptions = {}): Promise<Map<string, ReflectedForeignKeyConstraint[]>> {
    return this.#many("foreignKeys", options);
  }

  /** The indexes of many tables. */
  getMultiIndexes(options: MultiOptions = {}): Promise<Map<string, ReflectedIndex[]>> {
    return this.#many("indexes", options);
  }

  /** The UNIQUE constraints of many tables. */
  getMultiUniqueConstraints(options: MultiOptions = {}): Promise<Map<string, ReflectedUniqueConstraint[]>> {
    return this.#many("uniqueConstraints", options);
  }

  /** The CHECK constraints of many tables. */
  getMultiCheckConstraints(options: MultiOptions = {}): Promise<Map<string, ReflectedCheckConstraint[]>> {
    return this.#many("checkConstraints", options);
  }

  /** The comments of many tables. */
  getMultiTableComment(options: MultiOptions = {}): Promise<Map<string, ReflectedTableComment>> {
    return this.#many("tableComments", options);
  }

  /** The options of many tables. */
  getMultiTableOptions(options: MultiOptions = {}): Promise<Map<string, ReflectedOptions>> {
    return this.#many("tableOptions", options);
  }

  // ---------------------------------------------------------------- dependencies and Table objects

  /**
   * The tables of a schema, those that others refer to first, each with the names of the foreign keys that can be made with it;
   * at the end, without a table, the foreign keys that have to be made afterwards since tables refer to each other in circles.
   */
  async getSortedTableAndFkcNames(options: SchemaOption = {}): Promise<TableAndForeignKeys[]> {
    return sortByForeignKeys(options.schema ?? null, await this.getMultiForeignKeys(options));
  }

  /**
   * Reads the columns and constraints of a table into a `Table`, and those of the tables that it refers to into further ones.
   * `Table.autoload()` and `metadata.reflect()` are easier to use.
   * @throws NoSuchTableError when the database has no such table
   */
  reflectTable(table: Table, options: ReflectTableOptions = {}): Promise<void> {
    return this.operation(() => reflectTable(this, table, options));
  }

  /** Asks several questions on one connection. */
  async operation<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#connection !== null || this.bind instanceof Connection) return ask();
    const connection = await this.bind.connect();
    this.#connection = connection;
    try {
      return await ask();
    } finally {
      this.#connection = null;
      await connection.close();
    }
  }

  // ---------------------------------------------------------------- asking

  #ask<T>(key: string, question: (reflection: DialectReflection) => Promise<T>): Promise<T> {
    const known = this.#answers.get(key);
    if (known !== undefined) return known as Promise<T>;
    const answer = this.#onConnection((connection) => question(connection.dialect.reflection(forCatalogue(connection))));
    this.#answers.set(key, answer);
    // what could not be read may be there the next time
    answer.catch(() => this.#answers.delete(key));
    return answer;
  }

  async #onConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    if (this.bind instanceof Connection) return work(this.bind);
    if (this.#connection !== null) return work(this.#connection);
    const connection = await this.bind.connect();
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  }

  async #names(schema: string | null, kind: number, scope: number): Promise<string[]> {
    return [...(await this.#ask(keyOf("names", schema, kind, scope), (reflection) => reflection.relationNames(schema, kind, scope)))];
  }

  async #relations(schema: string | null): Promise<ReadonlySet<string>> {
    return new Set((await this.#names(schema, ObjectKind.ANY, ObjectScope.ANY)).map((name) => this.#fold(name)));
  }

  #fold(name: string): string {
    return this.dialect.tableNamesIgnoreCase ? name.toLowerCase() : name;
  }

  async #one<A extends Aspect>(aspect: A, table: string, { schema = null }: SchemaOption): Promise<Answer<A>> {
    const all = await this.#answer(aspect, schema, [table]);
    const fold = this.#fold(table);
    for (const [name, answer] of all) if (this.#fold(name) === fold) return answer;
    if (!(await this.hasTable(table, { schema }))) throw noSuchTable(table, schema, "table or view");
    return nothing[aspect]();
  }

  #many<A extends Aspect>(
    aspect: A,
    { schema = null, filterNames = null, kind = ObjectKind.TABLE, scope = ObjectScope.DEFAULT }: MultiOptions,
  ): Promise<Map<string, Answer<A>>> {
    return this.operation(async () => {
      const there = await this.#names(schema, kind, scope);
      const wanted = filterNames === null ? null : new Set(filterNames.map((name) => this.#fold(name)));
      const names = wanted === null ? there : there.filter((name) => wanted.has(this.#fold(name)));
      if (names.length === 0) return new Map();
      const all = await this.#answer(aspect, schema, names);
      return new Map(names.map((name) => [name, all.get(name) ?? nothing[aspect]()]));
    });
  }

  #answer<A extends Aspect>(aspect: A, schema: string | null, names: readonly string[]): Promise<ByTable<Answer<A>>> {
    return this.#ask(keyOf(aspect, schema, names), (reflection) => reflection[aspect](schema, names) as Promise<ByTable<Answer<A>>>);
  }
}

registerInspection(Engine, (engine) => new Inspector(engine));
registerInspection(Connection, (connection) => new Inspector(connection));

const keyOf = (...parts: readonly unknown[]): string => JSON.stringify(parts);

function noSuchTable(name: string, schema: string | null, what: string): NoSuchTableError {
  return new NoSuchTableError(
    `There is no ${what} "${name}" in ${schema === null ? "the database's default schema" : `the schema "${schema}"`}.`,
  );
}
