import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { ColumnCollection, type ColumnRecord, type Columns } from "../selectable/column-collection.ts";
import type { FromClause } from "../selectable/from-clause.ts";

/** The columns of the table of a class, by the names of its attributes. */
export type AttributeColumns = ReadonlyMap<string, ColumnElement<unknown>>;

/** What knows them: the layer that maps classes says so of what its statements are about. */
export interface AttributeColumnsHolder {
  /** @internal */
  readonly _attributeColumns: AttributeColumns;
}

/** The columns that a statement writes to, by the names of attributes; null where it is about a plain table. */
export function attributeColumnsOf(statement: ClauseElement): AttributeColumns | null {
  const subject = statement._propagateAttrs["pluginSubject"] as Partial<AttributeColumnsHolder> | null | undefined;
  return subject?._attributeColumns ?? null;
}

/**
 * The columns of an alias of the table that a statement writes to, under the names under which `values()` takes them: those of attributes for a
 * mapped class. Keys of columns that are the name of no attribute still lead to their columns.
 */
export function columnsByAttribute(alias: FromClause, attributes: AttributeColumns | null): Columns<ColumnRecord> {
  if (attributes === null) return alias.c as unknown as Columns<ColumnRecord>;
  const named = new ColumnCollection();
  for (const [name, { key }] of attributes) {
    const column = alias._collection.get(key ?? "");
    if (column !== undefined) named.add(column, name);
  }
  for (const [key, column] of alias._collection.entries)
    if (!(key in named.record)) Object.defineProperty(named.record, key, { value: column, enumerable: false, configurable: true });
  return named.record;
}
