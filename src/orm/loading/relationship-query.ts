import type { MaybePromise } from "../../engine/driver.ts";
import { bindparam, tuple } from "../../sql/elements/constructors.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { Select } from "../../sql/selectable/select.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { Mapper } from "../mapping/mapper.ts";
import { AliasedInsp } from "../query/aliased.ts";
import { OrmCompileOptions } from "../query/compile-options.ts";
import { EntityCriteria } from "../query/with-criteria.ts";
import { optimizedCompare } from "../relationship/comparator.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import { identityId } from "../state/identity-key.ts";
import { tokenOf } from "../state/identity-token.ts";
import type { InstanceState } from "../state/instance-state.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import { entityClause } from "./entity.ts";
import type { LoaderOption } from "./loader-option.ts";
import { KEYS_PER_STATEMENT } from "./keys-per-statement.ts";
import { loadAnnounced } from "./load-announced.ts";
import type { LoadRequest } from "./load-rows.ts";
import { setLoadedCollection, setLoadedScalar } from "./load-run.ts";
import type { LoadPath } from "./option-paths.ts";

/** The key by which parents and related objects are matched. */
type Id = number | string | bigint;

/** What a load of a relationship needs to know. */
export interface RelationshipLoadRequest extends Pick<
  LoadRequest,
  "session" | "connection" | "executionOptions" | "loadOptions" | "recursion"
> {
  readonly property: RelationshipProperty;
  /** what is loaded: the target, an alias of it, or a subclass */
  readonly entity: InspectedEntity;
  /** all of them have the token of the execution options, or none */
  readonly states: readonly InstanceState[];
  /** for each object whether what it has is overwritten; null: only what is missing is loaded */
  readonly overwrite: readonly boolean[] | null;
  readonly options: readonly LoaderOption[];
  readonly path: LoadPath;
  readonly extraCriteria: readonly ColumnElement<unknown>[];
  /** objects that the session has are not read again */
  readonly identityMapFirst: boolean;
  /** statements of this request may be used again */
  readonly cache: Map<string, Select<unknown>> | null;
}

/** Loads a relationship of many objects: one statement for each 500 of them. */
export async function loadRelationship(request: RelationshipLoadRequest): Promise<void> {
  const { property, states, overwrite } = request;
  const todo: InstanceState[] = [];
  const lacking = new Set<InstanceState>();
  for (let i = 0; i < states.length; i += 1) {
    const state = states[i]!;
    if (overwrite?.[i] === true) todo.push(state);
    // objects that were there before may come in several rows
    else if (state._lacks(property.key) && !lacking.has(state)) {
      lacking.add(state);
      todo.push(state);
    }
  }
  if (todo.length === 0) return;
  if (property.useGet && request.extraCriteria.length === 0 && property.omitJoin !== false) {
    await loadManyToOne(request, todo);
    return;
  }
  await loadByParent(request, todo);
}

/** The objects that foreign keys refer to. */
async function loadManyToOne(request: RelationshipLoadRequest, states: readonly InstanceState[]): Promise<void> {
  const { property, session } = request;
  const target = property.mapper;
  const { getColumns } = property._lazyClauses;
  const waiting = new Map<Id, { identity: readonly unknown[]; states: InstanceState[] }>();
  const byParent: InstanceState[] = [];
  const identities = session.identityMap._under(tokenOf(request.executionOptions));
  for (const state of states) {
    const identity = getColumns.map((column) => state.mapper._getStateAttrByColumn(state, column));
    // without its foreign key the object is asked for with a join
    if (identity.includes(undefined)) {
      byParent.push(state);
      continue;
    }
    if (target.allowPartialPks ? identity.every((value) => value === null) : identity.includes(null)) {
      setLoadedScalar(property, state, null);
      continue;
    }
    const id = identityId(identity);
    if (request.identityMapFirst) {
      const known = identities.find(target.identityMapper, id);
      if (known !== undefined && !known.expired && known.expiredAttributes === null) {
        setLoadedScalar(property, state, known.mapper.isa(target) ? known.obj : null);
        continue;
      }
    }
    const group = waiting.get(id);
    if (group === undefined) waiting.set(id, { identity, states: [state] });
    else group.states.push(state);
  }
  if (waiting.size > 0) {
    const statement = cached(request, "manyToOne", () => manyToOneStatement(request));
    for (const chunk of chunks([...waiting])) {
      const found = await rowsByKey(request, statement, keysOf(chunk.map(([, group]) => group.identity)), target.primaryKey.length);
      for (const [id, group] of chunk) {
        const object = found.get(id)?.[0] ?? null;
        for (const state of group.states) setLoadedScalar(property, state, object);
      }
    }
  }
  if (byParent.length > 0) await loadByParent(request, byParent);
}

/**
 * Gives objects, all with the same token, the one that their foreign key refers to, where the session has it.
 * @returns those for which it would have to be read
 */
export function takeFromSession(
  session: SessionInternals,
  property: RelationshipProperty,
  states: readonly InstanceState[],
): readonly InstanceState[] {
  if (!property.useGet) return states;
  const { getColumns } = property._lazyClauses;
  const identities = session.identityMap._under(states[0]?.identityToken ?? null);
  return states.filter((state) => {
    const identity = getColumns.map((column) => state.mapper._getStateAttrByColumn(state, column));
    if (identity.includes(undefined)) return true;
    const known = identity.includes(null) ? null : identities.find(property.mapper.identityMapper, identityId(identity));
    if (known === undefined || (known !== null && !known.mapper.isa(property.mapper))) return true;
    setLoadedScalar(property, state, known === null ? null : known.obj);
    return false;
  });
}

/** The objects that belong to parents, found by the parents' primary keys. */
async function loadByParent(request: RelationshipLoadRequest, states: readonly InstanceState[]): Promise<void> {
  const { property } = request;
  const foreignKeys = omitJoinColumns(property);
  if (foreignKeys === null) {
    // the row that could be joined is not there
    const withoutRow = states.filter((state) => state.key === null);
    for (const state of withoutRow) await loadByValues(request, state);
    if (withoutRow.length === states.length) return;
    if (withoutRow.length > 0) states = states.filter((state) => state.key !== null);
  }
  const statement =
    foreignKeys === null
      ? cached(request, "join", () => joinStatement(request))
      : cached(request, "foreignKey", () => foreignKeyStatement(request, foreignKeys));
  // the ids of keys with a token have it in them; rows do not
  const haveRowIds = tokenOf(request.executionOptions) === null;
  for (const chunk of chunks(states)) {
    const identities = chunk.map((state) => state.key?.identity ?? state.mapper._primaryKeyFromState(state));
    const found = await rowsByKey(request, statement, keysOf(identities), property.parent.primaryKey.length);
    for (const [i, state] of chunk.entries()) {
      const objects = found.get((haveRowIds ? state.key?.id : undefined) ?? identityId(identities[i]!));
      if (property.uselist) setLoadedCollection(property, state, objects ?? []);
      else setLoadedScalar(property, state, objects?.[0] ?? null);
    }
  }
}

/** The objects that belong to a parent without a row, by the values that it has. */
async function loadByValues(request: RelationshipLoadRequest, state: InstanceState): Promise<void> {
  const { property, entity } = request;
  const { secondary } = property;
  const statement = baseStatement(request, [], null);
  statement._fromObj = secondary === null ? [entityClause(entity)] : [entityClause(entity), secondary];
  const criterion = optimizedCompare(property, state.obj, { valueIsParent: true, adapt: null, aliasSecondary: false });
  statement._whereCriteria = [adaptTo(entity, criterion)];
  if (property.orderBy !== null) statement._orderByClauses = property.orderBy.map((element) => adaptTo(entity, element));
  const objects = [...(await rowsByKey(request, statement, [], 0)).values()][0];
  if (property.uselist) setLoadedCollection(property, state, objects ?? []);
  else setLoadedScalar(property, state, objects?.[0] ?? null);
}

function cached(request: RelationshipLoadRequest, kind: string, make: () => Select<unknown>): Select<unknown> {
  const { cache } = request;
  if (cache === null) return make();
  const known = cache.get(kind);
  if (known !== undefined) return known;
  const made = make();
  cache.set(kind, made);
  return made;
}

function* chunks<T>(items: readonly T[]): IterableIterator<readonly T[]> {
  if (items.length <= KEYS_PER_STATEMENT) {
    yield items;
    return;
  }
  for (let i = 0; i < items.length; i += KEYS_PER_STATEMENT) yield items.slice(i, i + KEYS_PER_STATEMENT);
}

function keysOf(identities: readonly (readonly unknown[])[]): unknown[] {
  return identities[0]!.length === 1 ? identities.map((identity) => identity[0]) : [...identities];
}

/** Runs a statement whose rows are keys and an entity; gives the objects by key, in the order of the rows. */
function rowsByKey(
  request: RelationshipLoadRequest,
  statement: Select<unknown>,
  keys: unknown[],
  width: number,
): MaybePromise<Map<Id, object[]>> {
  const { session, connection, executionOptions, loadOptions, recursion } = request;
  return loadAnnounced(
    {
      session,
      connection,
      statement,
      params: { primary_keys: keys },
      ...(executionOptions === undefined ? null : { executionOptions }),
      ...(loadOptions === undefined ? null : { loadOptions }),
      ...(recursion === undefined ? null : { recursion }),
    },
    "relationship",
    (plan, rows, run) => {
      const found = new Map<Id, object[]>();
      const readKeys = Array.from({ length: width }, (_, i) => plan.reader(i));
      const readObject = plan.reader(width);
      const repeats = plan.hasJoinedCollections;
      for (const row of rows) {
        const object = readObject(row, run) as object | null;
        if (object === null) continue;
        const first = width === 1 ? readKeys[0]!(row, run) : undefined;
        const id =
          width === 1 && (typeof first === "number" || typeof first === "string")
            ? first
            : identityId(readKeys.map((read) => read(row, run)));
        const list = found.get(id);
        if (list === undefined) found.set(id, [object]);
        else if (!repeats || list.at(-1) !== object) {
          if (!repeats || !list.includes(object)) list.push(object);
        }
      }
      return found;
    },
  );
}

// ---------------------------------------------------------------- statements

function baseStatement(
  request: RelationshipLoadRequest,
  columns: readonly ColumnElement<unknown>[],
  outermostOrderBy: RelationshipProperty | null,
): Select<unknown> {
  const { property, entity, options, extraCriteria } = request;
  const statement = new Select<unknown>([]);
  statement._rawColumns = [...columns, entityClause(entity)];
  statement._propagateAttrs = { compileStatePlugin: "orm", pluginSubject: entity };
  statement._compileOptions = new OrmCompileOptions({ currentPath: request.path, outermostOrderBy, lazyReverse: property });
  const criteria =
    extraCriteria.length === 0
      ? []
      : extraCriteria.map((criterion) => new EntityCriteria(entity, criterion as ColumnElement<boolean>, true, false, false));
  statement._withOptions = [...options, ...criteria];
  return statement;
}

function inKeys(columns: readonly ColumnElement<unknown>[]): ClauseElement {
  const left = columns.length === 1 ? columns[0]! : (tuple(...(columns as never[])) as ColumnElement<unknown>);
  return left.in(bindparam("primary_keys", { expanding: true, type: left.type }) as never);
}

function manyToOneStatement(request: RelationshipLoadRequest): Select<unknown> {
  const { entity } = request;
  const columns = entity.mapper.primaryKey.map((column) => adaptTo(entity, column));
  const statement = baseStatement(request, columns, null);
  statement._fromObj = [entityClause(entity)];
  statement._whereCriteria = [inKeys(columns)];
  return statement;
}

function foreignKeyStatement(request: RelationshipLoadRequest, foreignKeys: readonly ColumnElement<unknown>[]): Select<unknown> {
  const { property, entity } = request;
  const secondary = property.secondary;
  const columns = secondary === null ? foreignKeys.map((column) => adaptTo(entity, column)) : foreignKeys;
  const statement = baseStatement(request, columns, null);
  if (secondary === null) statement._fromObj = [entityClause(entity)];
  else {
    statement._fromObj = [secondary];
    statement._setupJoins = [[entityClause(entity), adaptTo(entity, property.secondaryjoin!), null, { isouter: false, full: false }]];
  }
  statement._whereCriteria = [inKeys(columns)];
  if (property.orderBy !== null) statement._orderByClauses = property.orderBy.map((element) => adaptTo(entity, element));
  return statement;
}

function joinStatement(request: RelationshipLoadRequest): Select<unknown> {
  const { property, entity } = request;
  const parent = parentAlias(property.parent);
  const columns = property.parent.primaryKey.map((column) => parent._adapter.column(column));
  const statement = baseStatement(request, columns, property);
  statement._fromObj = [parent._clause];
  const attribute = (parent.entity as Record<string, { ofType(target: object): object }>)[property.key]!;
  statement._setupJoins = [[attribute.ofType(entity.isAliasedClass ? entity.entity : entity), null, null, { isouter: false, full: false }]];
  statement._whereCriteria = [inKeys(columns)];
  return statement;
}

function adaptTo<E extends ColumnElement<unknown>>(entity: InspectedEntity, column: E): E {
  return entity.isAliasedClass ? ((entity as AliasedInsp)._adapter.traverse(column as unknown as ClauseElement) as unknown as E) : column;
}

const aliases = new WeakMap<Mapper, AliasedInsp>();

/** The alias under which parents stand when their relationships are loaded; one for each mapper, so that statements are the same. */
function parentAlias(mapper: Mapper): AliasedInsp {
  let alias = aliases.get(mapper);
  if (alias === undefined) {
    alias = new AliasedInsp(mapper, mapper.selectable._anonymousFromclause(null), { isOfLoader: true });
    aliases.set(mapper, alias);
  }
  return alias;
}

const foreignKeysOf = new WeakMap<RelationshipProperty, readonly ColumnElement<unknown>[] | null>();

/**
 * The columns on the other side that are equal to the parent's primary key, in its order, where the condition of the relationship is
 * nothing else: then the parent's table need not be joined. Null where it must.
 */
function omitJoinColumns(property: RelationshipProperty): readonly ColumnElement<unknown>[] | null {
  let columns = foreignKeysOf.get(property);
  if (columns === undefined) {
    columns = findOmitJoinColumns(property);
    foreignKeysOf.set(property, columns);
  }
  return columns;
}

function findOmitJoinColumns(property: RelationshipProperty): readonly ColumnElement<unknown>[] | null {
  if (property.omitJoin === false || property.direction === "MANYTOONE") return null;
  if (property.direction === "MANYTOMANY" && property._isSelfReferential) return null;
  const pairs = equalPairs(property.primaryjoin);
  if (pairs === null) return null;
  const parent = property.parent;
  const equivalents = parent._equivalentColumns;
  const used = new Set<number>();
  const columns = parent.primaryKey.map((key) => {
    const same = new Set<ClauseElement>([key._identity, ...[...(equivalents.get(key._identity) ?? [])].map((column) => column._identity)]);
    const index = pairs.findIndex(([a, b]) => same.has(a._identity) !== same.has(b._identity));
    if (index < 0) return null;
    used.add(index);
    const [a, b] = pairs[index]!;
    return (same.has(a._identity) ? b : a)._deannotate();
  });
  if (columns.includes(null) || used.size !== pairs.length) return null;
  const found = columns as ColumnElement<unknown>[];
  // the other side of a self-referential relationship is its remote one
  const remote = new Set([...property.remoteSide].map((column) => column._identity));
  return found.every((column) => remote.has(column._identity)) ? found : null;
}

/** The sides of `a = b AND c = d …`; null where the condition is anything else. */
function equalPairs(condition: ClauseElement): (readonly [ColumnElement<unknown>, ColumnElement<unknown>])[] | null {
  const binary = condition as { left?: ColumnElement<unknown>; right?: ColumnElement<unknown>; operator?: { name: string } };
  if (binary.left !== undefined && binary.right !== undefined) {
    return binary.operator?.name === "eq" && isTableColumn(binary.left) && isTableColumn(binary.right)
      ? [[binary.left, binary.right]]
      : null;
  }
  const list = condition as { clauses?: readonly ClauseElement[]; operator?: { name: string } };
  if (list.clauses === undefined || (list.operator?.name !== "and" && list.operator?.name !== "and_")) return null;
  const pairs: (readonly [ColumnElement<unknown>, ColumnElement<unknown>])[] = [];
  for (const clause of list.clauses) {
    const inner = equalPairs(clause);
    if (inner === null) return null;
    pairs.push(...inner);
  }
  return pairs;
}

function isTableColumn(element: ColumnElement<unknown>): boolean {
  return (element as { table?: unknown }).table != null;
}
