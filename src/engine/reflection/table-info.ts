import { NoSuchTableError } from "../../errors.ts";
import type { Inspector } from "./inspector.ts";
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

/** All that the database tells of one table or view. */
export interface TableInfo {
  readonly schema: string | null;
  readonly name: string;
  readonly columns: readonly ReflectedColumn[];
  readonly primaryKey: ReflectedPrimaryKeyConstraint;
  readonly foreignKeys: readonly ReflectedForeignKeyConstraint[];
  readonly indexes: readonly ReflectedIndex[];
  readonly uniqueConstraints: readonly ReflectedUniqueConstraint[];
  readonly checkConstraints: readonly ReflectedCheckConstraint[];
  readonly comment: ReflectedTableComment;
  readonly options: ReflectedOptions;
}

/** A table in a schema. */
export interface TableName {
  readonly schema: string | null;
  readonly name: string;
}

export const sameTable = (a: TableName, b: TableName): boolean => a.name === b.name && a.schema === b.schema;

/** Reads tables of one schema, all aspects of all of them with one query for each aspect. */
async function readTables(inspector: Inspector, schema: string | null, names: readonly string[]): Promise<TableInfo[]> {
  const which = { schema, filterNames: names, kind: ObjectKind.ANY, scope: ObjectScope.ANY };
  const columns = await inspector.getMultiColumns(which);
  if (columns.size === 0) return [];
  const primaryKeys = await inspector.getMultiPkConstraint(which);
  const foreignKeys = await inspector.getMultiForeignKeys(which);
  const indexes = await inspector.getMultiIndexes(which);
  const uniqueConstraints = await inspector.getMultiUniqueConstraints(which);
  const checkConstraints = await inspector.getMultiCheckConstraints(which);
  const comments = await inspector.getMultiTableComment(which);
  const options = await inspector.getMultiTableOptions(which);
  return [...columns.keys()].map((name) => ({
    schema,
    name,
    columns: columns.get(name)!,
    primaryKey: primaryKeys.get(name)!,
    foreignKeys: foreignKeys.get(name)!,
    indexes: indexes.get(name)!,
    uniqueConstraints: uniqueConstraints.get(name)!,
    checkConstraints: checkConstraints.get(name)!,
    comment: comments.get(name)!,
    options: options.get(name)!,
  }));
}

/**
 * Reads tables, and those that they refer to by foreign keys, as far as that leads. What is known already is not read.
 * @throws NoSuchTableError for a table that was asked for by name
 */
export async function collectTables(
  inspector: Inspector,
  wanted: readonly TableName[],
  { resolveFks, isKnown }: { readonly resolveFks: boolean; readonly isKnown: (table: TableName) => boolean },
): Promise<TableInfo[]> {
  const found: TableInfo[] = [];
  let next = wanted;
  let named = true;
  while (next.length > 0) {
    const bySchema = new Map<string | null, TableName[]>();
    for (const table of next) bySchema.set(table.schema, [...(bySchema.get(table.schema) ?? []), table]);
    const read: TableInfo[] = [];
    for (const [schema, tables] of bySchema) {
      const names = tables.map((table) => table.name);
      const infos = await readTables(inspector, schema, names);
      const there = new Set(infos.map((info) => info.name));
      const missing = names.filter((name) => !there.has(name));
      if (named && missing.length > 0) throw noTables(schema, missing);
      read.push(...infos);
    }
    found.push(...read);
    if (!resolveFks) break;
    named = false;
    const referred: TableName[] = [];
    for (const { foreignKeys } of read) {
      for (const { referredSchema, referredTable } of foreignKeys) {
        const table = { schema: referredSchema, name: referredTable };
        const seen = isKnown(table) || found.some((one) => sameTable(one, table)) || referred.some((one) => sameTable(one, table));
        if (!seen) referred.push(table);
      }
    }
    next = referred;
  }
  return found;
}

function noTables(schema: string | null, names: readonly string[]): NoSuchTableError {
  const where = schema === null ? "the database's default schema" : `the schema "${schema}"`;
  return new NoSuchTableError(`There is no table or view ${names.map((name) => `"${name}"`).join(", ")} in ${where}.`);
}
