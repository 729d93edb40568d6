import { iterate } from "../base/traversal.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { isAnonymous } from "../elements/quoted-name.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { FromClause } from "./from-clause.ts";

/** One of the things that a statement gives with each row. */
export interface ColumnDescription {
  /** its name in the row; null for an expression that has none */
  readonly name: string | null;
  /** the type of its values; for entities the mapped class */
  readonly type: TypeEngine<unknown> | object;
  /** the column or expression; for entities the mapped class or the alias of it */
  readonly expr: object;
  /** the mapped class, or the alias of it, that it belongs to; null where it belongs to none */
  readonly entity: object | null;
  /** it belongs to an alias of a mapped class */
  readonly aliased: boolean;
}

/** What is known here of mapped classes and their aliases. */
interface SelectedEntity {
  readonly entity: object;
  readonly isAliasedClass: boolean;
  readonly name?: string;
  readonly mapper: { readonly class_: object; readonly name: string };
}

interface SelectedBundle {
  readonly name: string;
  readonly constructor: object;
  readonly _clauses: readonly ClauseElement[];
}

/** Says what the columns and entities of a statement are. */
export function describeColumns(elements: readonly ClauseElement[]): ColumnDescription[] {
  return elements.flatMap((element): ColumnDescription[] => {
    const entity = element._annotations["parententity"] as SelectedEntity | undefined;
    const bundle = element._annotations["bundle"] as SelectedBundle | undefined;
    if (bundle !== undefined) {
      const [first = null] = describeColumns(bundle._clauses);
      const { name } = bundle;
      return [{ name, type: bundle.constructor, expr: bundle, entity: first?.entity ?? null, aliased: first?.aliased ?? false }];
    }
    if (!element._isFromClause) return [describeColumn(element as ColumnElement<unknown>, entity ?? firstEntity(element))];
    if (entity === undefined) return describeColumns((element as FromClause)._selectIterable);
    const { isAliasedClass: aliased, mapper } = entity;
    const name = aliased ? (entity.name ?? mapper.name) : mapper.name;
    return [{ name, type: mapper.class_, expr: entity.entity, entity: entity.entity, aliased }];
  });
}

/** The first mapped class that an expression has columns of; those of scalar subqueries are their own. */
function firstEntity(element: ClauseElement): SelectedEntity | null {
  if ((element as { readonly element?: ClauseElement }).element?._isSelectBase === true) return null;
  for (const child of iterate(element)) {
    const entity = child._annotations["parententity"] as SelectedEntity | undefined;
    if (entity !== undefined) return entity;
  }
  return null;
}

function describeColumn(column: ColumnElement<unknown>, entity: SelectedEntity | null): ColumnDescription {
  const attribute = column._annotations["proxy_key"] as string | undefined;
  const name = attribute ?? column._proxyKey ?? null;
  return {
    name: name === null || isAnonymous(name) ? null : name,
    type: column.type,
    expr: column,
    entity: entity?.entity ?? null,
    aliased: entity?.isAliasedClass ?? false,
  };
}
