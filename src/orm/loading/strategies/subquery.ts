import type { ClauseElement } from "../../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../../sql/elements/column-element.ts";
import { LABEL_STYLE_TABLENAME_PLUS_COL } from "../../../sql/selectable/label-style.ts";
import { Select } from "../../../sql/selectable/select.ts";
import type { InspectedEntity } from "../../mapping/inspected-entity.ts";
import { AliasedInsp } from "../../query/aliased.ts";
import { OrmCompileOptions } from "../../query/compile-options.ts";
import type { MapperEntity } from "../../query/entities.ts";
import type { OrmCompileState } from "../../query/orm-compile-state.ts";
import { EntityCriteria } from "../../query/with-criteria.ts";
import type { RelationshipProperty } from "../../relationship/relationship-property.ts";
import { identityId } from "../../state/identity-key.ts";
import type { InstanceState } from "../../state/instance-state.ts";
import { entityClause } from "../entity.ts";
import type { EntityPlan, EntitySetup } from "../entity-plan.ts";
import type { LoadElement } from "../load-element.ts";
import { loadAnnounced } from "../load-announced.ts";
import { setLoadedCollection, setLoadedScalar } from "../load-run.ts";
import { Load } from "../load.ts";
import type { LoaderOption } from "../loader-option.ts";
import { EntityPath, type LoadPath } from "../option-paths.ts";
import type { PostLoader } from "../post-load.ts";
import { loadOptionsFor, type QueryContext } from "../query-context.ts";
import { postLoadPath, SelectinLoader } from "./selectin.ts";
import { targetOf } from "./subclass-target.ts";

/** Loads a relationship after the rows, by a SELECT that has the query inside. */
export function setupSubquery(
  state: OrmCompileState,
  setup: EntitySetup,
  plan: EntityPlan,
  property: RelationshipProperty,
  option: LoadElement | undefined,
): void {
  const path = postLoadPath(state, setup, property, option);
  if (path === null) return;
  // below a joined entity, and where there is no SELECT to put inside, keys do as well
  const nests =
    setup.path.isRoot && !state.columnsAreGiven && !state.compileOptions.forRefreshState && state.selectStatement instanceof Select;
  plan.posts.set(
    property,
    nests ? new SubqueryLoader(property, option, path, setup.queryEntity) : new SelectinLoader(property, option, path, false),
  );
}

class SubqueryLoader implements PostLoader {
  readonly property: RelationshipProperty;
  readonly #option: LoadElement | undefined;
  readonly #path: LoadPath;
  readonly #queryEntity: MapperEntity;

  constructor(property: RelationshipProperty, option: LoadElement | undefined, path: LoadPath, queryEntity: MapperEntity) {
    this.property = property;
    this.#option = option;
    this.#path = path;
    this.#queryEntity = queryEntity;
  }

  async load(context: QueryContext, states: readonly InstanceState[], overwrite: readonly boolean[]): Promise<void> {
    const { property } = this;
    const local = [...property.localColumns].filter((column) => property.parent.columnToProperty.has(column._identity));
    const statement = this.#statement(context, local);
    const { populateExisting } = context.loadOptions;
    const found = await loadAnnounced(
      {
        session: context.session,
        connection: context.connection,
        statement,
        params: context.params,
        executionOptions: context.executionOptions,
        loadOptions: loadOptionsFor(populateExisting),
        recursion: context.recursion,
      },
      "relationship",
      (plan, rows, run) => {
        const objects = new Map<number | string | bigint, Set<object>>();
        const readObject = plan.reader(0);
        const readKeys = local.map((_, i) => plan.reader(i + 1));
        for (const row of rows) {
          const object = readObject(row, run) as object | null;
          if (object === null) continue;
          const id = identityId(readKeys.map((read) => read(row, run)));
          const set = objects.get(id);
          if (set === undefined) objects.set(id, new Set([object]));
          else set.add(object);
        }
        return objects;
      },
    );
    states.forEach((state, i) => {
      if (overwrite[i] !== true && state.values[property.key] !== undefined) return;
      const id = identityId(local.map((column) => state.mapper._getStateAttrByColumn(state, column) ?? null));
      const objects = [...(found.get(id) ?? [])];
      if (property.uselist) setLoadedCollection(property, state, objects);
      else setLoadedScalar(property, state, objects[0] ?? null);
    });
  }

  #statement(context: QueryContext, local: readonly ColumnElement<unknown>[]): Select<unknown> {
    const { property } = this;
    const original = context.statement as Select<unknown>;
    const { zero, path, options, ofType, extraCriteria } = this.#within(context);
    const inner = original._generate();
    const adapt = (column: ColumnElement<unknown>): ColumnElement<unknown> =>
      zero.isAliasedClass ? (zero as AliasedInsp)._adapter.column(column) : column;
    inner._rawColumns = local.map(adapt);
    if (inner._fromObj.length === 0) {
      inner._fromObj = original._rawColumns.flatMap((column) => {
        const entity = column._annotations["parententity"] as InspectedEntity | undefined;
        return entity === undefined ? [] : [entityClause(entity)];
      });
    }
    inner._shape = null;
    inner._withOptions = [];
    inner._compileOptions = null;
    inner._correlate = [];
    inner._autoCorrelate = false;
    inner._labelStyle = LABEL_STYLE_TABLENAME_PLUS_COL;
    inner._selected = null;
    const keys = new Set<ClauseElement>(local.map((column) => column._identity));
    if (
      property.distinctTargetKey === true ||
      (property.distinctTargetKey === null && !property.parent.primaryKey.every((column) => keys.has(column._identity)))
    ) {
      inner._distinct = true;
    }
    if (!inner._hasRowLimitingClause) inner._orderByClauses = [];
    const left = new AliasedInsp(property.parent, inner.subquery() as never, { useMapperPath: true, isOfLoader: true });

    const entity = targetOf(property, ofType);
    const statement = new Select<unknown>([]);
    statement._rawColumns = [entityClause(entity), ...local.map((column) => left._adapter.column(column))];
    statement._propagateAttrs = { compileStatePlugin: "orm", pluginSubject: entity };
    statement._compileOptions = new OrmCompileOptions({ currentPath: path, outermostOrderBy: property, lazyReverse: property });
    statement._fromObj = [left._clause];
    const attribute = (left.entity as Record<string, { ofType(target: object): object }>)[property.key]!;
    statement._setupJoins = [
      [attribute.ofType(entity.isAliasedClass ? entity.entity : entity), null, null, { isouter: false, full: false }],
    ];
    const criteria = extraCriteria.map((criterion) => new EntityCriteria(entity, criterion as never, true, false, false));
    statement._withOptions = [...options, ...criteria];
    return statement;
  }

  /**
   * What the load knows of the statement that it has inside. That is the one that runs, whose aliases may be others than those of the
   * compiled one: then its options are told by its aliases as well.
   */
  #within(context: QueryContext): Within {
    const { statement, state } = context;
    const compiled = state.selectStatement as Select<unknown>;
    const own = this.#queryEntity.entityZero;
    if (compiled === statement || state.compileOptions.currentPath.key !== "") {
      const { ofType = null, extraCriteria = [] } = this.#option ?? {};
      const criteria = extraCriteria.map((each) => context.adapt(each as unknown as ClauseElement) as never as typeof each);
      return { zero: own, path: this.#path, options: context.options, ofType, extraCriteria: criteria };
    }
    const index = compiled._rawColumns.findIndex((column) => column._isFromClause && column._annotations["parententity"] === own);
    const zero = (statement as Select<unknown>)._rawColumns[index]?._annotations["parententity"] as InspectedEntity | undefined;
    const path = new EntityPath(zero ?? own).over(this.property);
    const options = context.givenOptions;
    const elements = options
      .flatMap((option) => (option instanceof Load ? option._elements : []))
      .filter((element) => !element.isWildcard && element.pathKey === path.key);
    return {
      zero: zero ?? own,
      path,
      options,
      ofType: elements.findLast((element) => element.ofType !== null)?.ofType ?? null,
      extraCriteria: elements.flatMap((element) => element.extraCriteria),
    };
  }
}

/** What a load by a subquery knows of the statement inside. */
interface Within {
  /** the entity whose relationship is loaded */
  readonly zero: InspectedEntity;
  readonly path: LoadPath;
  readonly options: readonly LoaderOption[];
  readonly ofType: InspectedEntity | null;
  readonly extraCriteria: readonly ColumnElement<unknown>[];
}
