import type { Mapper } from "../../mapping/mapper.ts";
import type { OrmCompileState } from "../../query/orm-compile-state.ts";
import type { InstanceState } from "../../state/instance-state.ts";
import type { EntityPlan, EntitySetup } from "../entity-plan.ts";
import { loadByKeys } from "../load-by-keys.ts";
import type { PostLoader } from "../post-load.ts";
import type { QueryContext } from "../query-context.ts";

/** The subclasses whose columns come with statements of their own: those of an option, or those mapped with { polymorphicLoad: "selectin" }. */
export function subclassesToLoad(state: OrmCompileState, setup: EntitySetup, plan: EntityPlan): readonly Mapper[] {
  if (setup.mapper.polymorphicMap.size === 0 || !state.toplevel || setup.onlyLoadProps !== null || state.compileOptions.forRefreshState)
    return [];
  const option = state.loaders.get(setup.path.wildcard("entity"));
  const mappers =
    withSuperclasses(option?.options.entities?.map((entity) => entity.mapper)) ??
    setup.mapper.selfAndDescendants.filter((mapper) => mapper.polymorphicLoad === "selectin");
  return mappers.filter((mapper) => mapper !== setup.mapper && mapper.isa(setup.mapper) && plan.withPolymorphic?.includes(mapper) !== true);
}

/** The chosen classes, and those between them and the root: whose objects come in as well have their columns, too. */
function withSuperclasses(chosen: readonly Mapper[] | undefined): readonly Mapper[] | undefined {
  if (chosen === undefined) return undefined;
  const all = new Set<Mapper>();
  for (const mapper of chosen) for (const each of [...mapper.iterateToRoot()].reverse()) all.add(each);
  return [...all];
}

/** Loads the columns that a subclass adds, for objects that were read as objects of the base class. */
export class SubclassLoader implements PostLoader {
  readonly mapper: Mapper;
  readonly #names: readonly string[];

  constructor(mapper: Mapper, base: Mapper) {
    this.mapper = mapper;
    this.#names = mapper.columnAttrs
      .filter((property) => !property.deferred && !base.props.has(property.key))
      .map((property) => property.key);
  }

  async load(context: QueryContext, states: readonly InstanceState[], overwrite: readonly boolean[]): Promise<void> {
    const lacking = states.filter((state, i) => overwrite[i] === true || this.#names.some((name) => state.values[name] === undefined));
    if (lacking.length === 0 || this.#names.length === 0) return;
    await loadByKeys(context.session, this.mapper, lacking, {
      names: this.#names,
      refresh: context.loadOptions.populateExisting,
      options: [],
      path: context.state.compileOptions.currentPath,
    });
  }
}
