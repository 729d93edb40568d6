import type { Connection } from "../../engine/connection.ts";
import type { MaybePromise } from "../../engine/driver.ts";
import { InvalidRequestError, MultipleResultsFound, ObjectDeletedError } from "../../errors.ts";
import { bindparam } from "../../sql/elements/constructors.ts";
import type { Select } from "../../sql/selectable/select.ts";
import { loadByPrimaryKey as loadByPrimaryKeySlot, type LoadIdentityOptions, refreshStates as refreshStatesSlot } from "../late.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import { byToken, checkedToken, tokenOf, withToken } from "../state/identity-token.ts";
import { type InstanceState, STATE, type Stateful } from "../state/instance-state.ts";
import { isRelationshipProperty } from "./entity.ts";
import { entitySelect, isLocking, loadByKeys, withLock } from "./load-by-keys.ts";
import type { LoaderOption } from "./loader-option.ts";
import { loadAnnounced } from "./load-announced.ts";
import { DEFAULT_LOAD_OPTIONS, loadOptionsFor } from "./query-context.ts";
import { loadRelationship } from "./relationship-query.ts";

const byPrimaryKey = new WeakMap<Mapper, Select<unknown>>();

/** `SELECT … WHERE id = ?`, made once for each class. */
function selectByPrimaryKey(mapper: Mapper): Select<unknown> {
  let statement = byPrimaryKey.get(mapper);
  if (statement === undefined) {
    statement = entitySelect(mapper);
    statement._whereCriteria = mapper.primaryKey.map((column, i) => column.eq(bindparam(`pk_${i + 1}`, { type: column.type }) as never));
    byPrimaryKey.set(mapper, statement);
  }
  return statement;
}

/** Loads an object by its primary key. */
export function loadByPrimaryKey(
  session: SessionInternals,
  mapper: Mapper,
  primaryKey: readonly unknown[],
  options: LoadIdentityOptions = {},
): MaybePromise<InstanceState | null> {
  let statement = selectByPrimaryKey(mapper);
  const loaders = options.options ?? [];
  if (loaders.length > 0) statement = statement.options(...(loaders as object[]));
  statement = withLock(statement, options.withForUpdate);
  const params: Record<string, unknown> = {};
  for (let i = 0; i < primaryKey.length; i += 1) params[`pk_${i + 1}`] = primaryKey[i];
  const { executionOptions, identityToken } = options;
  const token = identityToken === undefined ? tokenOf(executionOptions) : checkedToken(identityToken);
  const coming = session.connectionFor(mapper, token);
  // a row is locked in order to see it as it is
  const populateExisting = options.populateExisting === true || isLocking(options.withForUpdate);
  const load = (connection: Connection): MaybePromise<InstanceState | null> =>
    loadAnnounced(
      {
        session,
        connection,
        statement,
        params,
        executionOptions: withToken(token, executionOptions),
        loadOptions: loadOptionsFor(populateExisting),
      },
      "object",
      (plan, rows, run) => {
        const [object, ...others] = plan.objects(rows, run);
        // what several tables are read together by, or what is no primary key in the database, may have the key more than once
        if (others.some((other) => other !== object)) {
          throw new MultipleResultsFound(
            `session.get(${mapper.name}, …): there are ${others.length + 1} objects with this key; ask for the class of the one that is meant, or by a select()`,
          );
        }
        return object == null ? null : (object as Stateful)[STATE];
      },
    );
  return coming instanceof Promise ? coming.then(load) : load(coming);
}

/**
 * Loads columns of objects that are there again. Objects with the same options go out together.
 * @param names - the columns; null for all
 * @param overwrite - also what is loaded already
 * @returns the objects that have no row any more
 */
export async function loadColumns(
  session: SessionInternals,
  states: readonly InstanceState[],
  names: readonly string[] | null,
  overwrite: boolean,
  further: LoadIdentityOptions = {},
): Promise<InstanceState[]> {
  const missing: InstanceState[] = [];
  const byTokens = byToken(states);
  if (byTokens !== null) {
    for (const group of byTokens) missing.push(...(await loadColumns(session, group, names, overwrite, further)));
    return missing;
  }
  for (const group of groupBy(states, (state) => [state.mapper, state.loadOptions, state.loadPath.key, state.loadPath.end])) {
    const { mapper, loadOptions, loadPath } = group[0]!;
    const gone = await loadByKeys(session, mapper, group, {
      names,
      refresh: overwrite,
      options: [...(loadOptions as readonly LoaderOption[]), ...((further.options ?? []) as readonly LoaderOption[])],
      path: loadPath,
      withForUpdate: further.withForUpdate,
      executionOptions: further.executionOptions,
    });
    missing.push(...gone);
  }
  return missing;
}

function groupBy(states: readonly InstanceState[], key: (state: InstanceState) => readonly unknown[]): InstanceState[][] {
  const groups: { key: readonly unknown[]; states: InstanceState[] }[] = [];
  for (const state of states) {
    const own = key(state);
    const group = groups.find((each) => each.key.every((value, i) => value === own[i]));
    if (group === undefined) groups.push({ key: own, states: [state] });
    else group.states.push(state);
  }
  return groups.map((group) => group.states);
}

/** Loads what objects have anew. */
export async function refreshStates(
  session: SessionInternals,
  states: readonly InstanceState[],
  attributeNames: readonly string[] | null,
  options: LoadIdentityOptions = {},
): Promise<void> {
  for (const state of states) {
    if (state.key === null) throw new InvalidRequestError(`${state.toString()} is not in the database yet: it cannot be refreshed`);
  }
  const columns: string[] = [];
  const relationships: RelationshipProperty[] = [];
  const mapper = states[0]?.mapper;
  if (mapper === undefined) return;
  if (attributeNames !== null) {
    for (const name of attributeNames) {
      const property = mapper.getProperty(name);
      if (isRelationshipProperty(property)) {
        // there is nothing to read; what was added and removed is forgotten all the same
        if (!property._isWriteOnly) relationships.push(property);
      } else columns.push(name);
    }
  }
  if (attributeNames === null || columns.length > 0) {
    const gone = await loadColumns(session, states, attributeNames === null ? null : columns, true, options);
    if (gone.length > 0) throw new InvalidRequestError(`Could not refresh ${gone[0]!.toString()}: its row is gone`);
  }
  for (const property of relationships) {
    for (const group of byToken(states) ?? [states]) {
      const token = group[0]!.identityToken;
      await loadRelationship({
        session,
        connection: await session.connectionFor(mapper, token),
        executionOptions: withToken(token),
        loadOptions: DEFAULT_LOAD_OPTIONS,
        property,
        entity: property.entity,
        states: group,
        overwrite: group.map(() => true),
        options: (options.options ?? []) as readonly LoaderOption[],
        path: { key: "", mappers: [] },
        extraCriteria: [],
        identityMapFirst: false,
        cache: null,
      });
    }
  }
  if (relationships.length === 0) return;
  const keys = relationships.map(({ key }) => key);
  for (const state of states) for (const fn of state.manager.dispatch.refresh ?? []) fn(state, null, keys);
}

/** The error of an object whose row is gone. */
export function objectDeleted(state: InstanceState): ObjectDeletedError {
  return new ObjectDeletedError(`${state.toString()} has been deleted, or its row is otherwise not present`);
}

loadByPrimaryKeySlot.fill(loadByPrimaryKey);
refreshStatesSlot.fill(refreshStates);
