import type { TypeEngine } from "../types/type-engine.ts";
import type { Column } from "./column.ts";
import type { MetaData } from "./metadata.ts";
import { attachWithEvents, type SchemaEventTarget } from "./schema-item.ts";
import type { Table } from "./table.ts";

/** A type that has a name in a schema: an enum, a domain. It belongs to the MetaData of the first table that has it. */
export interface SchemaType extends TypeEngine<unknown>, SchemaEventTarget {
  readonly isSchemaType: true;
  readonly name: string | null;
  schema: string | null;
  metadata: MetaData | null;
  readonly inheritSchema: boolean;
  /** Whether the schema was given, if only as `null`; else it is that of the MetaData. @internal */
  readonly _schemaGiven: boolean;
}

interface Containing {
  readonly isSchemaType?: boolean;
  readonly itemType?: TypeEngine<unknown>;
  readonly impl?: TypeEngine<unknown>;
  readonly dataType?: TypeEngine<unknown>;
}

/** The types with names that a type is, or is made of: items of arrays, what is decorated, variants for dialects. */
export function schemaTypesIn(type: TypeEngine<unknown>): SchemaType[] {
  const found: SchemaType[] = [];
  const seen = new Set<unknown>();
  const visit = (one: TypeEngine<unknown> | undefined): void => {
    if (one === undefined || seen.has(one)) return;
    seen.add(one);
    const { isSchemaType, itemType, impl, dataType } = one as TypeEngine<unknown> & Containing;
    if (isSchemaType === true) found.push(one as SchemaType);
    for (const inner of [itemType, impl, dataType]) visit(inner);
    if (one._variants !== null) for (const variant of one._variants.values()) visit(variant);
  };
  visit(type);
  return found;
}

/** Binds the types of a column to the MetaData of its table, whose schema they have unless they were given one. */
export function attachSchemaTypes(column: Column<unknown>, table: Table): void {
  const type = column._ownType;
  if (type === null) return;
  for (const found of schemaTypesIn(type)) {
    attachWithEvents(found, column, () => {
      if (found.metadata !== null) return;
      found.metadata = table.metadata;
      if (!found._schemaGiven) found.schema = found.inheritSchema ? table.schema : table.metadata.schema;
      forgetMade(found);
      table.metadata._addType(found);
    });
  }
}

/** A copy of a type for another MetaData. */
export function copiedType<V>(type: TypeEngine<V>): TypeEngine<V> {
  const copy = type.copy();
  const named = copy as TypeEngine<unknown> as SchemaType;
  if (named.isSchemaType === true) {
    named.metadata = null;
    named._dispatch = null;
    if (!named._schemaGiven) named.schema = null;
    forgetMade(named);
  }
  return copy;
}

/** What was made of the type for dialects and cache keys does not know its schema. */
function forgetMade(type: TypeEngine<unknown>): void {
  type._key = null;
  type._memo = null;
}
