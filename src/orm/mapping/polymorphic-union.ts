import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import { expectFrom } from "../../sql/base/coercions.ts";
import { cast, null_, typeCoerce } from "../../sql/elements/constructors.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { unionAll } from "../../sql/selectable/compound-select.ts";
import { Select } from "../../sql/selectable/select.ts";
import type { LooseColumns } from "../../sql/selectable/column-collection.ts";
import type { FromArgument, FromClause } from "../../sql/selectable/from-clause.ts";
import type { Subquery } from "../../sql/selectable/subquery.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import { describeValue } from "../attributes/class-manager.ts";
import { IdentityLiteral } from "./identity-literal.ts";

/** Options of {@link polymorphicUnion}. */
export interface PolymorphicUnionOptions {
  /** the name of the subquery in SQL */
  readonly name?: string;
  /** false: the NULLs in the place of columns that a table lacks are not cast to the type of the column */
  readonly castNulls?: boolean;
}

/**
 * A UNION ALL of tables, with a column that says which of them a row is of: what a class reads whose subclasses have tables of their own.
 * Columns of the same key are one; a table that lacks one has NULL there.
 *
 * @param tables - the tables (or joins, subqueries) by the polymorphic identity of their classes
 * @param discriminator - the name of the column with the identity; null for none
 * @throws ArgumentError without tables
 * @throws InvalidRequestError when a table has a column with the name of the discriminator
 * @see https://docs.sqlalchemy.org/en/21/orm/inheritance.html#concrete-table-inheritance
 * @example const pjoin = polymorphicUnion({ employee: employees, manager: managers }, "type", { name: "pjoin" });
 */
export function polymorphicUnion(
  tables: Readonly<Record<string, FromArgument>> | ReadonlyMap<unknown, FromArgument>,
  discriminator: string | null,
  options: PolymorphicUnionOptions = {},
): Subquery<LooseColumns> {
  const given = tables instanceof Map ? [...(tables as ReadonlyMap<unknown, FromArgument>)] : Object.entries(tables as object);
  if (given.length === 0)
    throw new ArgumentError(`polymorphicUnion() takes tables by the identities of their classes; it was given ${describeValue(tables)}`);
  const members = given.map(([identity, from]) => ({
    identity: identity as unknown,
    from: expectFrom(from as FromArgument, "A member of polymorphicUnion()"),
  }));
  const types = new Map<string, TypeEngine<unknown>>();
  for (const { from } of members) {
    for (const column of from._collection) {
      if (column.key === discriminator) {
        throw new InvalidRequestError(
          `The discriminator of a polymorphic union cannot be called ${JSON.stringify(discriminator)}, since ${from.description} has a column of that ` +
            "name; give it another: { discriminator: … }",
        );
      }
      types.set(column.key!, column.type);
    }
  }
  const { castNulls = true } = options;
  const missing = (key: string, type: TypeEngine<unknown>): ColumnElement<unknown> =>
    (castNulls ? cast(null_(), type) : typeCoerce(null_(), type)).label(key);
  const selects = members.map(({ identity, from }) => {
    const columns = [...types].map(([key, type]) => from._collection.get(key) ?? byKey(from, key) ?? missing(key, type));
    if (discriminator !== null) columns.push(new IdentityLiteral(identity).label(discriminator));
    const statement = new Select<unknown[]>([]);
    statement._rawColumns = columns;
    return statement.selectFrom(from);
  });
  const [first, ...others] = selects as [Select<unknown[]>, ...Select<unknown[]>[]];
  const union = others.length === 0 ? first : unionAll(first, ...others);
  return union.subquery(options.name ?? "p_union") as Subquery<LooseColumns>;
}

/** In a join, keys of columns have their table's name in front. */
function byKey(from: FromClause, key: string): ColumnElement<unknown> | undefined {
  return [...from._collection].find((column) => column.key === key);
}
