import { type AdapterOptions, ColumnAdapter } from "../../sql/base/column-adapter.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { AliasedInsp } from "./aliased.ts";

/** Options of an {@link OrmAdapter}. */
export interface OrmAdapterOptions extends AdapterOptions {
  /** what takes the place; the selectable of the entity when it is not given */
  readonly selectable?: FromClause;
  readonly allowLabelResolve?: boolean;
  /** leave elements alone that belong to mappers outside of the entity's hierarchy */
  readonly limitOnEntity?: boolean;
}

/** Puts the columns of an alias (or of a subquery) in the place of a mapper's own. */
export class OrmAdapter extends ColumnAdapter {
  /** the alias, when it is one that the columns go to */
  readonly aliasedInsp: AliasedInsp | null;

  constructor(entity: InspectedEntity, options: OrmAdapterOptions = {}) {
    const { selectable, limitOnEntity = true, ...rest } = options;
    const mapper = entity.mapper;
    super(selectable ?? entity.selectable, {
      ...rest,
      ...(limitOnEntity
        ? {
            include: (element: ClauseElement): boolean => {
              const parent = element._annotations["parentmapper"] as InspectedEntity | undefined;
              return parent === undefined || parent.mapper.isa(mapper) || mapper.isa(parent.mapper);
            },
          }
        : null),
    });
    this.aliasedInsp = entity.isAliasedClass ? (entity as AliasedInsp) : null;
  }

  get isAliasedClass(): boolean {
    return this.aliasedInsp !== null;
  }
}

/** Anything that gives columns in the place of others. */
export type ColumnReplacer = ColumnAdapter;
