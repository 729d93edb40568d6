import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { ColumnProperty } from "./column-property.ts";
import { polymorphicUnion } from "./polymorphic-union.ts";

/** How a class is read whose subclasses have tables of their own. */
export interface ConcreteBaseOptions {
  /** the name of the column that says of which class a row is; "type" unless told */
  readonly discriminator?: string;
  /** the name of the union in SQL; "pjoin" unless told */
  readonly name?: string;
}

/** A class with a table of its own, as the union needs it. */
export interface ConcreteMember {
  readonly name: string;
  readonly table: FromClause;
  readonly identity: unknown;
}

/** The union of the tables of a hierarchy. */
export interface ConcreteUnion {
  readonly selectable: FromClause;
  readonly discriminator: string;
  readonly polymorphicOn: ColumnElement<unknown>;
  readonly members: ReadonlySet<FromClause>;
}

/**
 * Makes the union that a class reads.
 * @throws InvalidRequestError for a class without identity or a second one with the same
 * @throws ArgumentError when there are no subclasses
 */
export function concreteUnion(className: string, members: readonly ConcreteMember[], options: ConcreteBaseOptions): ConcreteUnion {
  const { discriminator = "type", name = "pjoin" } = options;
  const tables = new Map<unknown, FromClause>();
  for (const member of members) {
    if (member.identity === undefined)
      throw new InvalidRequestError(
        `${member.name} needs { polymorphicIdentity: … }, by which rows of ${className} are told to be its objects`,
      );
    if (tables.has(member.identity))
      throw new InvalidRequestError(
        `${member.name} has the polymorphicIdentity ${JSON.stringify(member.identity)}, which another class below ${className} has, too`,
      );
    tables.set(member.identity, member.table);
  }
  if (tables.size === 0) {
    throw new ArgumentError(
      `${className} reads the tables of its subclasses, and there is none yet: define them (or import them) before ${className} is first used`,
    );
  }
  const selectable = polymorphicUnion(tables, discriminator, { name }) as unknown as FromClause;
  return { selectable, discriminator, polymorphicOn: selectable._collection.get(discriminator)!, members: new Set(tables.values()) };
}

/**
 * The attributes of a class that has no table: its columns are those of the union.
 * @param declared - the columns that the class declares, for its subclasses
 */
export function unionProperties(
  className: string,
  union: ConcreteUnion,
  declared: readonly { readonly key: string; readonly column: ColumnElement<unknown>; readonly property: ColumnProperty }[],
): Map<string, ColumnProperty> {
  const found = new Map<string, ColumnProperty>();
  for (const { key, column, property } of declared) {
    const own = union.selectable._collection.get(column.key!);
    if (own === undefined)
      throw new InvalidRequestError(
        `${className}.${key}: no table of its subclasses has the column ${column.key}; a subclass that declares ${key} anew gives its column the same name`,
      );
    property.columns = [own];
    found.set(key, property);
  }
  if (!found.has(union.discriminator)) found.set(union.discriminator, new ColumnProperty([union.polymorphicOn]));
  return found;
}
