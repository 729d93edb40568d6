import { InvalidRequestError } from "../../errors.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import type { Mapper } from "./mapper.ts";

/**
 * Configures a registry, unless a relationship leads to what is not defined yet: the statement that the class is named in may be just that, as
 * `aliased(Comment, select(Comment)…)` is. To execute a statement, all has to be defined.
 */
export function configureUnlessEarly(mapper: Mapper): void {
  try {
    mapper.registry.configure();
  } catch (error) {
    if (!(error instanceof InvalidRequestError && error.cause instanceof ReferenceError)) throw error;
  }
}

/** What stands for a mapper in a statement: its FROM element, which knows the mapper and makes the statement one of the ORM. */
export function mapperClause(mapper: Mapper): FromClause {
  configureUnlessEarly(mapper);
  return mapper._memo("clause", () => {
    const annotations: Record<string, unknown> = { parententity: mapper, parentmapper: mapper, entityNamespace: mapper };
    const propagate = { compileStatePlugin: "orm", pluginSubject: mapper };
    if ((mapper.persistSelectable as unknown) !== mapper.localTable) {
      annotations["dml_table"] = mapper.localTable._annotate(annotations)._setPropagateAttrs(propagate);
    }
    return mapper.selectable._annotate(annotations)._setPropagateAttrs(propagate);
  });
}

/** The mappers that a "with polymorphic" argument means, in the order of the hierarchy. */
export function mappersFromSpec(mapper: Mapper, spec: "*" | readonly Mapper[] | null, selectable: FromClause | null): readonly Mapper[] {
  let mappers: readonly Mapper[];
  if (spec === "*") mappers = mapper.selfAndDescendants;
  else if (spec === null || spec.length === 0) mappers = [];
  else {
    const wanted = new Set<Mapper>();
    for (const each of spec) {
      if (!each.isa(mapper)) throw new InvalidRequestError(`${each.name} does not inherit from ${mapper.name}`);
      if (selectable === null) for (const parent of each.iterateToRoot()) wanted.add(parent);
      else wanted.add(each);
    }
    mappers = mapper.selfAndDescendants.filter((each) => wanted.has(each));
  }
  if (selectable === null) return mappers;
  const tables = tablesOf(selectable);
  return mappers.filter((each) => tables.has(each.localTable._identity));
}

/** The mappers whose columns a SELECT of a class has without being told. */
export function loadedMappers(mapper: Mapper): readonly Mapper[] {
  const mappers = mappersFromSpec(mapper, mapper.withPolymorphic, null);
  if (mapper.polymorphicSelectable === null) return mappers;
  const tables = tablesOf(mapper.polymorphicSelectable);
  return mappers.filter((each) => each === mapper || each.tables.every((table) => tables.has(table)));
}

function tablesOf(selectable: FromClause): Set<ClauseElement> {
  const found = new Set<ClauseElement>();
  const walk = (element: ClauseElement): void => {
    if (element._isFromClause && (element as FromClause)._isTable) found.add(element._identity);
    for (const child of element._children()) walk(child);
    const inner = (element as { element?: ClauseElement }).element;
    if (inner !== undefined) walk(inner);
  };
  walk(selectable);
  return found;
}

/** A join of a mapper's FROM element with the tables of subclasses. */
export function selectableFromMappers(mapper: Mapper, mappers: readonly Mapper[], innerjoin: boolean): FromClause {
  let from: FromClause = mapper.persistSelectable;
  for (const each of mappers) {
    if (each === mapper) continue;
    if (each.concrete)
      throw new InvalidRequestError("withPolymorphic() needs its `selectable` where classes with tables of their own (concrete) are meant");
    if (each.single) continue;
    from = innerjoin
      ? (from.join(each.localTable, each.inheritCondition) as unknown as FromClause)
      : (from.outerjoin(each.localTable, each.inheritCondition) as unknown as FromClause);
  }
  return from;
}

/** What a SELECT of the class reads from. */
export function withPolymorphicSelectable(mapper: Mapper): FromClause {
  if (mapper.polymorphicSelectable !== null) return mapper.polymorphicSelectable;
  if (mapper.withPolymorphic === null) return mapper.persistSelectable;
  return mapper._memo("withPolymorphicSelectable", () =>
    selectableFromMappers(mapper, mappersFromSpec(mapper, mapper.withPolymorphic, null), false),
  );
}

export function withPolymorphicArgs(
  mapper: Mapper,
  spec: "*" | readonly Mapper[] | null,
  selectable: FromClause | null,
  innerjoin: boolean,
): { readonly mappers: readonly Mapper[]; readonly selectable: FromClause } {
  if (selectable === null && mapper.polymorphicSelectable !== null)
    return { mappers: loadedMappers(mapper), selectable: mapper.polymorphicSelectable };
  const mappers = mappersFromSpec(mapper, spec ?? mapper.withPolymorphic, selectable);
  return { mappers, selectable: selectable ?? selectableFromMappers(mapper, mappers, innerjoin) };
}

/** For single-table inheritance: the rows of this class and of those that inherit from it. */
export function singleTableCriterion(mapper: Mapper): ColumnElement<boolean> | null {
  if (!mapper.single || mapper.inherits === null || mapper.polymorphicOn === null) return null;
  const identities = mapper.selfAndDescendants.map((each) => each.polymorphicIdentity).filter((identity) => identity !== undefined);
  return mapper.polymorphicOn._annotate({ parententity: mapper, parentmapper: mapper }).in(identities as never);
}
