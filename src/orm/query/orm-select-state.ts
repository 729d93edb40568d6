import { CompileError, InvalidRequestError } from "../../errors.ts";
import { ClauseAdapter } from "../../sql/base/column-adapter.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { Alias } from "../../sql/selectable/alias.ts";
import type { ForUpdateArg } from "../../sql/selectable/for-update.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { Join } from "../../sql/selectable/join.ts";
import { Select } from "../../sql/selectable/select.ts";
import { columnNamingConvention } from "../../sql/selectable/select-naming.ts";
import { normalizeFroms, registerSelectPlugin, selectPlugin, SelectState } from "../../sql/selectable/select-state.ts";
import type { PlacedExtension } from "../../sql/base/syntax-extension.ts";
import { replacementTraverse } from "../../sql/base/traversal.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { AliasedInsp } from "./aliased.ts";
import { entityNamespace } from "./entity-namespace.ts";
import { MapperEntity, queryEntities, type QueryCompileState, type QueryEntity } from "./entities.ts";
import { type ColumnReplacer, OrmAdapter } from "./orm-adapter.ts";
import { OrmCompileState } from "./orm-compile-state.ts";
import { OrmJoin, surfaceSelectables } from "./orm-join.ts";
import { joinEntities } from "./orm-joins.ts";
import { entitiesWithin, withJoinCriteria } from "./criteria-places.ts";

type Adapt = (element: ClauseElement) => ClauseElement;

/** A SELECT of entities on its way to a SELECT of columns. */
export class OrmSelectState extends OrmCompileState implements QueryCompileState {
  declare readonly selectStatement: Select<unknown>;
  /** the SELECT of columns that is rendered */
  readonly statement: Select<unknown>;
  /** entities that were joined to, whose single-table conditions stand in their ON clauses */
  readonly joinedEntities: Set<InspectedEntity> = new Set();
  /** joins along relationships that are there already */
  readonly joinedEdges: { left: unknown; right: unknown; key: string }[] = [];
  readonly #label: (column: ClauseElement) => string | null;
  #whereCriteria: readonly ClauseElement[];
  #orderBy: readonly ClauseElement[];
  #groupBy: readonly ClauseElement[];

  /** @param root - the statement that is compiled, which this one may be a subquery of */
  constructor(statement: Select<unknown>, toplevel: boolean, root: object | null = null) {
    super(statement, toplevel, false);
    this.#label = columnNamingConvention(statement._labelStyle);
    const memoized = statement._memoizedSelectEntities.map((each) => ({
      joins: each._setupJoins,
      entities: queryEntities(this, each._rawColumns, null, false),
    }));
    this.entities.push(...queryEntities(this, statement._rawColumns, (column, name) => this.labelConvention(column, name), true));
    this.processOptions(root);
    this.fromClauses = normalizeFroms(statement._fromObj.map((from) => entityFrom(from)));
    if (this.globalCriteria.size > 0) this.fromClauses = this.fromClauses.map((from) => withJoinCriteria(this, from, this.joinedEntities));

    for (const { joins, entities } of memoized) joinEntities(this, joins, entities);
    if (statement._setupJoins.length > 0) joinEntities(this, statement._setupJoins, this.entities);

    const adapt = this.currentAdapter();
    this.#whereCriteria = adaptAll(statement._whereCriteria, adapt);
    this.#orderBy = adaptAll(statement._orderByClauses, adapt);
    this.#groupBy = adaptAll(statement._groupByClauses, adapt);
    const having = adaptAll(statement._havingCriteria, adapt);
    const distinctOn = adaptAll(statement._distinctOn, adapt);
    const extensions =
      adapt === null ? statement._extensions : statement._extensions.map(([point, element]) => [point, adapt(element)] as const);
    const outermost = this.compileOptions.outermostOrderBy;
    if (outermost?.orderBy != null) {
      const target = (this.fromClauses[0] as Partial<OrmJoin> | undefined)?.targetAdapter ?? null;
      this.eagerOrderBy.push(...outermost.orderBy.map((element) => (target === null ? element : target.traverse(element))));
    }

    for (const entity of this.entities) entity.setupCompileState(this);
    for (const create of this.createEagerJoins) create();
    if (this.compileOptions.enableSingleCriteria) this.#addExtraCriteria();
    if (this.primaryColumns.length === 0)
      throw new InvalidRequestError("The statement has no columns to select: all of them are deferred.");
    if (this.fromClauses.length === 0) this.fromClauses = [...this.fallbackFromClauses];

    const parts: SelectParts = { having, distinctOn, groupBy: this.#groupBy, extensions };
    this.statement = this.shouldNestSelectable ? this.#compoundEagerStatement(parts) : this.#simpleStatement(parts);
  }

  override get shouldNestSelectable(): boolean {
    if (!this.eagerAddingJoins) return false;
    const statement = this.selectStatement;
    return (
      ((statement._limitClause !== null || statement._offsetClause !== null || statement._fetchClause !== null) &&
        this.multiRowEagerLoaders) ||
      statement._distinct ||
      statement._distinctOn.length > 0 ||
      statement._groupByClauses.length > 0 ||
      // clauses that nobody here knows are about the rows of the statement as it was written
      statement._extensions.length > 0
    );
  }

  labelConvention(column: ClauseElement, name: string | null): string | null {
    // a mapped attribute gives its name to the row, not its column's
    if (name === null) return this.#label(column);
    return this.#label((column as ColumnElement<unknown>)._proxyKey === name ? column : column._annotate({ proxy_key: name }));
  }

  /** What puts columns of polymorphic selectables in the place of a class's own; null when there are none. */
  currentAdapter(): Adapt | null {
    if (this.polymorphicAdapters.size === 0) return null;
    return (element) => replacementTraverse(element, (each) => this.#adaptPolymorphic(each));
  }

  #adaptPolymorphic(element: ClauseElement): ClauseElement | null {
    const entity = element._annotations["parententity"] as InspectedEntity | undefined;
    const adapter = entity === undefined ? undefined : this.polymorphicAdapters.get(entity);
    if (adapter === undefined) return null;
    const adapted = adapter.traverse(element);
    return adapted === element ? null : adapted;
  }

  /** From now on a mapper's columns are read from another selectable. */
  mapperLoadsPolymorphicallyWith(mapper: Mapper, adapter: ColumnReplacer): void {
    for (const each of [mapper, ...mapper._withPolymorphicMappers]) {
      this.polymorphicAdapters.set(each, adapter);
      for (const base of each.iterateToRoot()) this.polymorphicAdapters.set(base, adapter);
    }
  }

  #select(
    columns: readonly ColumnElement<unknown>[],
    froms: readonly FromClause[],
    orderBy: readonly ClauseElement[],
    parts: SelectParts,
  ): Select<unknown> {
    const source = this.selectStatement;
    const made = new Select<unknown>([]);
    made._rawColumns = columns;
    made._fromObj = froms;
    made._labelStyle = source._labelStyle;
    made._whereCriteria = this.#whereCriteria;
    made._havingCriteria = parts.having;
    made._orderByClauses = orderBy;
    made._groupByClauses = parts.groupBy;
    made._distinct = source._distinct;
    made._distinctOn = parts.distinctOn;
    made._extensions = parts.extensions;
    made._limitClause = source._limitClause;
    made._offsetClause = source._offsetClause;
    made._fetchClause = source._fetchClause;
    made._fetchClauseOptions = source._fetchClauseOptions;
    made._forUpdateArg = source._forUpdateArg;
    made._prefixes = source._prefixes;
    made._suffixes = source._suffixes;
    made._independentCtes = source._independentCtes;
    made._independentCtesNested = source._independentCtesNested;
    made._hints = source._hints;
    made._statementHints = source._statementHints;
    made._dialectOptions = source._dialectOptions;
    made._autoCorrelate = source._autoCorrelate;
    made._correlate = source._correlate.flatMap((from) => [...surfaceSelectables(from)]);
    made._correlateExcept =
      source._correlateExcept === null ? null : source._correlateExcept.flatMap((from) => [...surfaceSelectables(from)]);
    return made;
  }

  #simpleStatement(parts: SelectParts): Select<unknown> {
    const froms = [...this.fromClauses];
    for (const [key, join] of this.eagerJoins) {
      if (typeof key === "number") froms[key] = join;
      else froms.push(join);
    }
    return this.#select([...this.primaryColumns, ...this.secondaryColumns], froms, [...this.#orderBy, ...this.eagerOrderBy], parts);
  }

  /** LIMIT, DISTINCT and GROUP BY count the entities, not the joined rows: the query becomes a subquery, to which the eager joins are put. */
  #compoundEagerStatement(parts: SelectParts): Select<unknown> {
    const orderBy = this.#orderBy.map(unwrapLabelReference);
    const further = columnsOfOrderBy(this.primaryColumns, orderBy).filter((column) => !this.dedupeColumns.has(column._identity));
    const inner = this.#select(
      [...this.primaryColumns, ...further],
      this.fromClauses,
      this.#orderBy,
      parts,
    ).alias() as unknown as FromClause;
    const equivalents = new Map();
    for (const entity of this.entities)
      if (entity instanceof MapperEntity) for (const [column, others] of entity.mapper._equivalentColumns) equivalents.set(column, others);
    const adapter = new OrmAdapter({ mapper: null, isAliasedClass: false } as unknown as InspectedEntity, {
      selectable: inner,
      equivalents,
      limitOnEntity: false,
    });
    this.compoundEagerAdapter = adapter;
    let from: FromClause = inner;
    for (const join of this.eagerJoins.values()) from = spliceJoins(from, join, (join as OrmJoin).stopOn);
    const outer = new Select<unknown>([]);
    outer._rawColumns = [inner, ...this.secondaryColumns];
    outer._labelStyle = this.selectStatement._labelStyle;
    outer._fromObj = [from];
    outer._orderByClauses = [...orderBy.map((element) => adapter.traverse(element)), ...this.eagerOrderBy];
    const lock: ForUpdateArg | null = this.selectStatement._forUpdateArg;
    if (lock !== null && lock.of === null) outer._forUpdateArg = lock;
    return outer;
  }

  /** Conditions of single-table inheritance and of withLoaderCriteria(). */
  #addExtraCriteria(): void {
    const criteria: ClauseElement[] = [];
    const infos: (InspectedEntity | undefined)[] = [];
    for (const from of new Set([...this.selectStatement._fromObj, ...this.fromClauses])) {
      const info = from._annotations["parententity"] as InspectedEntity | undefined;
      if (info !== undefined && isOtherAlias(from, info)) {
        if (this.globalCriteria.has(info.mapper))
          criteria.push(...this.extraCriteriaFor(info).map((each) => new ClauseAdapter(from).traverse(each)));
      } else infos.push(info);
    }
    const within = this.globalCriteria.size === 0 ? [] : this.selectStatement._rawColumns;
    for (const place of [...this.selectStatement._whereCriteria, ...within]) {
      infos.push(...entitiesWithin(place));
    }
    for (const info of infos) {
      if (info === undefined || this.extraCriteriaEntities.has(info)) continue;
      if (info.mapper._singleTableCriterion === null && !this.globalCriteria.has(info.mapper)) continue;
      this.extraCriteriaEntities.set(info, info.isAliasedClass ? (info as AliasedInsp)._adapter : null);
    }
    const done = new Set<InspectedEntity>();
    for (const [info, adapter] of this.extraCriteriaEntities) {
      if (this.joinedEntities.has(info)) continue;
      const root = info.isAliasedClass && (info as AliasedInsp).baseAlias.isWithPolymorphic ? (info as AliasedInsp).baseAlias : info;
      const single = root.mapper._singleTableCriterion;
      if (single !== null && !done.has(root)) {
        done.add(root);
        criteria.push(adapter === null ? single : adapter.traverse(single));
      }
      criteria.push(...this.extraCriteriaFor(info));
    }
    if (criteria.length === 0) return;
    const adapt = this.currentAdapter();
    this.#whereCriteria = [...this.#whereCriteria, ...(adapt === null ? criteria : criteria.map(adapt))];
  }

  /** Names that the message about a missing FROM may use. */
  describeEntities(): string {
    return this.entities.map((entity) => entity.labelName ?? "an expression").join(", ");
  }
}

interface SelectParts {
  readonly having: readonly ClauseElement[];
  readonly distinctOn: readonly ClauseElement[];
  readonly groupBy: readonly ClauseElement[];
  readonly extensions: readonly PlacedExtension[];
}

function adaptAll(elements: readonly ClauseElement[], adapt: Adapt | null): readonly ClauseElement[] {
  return adapt === null || elements.length === 0 ? elements : elements.map(adapt);
}

/** The FROM element of an entity that a SELECT was told to select from. */
function entityFrom(from: FromClause): FromClause {
  const entity = from._annotations["parententity"] as InspectedEntity | undefined;
  if (entity === undefined || from instanceof Join || isOtherAlias(from, entity)) return from;
  return entity.selectable;
}

/** Whether a class stands under an alias that is none of the program's: in the EXISTS of a tree. */
function isOtherAlias(from: FromClause, entity: InspectedEntity): boolean {
  return from instanceof Alias && !entity.isAliasedClass && from._identity !== entity.selectable._identity;
}

function unwrapLabelReference(element: ClauseElement): ClauseElement {
  const inner = (element as { element?: ClauseElement }).element;
  return element.constructor.name === "LabelReference" && inner !== undefined ? inner : element;
}

/** The columns of ORDER BY that are not selected: a subquery must give them. */
function columnsOfOrderBy(selected: readonly ColumnElement<unknown>[], orderBy: readonly ClauseElement[]): ColumnElement<unknown>[] {
  const known = new Set<ClauseElement>(selected.map((column) => column._identity));
  const found: ColumnElement<unknown>[] = [];
  for (const clause of orderBy) {
    for (const column of unwrapOrderBy(clause)) {
      if (known.has(column._identity)) continue;
      known.add(column._identity);
      found.push(column);
    }
  }
  return found;
}

/** The expressions that are sorted by, without ASC, DESC and the like. */
function unwrapOrderBy(clause: ClauseElement): ColumnElement<unknown>[] {
  const found: ColumnElement<unknown>[] = [];
  const stack: ClauseElement[] = [clause];
  for (let at = stack.shift(); at !== undefined; at = stack.shift()) {
    const modifier = (at as { modifier?: unknown }).modifier;
    const inner = (at as { element?: ClauseElement }).element;
    if (at._isColumnElement && (modifier === undefined || modifier === null)) {
      if (at._isClauseList) stack.push(...at._children());
      else found.push(at as ColumnElement<unknown>);
    } else if (inner !== undefined) stack.push(inner);
    else stack.push(...at._children());
  }
  return found;
}

/** Puts the joins that stand on `stopOn` on another FROM element. */
function spliceJoins(left: FromClause, right: FromClause, stopOn: FromClause | null): FromClause {
  if (right === stopOn || (stopOn !== null && right._identity === stopOn._identity) || !(right instanceof Join)) return left;
  const adapter = new OrmAdapter({ mapper: null, isAliasedClass: false } as unknown as InspectedEntity, {
    selectable: left,
    limitOnEntity: false,
  });
  const copies: Join[] = [];
  let at: FromClause = right;
  while (at instanceof Join && (stopOn === null || at._identity !== stopOn._identity)) {
    copies.push(at);
    at = at.left;
  }
  let from = left;
  for (const join of copies.reverse()) {
    const copy = new OrmJoin(from, join.right, adapter.traverse(join.onclause) as never, { isouter: join.isouter, full: join.full });
    from = copy;
  }
  return from;
}

/** What compiles a SELECT of the ORM: the SELECT of columns, and the state that rows are loaded by. */
export class OrmSelectCompileState extends SelectState {
  readonly orm: OrmSelectState;

  constructor(orm: OrmSelectState) {
    super(orm.statement);
    this.orm = orm;
  }
}

registerSelectPlugin("orm", {
  state(statement, compiler, options) {
    if (statement._rawColumns.length > 1 && statement._rawColumns.some((column) => column._isStar)) {
      throw new CompileError('"*" cannot be selected together with other things in a SELECT of the ORM.');
    }
    const toplevel = compiler === null ? options["toplevel"] !== false : compiler.stack.length === 0;
    return new OrmSelectCompileState(new OrmSelectState(statement, toplevel, compiler?.statement ?? null));
  },
  allSelectedColumns(statement) {
    return statement._rawColumns.flatMap((element) => {
      const entity = element._annotations["parententity"] as InspectedEntity | undefined;
      if (element._isFromClause && entity !== undefined) return entityColumns(entity);
      return (element as { _selectIterable?: readonly ClauseElement[] })._selectIterable ?? [element];
    });
  },
  filterByEntities(statement) {
    const found = new Map<object, object>();
    const add = (target: object): void => {
      const relation = target as { _ofType?: InspectedEntity | null; property?: { entity?: InspectedEntity } };
      const annotated = (target as Partial<ClauseElement>)._annotations?.["parententity"] as InspectedEntity | undefined;
      const entity = relation.property?.entity !== undefined ? (relation._ofType ?? relation.property.entity) : annotated;
      if (entity !== undefined) found.set(entity, entityNamespace(entity));
      else found.set((target as Partial<ClauseElement>)._identity ?? target, target);
    };
    for (const [target] of statement._setupJoins) add(target);
    for (const memoized of statement._memoizedSelectEntities) for (const [target] of memoized._setupJoins) add(target);
    for (const from of statement._fromObj) add(from);
    for (const column of statement._rawColumns) {
      const entity = column._annotations["parententity"] as InspectedEntity | undefined;
      if (entity !== undefined) found.set(entity, entityNamespace(entity));
      else for (const from of column._fromObjects) add(from);
    }
    return found.values();
  },
});

/** The columns of an entity in a subquery, keyed by the names of its attributes. */
function entityColumns(entity: InspectedEntity): ColumnElement<unknown>[] {
  const columns: ColumnElement<unknown>[] = [];
  for (const property of entity.mapper.columnAttrs) {
    if (property.isQueryExpression) continue;
    const attribute = (entity.entity as unknown as Record<string, { _clause?: ClauseElement }>)[property.key];
    const clause = attribute?._clause;
    if (clause !== undefined) columns.push(clause as ColumnElement<unknown>);
  }
  return columns;
}

export type { QueryEntity };
export { selectPlugin };
