import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import type { Mapper } from "./mapper.ts";

/**
 * What `inspect(Film)` and `inspect(aliased(Film))` have in common: something that a SELECT can load entities from.
 * A {@link Mapper} is one, and so is the inspection of an alias.
 */
export interface InspectedEntity {
  readonly isMapper: boolean;
  readonly isAliasedClass: boolean;
  readonly mapper: Mapper;
  /** the class, or the aliased class */
  readonly entity: object;
  /** the FROM element that the entity is read from */
  readonly selectable: FromClause;
  /** Turns an expression on the mapper's own table into one on this entity. @internal */
  _adaptElement<E extends ColumnElement<unknown>>(expression: E, key?: string | null): E;
  toString(): string;
}
