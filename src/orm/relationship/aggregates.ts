import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import { clauseOf } from "../../sql/base/coercions.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { func } from "../../sql/functions/func.ts";
import type { ScalarSelect } from "../../sql/selectable/scalar-select.ts";
import { describeValue } from "../attributes/class-manager.ts";
import { type RelatedColumn, relatedRows } from "./comparator.ts";
import type { Relationship } from "./relationship.ts";

type Attribute = Relationship<unknown, unknown>;

/** Aggregate functions over what a collection holds. */
export type AggregateName = "sum" | "avg" | "min" | "max";

/** How many members a collection has. */
export function count(attribute: Attribute, criterion: unknown): ColumnElement<number, never> {
  return subquery(attribute, "count", criterion, () => func.count()) as unknown as ColumnElement<number, never>;
}

/** An aggregate of a value of the members of a collection. */
export function of(attribute: Attribute, name: AggregateName, value: unknown, criterion: unknown): ColumnElement<unknown> {
  const clause = clauseOf(value) as ColumnElement<unknown> | null;
  if (clause?._isColumnElement !== true) {
    throw new ArgumentError(
      `${attribute}.${name}() takes an attribute of the related class, or an expression on it; it was given ${describeValue(value)}`,
    );
  }
  return subquery(attribute, name, criterion, (adapt) => func[name](adapt(clause)));
}

function subquery(attribute: Attribute, name: string, criterion: unknown, column: RelatedColumn): ScalarSelect<unknown> {
  if (!attribute.property.uselist) throw new InvalidRequestError(`${attribute} refers to one object: ${name}() is for collections`);
  const { select, froms } = relatedRows(attribute, criterion, {}, name, column);
  return select.correlateExcept(...froms).scalarSubquery() as ScalarSelect<unknown>;
}
