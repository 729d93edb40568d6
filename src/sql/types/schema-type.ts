import type { Column } from "../schema/column.ts";
import type { Constraint } from "../schema/constraints.ts";
import type { MetaData } from "../schema/metadata.ts";
import type { Table } from "../schema/table.ts";
import type { TypeEngine } from "./type-engine.ts";

/** A type that brings something along with its table: a CHECK constraint, or a type that must be created first (ENUM, DOMAIN). */
export interface SchemaType extends TypeEngine<unknown> {
  readonly isSchemaType: true;
  /** The constraints that its column needs on a database that checks nothing itself. @internal */
  _columnConstraints?(column: Column<unknown>, table: Table): readonly Constraint[];
  /** The collection whose createAll() creates it; null where the table alone does. */
  readonly metadata?: MetaData | null;
}

/** Whether a type is one of these. */
export function isSchemaType(type: TypeEngine<unknown>): type is SchemaType {
  return (type as Partial<SchemaType>).isSchemaType === true;
}
