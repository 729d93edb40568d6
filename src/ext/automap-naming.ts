import type { ForeignKeyConstraint } from "../sql/schema/foreign-key.ts";
import type { Table } from "../sql/schema/table.ts";
import { relationship, type Relationship } from "../orm/relationship/relationship.ts";
import type { RelationshipDirection } from "../orm/relationship/direction.ts";
import type { RelationshipOptions } from "../orm/relationship/relationship-property.ts";
import type { MappedClass } from "./automap-types.ts";

/**
 * The name of a class that is made of a table, unless the program gives another: the table's.
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/automap.html#sqlalchemy.ext.automap.classname_for_table
 */
export function classnameForTable(_base: object, tableName: string, _table: Table): string {
  return tableName;
}

/**
 * The name of a reference to one object, unless the program gives another: that of the class that is referred to, in lower case.
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/automap.html#sqlalchemy.ext.automap.name_for_scalar_relationship
 */
export function nameForScalarRelationship(
  _base: object,
  _localClassName: string,
  referredClassName: string,
  _constraint: ForeignKeyConstraint,
): string {
  return referredClassName.toLowerCase();
}

/**
 * The name of a collection, unless the program gives another: that of the class of its members, in lower case, and `_collection`.
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/automap.html#sqlalchemy.ext.automap.name_for_collection_relationship
 */
export function nameForCollectionRelationship(
  _base: object,
  _localClassName: string,
  referredClassName: string,
  _constraint: ForeignKeyConstraint,
): string {
  return `${referredClassName.toLowerCase()}_collection`;
}

/**
 * Makes a relationship as `prepare()` does, for functions of the program that change its options.
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/automap.html#sqlalchemy.ext.automap.generate_relationship
 * @example
 * await Base.prepare(engine, {
 *   generateRelationship: (base, direction, name, local, referred, options) =>
 *     generateRelationship(base, direction, name, local, referred, direction === "ONETOMANY" ? { ...options, lazy: "selectin" } : options),
 * });
 */
export function generateRelationship(
  _base: object,
  direction: RelationshipDirection,
  _attrname: string,
  _localClass: MappedClass,
  referredClass: MappedClass,
  options: RelationshipOptions,
): Relationship<unknown, boolean> | null {
  return relationship(() => (direction === "MANYTOONE" ? referredClass : [referredClass]), options) as Relationship<unknown, boolean>;
}
