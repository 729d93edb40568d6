import type {
  ReflectedCheckConstraint,
  ReflectedColumn,
  ReflectedForeignKeyConstraint,
  ReflectedIndex,
  ReflectedOptions,
  ReflectedPrimaryKeyConstraint,
  ReflectedTableComment,
  ReflectedUniqueConstraint,
} from "./reflected-types.ts";

/** What was found, by the names of tables and views. */
export type ByTable<T> = ReadonlyMap<string, T>;

/**
 * Reads a database's catalogue, for one connection. A dialect answers for any number of tables of a schema at once, each time
 * with a fixed number of queries. `schema` null is the schema that is searched by default; `names` are those of tables and views,
 * of which some may not be there. What has nothing to tell (a table without indexes) may be left out of the answer.
 */
export interface DialectReflection {
  schemaNames(): Promise<readonly string[]>;
  /** The tables and views of the kinds and scopes that are asked for (`ObjectKind`, `ObjectScope`), in alphabetical order. */
  relationNames(schema: string | null, kind: number, scope: number): Promise<readonly string[]>;
  sequenceNames(schema: string | null): Promise<readonly string[]>;
  /** The SELECT of a view, or null when there is no such view. */
  viewDefinition(name: string, schema: string | null): Promise<string | null>;

  columns(schema: string | null, names: readonly string[]): Promise<ByTable<ReflectedColumn[]>>;
  primaryKeys(schema: string | null, names: readonly string[]): Promise<ByTable<ReflectedPrimaryKeyConstraint>>;
  foreignKeys(schema: string | null, names: readonly string[]): Promise<ByTable<ReflectedForeignKeyConstraint[]>>;
  indexes(schema: string | null, names: readonly string[]): Promise<ByTable<ReflectedIndex[]>>;
  uniqueConstraints(schema: string | null, names: readonly string[]): Promise<ByTable<ReflectedUniqueConstraint[]>>;
  checkConstraints(schema: string | null, names: readonly string[]): Promise<ByTable<ReflectedCheckConstraint[]>>;
  tableComments(schema: string | null, names: readonly string[]): Promise<ByTable<ReflectedTableComment>>;
  /** Options of the tables themselves, as `new Table()` takes them: `mysqlEngine`, `sqliteStrict`, … */
  tableOptions(schema: string | null, names: readonly string[]): Promise<ByTable<ReflectedOptions>>;
}

/** Puts rows together by the table that is named in one of their columns. */
export function groupBy<R, T>(rows: Iterable<R>, tableOf: (row: R) => string, itemOf: (row: R) => T): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const table = tableOf(row);
    const group = groups.get(table);
    if (group === undefined) groups.set(table, [itemOf(row)]);
    else group.push(itemOf(row));
  }
  return groups;
}

/** Drops the keys whose values are undefined. */
export function defined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object)) if (value !== undefined) result[key] = value;
  return result as { [K in keyof T]: Exclude<T[K], undefined> };
}
