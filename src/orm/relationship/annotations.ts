import { expectRole } from "../../sql/base/coercions.ts";
import { ColumnArgumentRole } from "../../sql/base/roles.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { Expression } from "../../sql/base/expression.ts";

/**
 * Marks a column of a `primaryjoin` as a foreign key.
 * @see https://docs.sqlalchemy.org/en/21/orm/relationship_api.html#sqlalchemy.orm.foreign
 */
export function foreign<V>(column: Expression<V>): ColumnElement<V> {
  return mark(column, "foreign()", { foreign: true });
}

/**
 * Marks a column of a `primaryjoin` as one of the other side.
 * @see https://docs.sqlalchemy.org/en/21/orm/relationship_api.html#sqlalchemy.orm.remote
 */
export function remote<V>(column: Expression<V>): ColumnElement<V> {
  return mark(column, "remote()", { remote: true });
}

function mark<V>(column: Expression<V>, place: string, annotations: Readonly<Record<string, unknown>>): ColumnElement<V> {
  return expectRole<ColumnElement<V>>(ColumnArgumentRole, column, place)._annotate(annotations);
}
