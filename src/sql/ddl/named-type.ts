import type { SqlDialect } from "../base/sql-dialect.ts";
import type { MetaData } from "../schema/metadata.ts";
import type { Table } from "../schema/table.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { DdlElement } from "./ddl-element.ts";

/** A type that must be created by name before a table can have it: an enum or a domain of PostgreSQL. */
export interface NamedType extends TypeEngine<unknown> {
  readonly isNamedType: true;
  readonly name: string;
  readonly schema: string | null;
  /** false: it is there, or is made by other means */
  readonly createType: boolean;
  /** what listeners have listened to, where that is the generic type of which it was made @internal */
  _events?: object;
  createDdl(): DdlElement;
  dropDdl(): DdlElement;
}

function isNamedType(type: TypeEngine<unknown>): type is NamedType {
  return (type as Partial<NamedType>).isNamedType === true;
}

/** The type as it is created by name on a dialect; null where it is not. */
export function namedTypeFor(type: TypeEngine<unknown>, dialect: SqlDialect): NamedType | null {
  const impl = type._unwrappedDialectImpl(dialect);
  return isNamedType(impl) && impl.name !== null ? impl : null;
}

function visit(type: TypeEngine<unknown>, table: Table | null, dialect: SqlDialect, found: Map<string, NamedType>): void {
  let impl = type._unwrappedDialectImpl(dialect);
  const item = (impl as { itemType?: TypeEngine<unknown> }).itemType;
  if (impl.isArray && item !== undefined) {
    visit(item, table, dialect, found);
    return;
  }
  // a type of another dialect may be a variant of one that has none here
  if (!isNamedType(impl) || !dialect.supportsNamedTypes) return;
  const base = (impl as { dataType?: TypeEngine<unknown> }).dataType;
  if (base !== undefined) visit(base, table, dialect, found);
  if (
    (impl as { inheritSchema?: boolean }).inheritSchema === true &&
    table !== null &&
    table.schema !== null &&
    table.schema !== impl.schema
  ) {
    impl = (impl as NamedType & { _withSchema(schema: string): NamedType })._withSchema(table.schema);
  }
  const named = impl as NamedType;
  const key = named.schema === null ? named.name : `${named.schema}.${named.name}`;
  if (named.createType && !found.has(key)) found.set(key, named);
}

/** The named types that the columns of tables need on a dialect, each once, those that others are made of first. */
export function namedTypesOf(tables: Iterable<Table>, dialect: SqlDialect): Map<string, NamedType> {
  const found = new Map<string, NamedType>();
  for (const table of tables) for (const column of table._collection) visit(column.type, table, dialect, found);
  return found;
}

/** The named types that were given a MetaData, whether a column has them or not. */
export function boundTypesOf(metadata: MetaData, dialect: SqlDialect): Map<string, NamedType> {
  const found = new Map<string, NamedType>();
  for (const type of metadata._types) if (!type.inheritSchema) visit(type, null, dialect, found);
  return found;
}
