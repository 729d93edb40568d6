import type { MaybePromise } from "../../engine/driver.ts";
import { FlushError, InvalidRequestError } from "../../errors.ts";
import { warn } from "../../util/warn.ts";
import type { Mapper, MapperListener } from "../mapping/mapper.ts";
import type { IdentityKey } from "../state/identity-key.ts";
import { byToken } from "../state/identity-token.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { loadAttributes } from "../late.ts";
import { collectInserts } from "./collect-insert.ts";
import { collectUpdates, type UpdateTask } from "./collect-update.ts";
import { emitInserts } from "./emit-insert.ts";
import { emitUpdates } from "./emit-update.ts";
import { committedValue } from "./sync-keys.ts";
import { hierarchyTables } from "./table-plan.ts";
import type { UowTransaction } from "./unit-of-work.ts";

/** INSERT and UPDATE of objects of one hierarchy of classes: table by table, superclass first. */
export async function saveObj(baseMapper: Mapper, states: Iterable<InstanceState>, uow: UowTransaction): Promise<void> {
  const sorted = sortStates(states);
  if (sorted.length === 0) return;
  if (!baseMapper.batch && sorted.length > 1) {
    for (const state of sorted) await saveObj(baseMapper, [state], uow);
    return;
  }
  // those of each token may have a database of their own
  const byTokens = byToken(sorted);
  if (byTokens !== null) {
    for (const group of byTokens) await saveObj(baseMapper, group, uow);
    return;
  }
  const coming = uow.session.connectionFor(baseMapper, sorted[0]!.identityToken);
  const connection = coming instanceof Promise ? await coming : coming;
  const loading = loadVersions(sorted, uow);
  if (loading !== undefined) await loading;
  const inserts: InstanceState[] = [];
  const updates: UpdateTask[] = [];
  for (const state of sorted) {
    const { mapper } = state;
    const listeners = state.key === null ? mapper.dispatch.beforeInsert : mapper.dispatch.beforeUpdate;
    if (listeners !== null) await callListeners(listeners, mapper, connection, state, uow);
    const found = state.key === null ? findRowSwitch(state, uow) : null;
    const rowSwitch = found instanceof Promise ? await found : found;
    if (state.key === null && rowSwitch === null) inserts.push(state);
    else updates.push({ state, version: versionOf(rowSwitch ?? state) });
  }

  for (const table of hierarchyTables(baseMapper)) {
    const updateRecords = updates.length === 0 ? [] : collectUpdates(table, updates, uow);
    const insertRecords = inserts.length === 0 ? [] : collectInserts(table, inserts, connection);
    for (const record of insertRecords) uow.noteWritten(record.state, record);
    if (updateRecords.length > 0) await emitUpdates(updateRecords, connection, uow);
    if (insertRecords.length > 0) await emitInserts(insertRecords, connection, uow);
  }

  const inserted = inserts.filter((state) => hasMoreToDo(state.mapper, true));
  if (inserted.length > 0) await finalize(inserted, connection, uow, true);
  const updated = updates.filter((task) => hasMoreToDo(task.state.mapper, false)).map((task) => task.state);
  if (updated.length > 0) await finalize(updated, connection, uow, false);
}

/** Whether anything is done for objects of a class after their rows were written. */
function hasMoreToDo(mapper: Mapper, inserted: boolean): boolean {
  return (
    (inserted ? mapper.dispatch.afterInsert : mapper.dispatch.afterUpdate) !== null ||
    mapper._readonlyProps.length > 0 ||
    (mapper.versionIdCol !== null && mapper.versionIdGenerator === false)
  );
}

/** New objects in the order in which they were added, then those with rows, by key: all transactions lock rows in the same order. */
export function sortStates(states: Iterable<InstanceState>): InstanceState[] {
  const pending: InstanceState[] = [];
  const persistent: InstanceState[] = [];
  for (const state of states) (state.key === null ? pending : persistent).push(state);
  if (pending.length > 1) pending.sort((a, b) => a.insertOrder - b.insertOrder);
  if (persistent.length > 1) persistent.sort(byIdentity);
  return pending.length === 0 ? persistent : persistent.length === 0 ? pending : [...pending, ...persistent];
}

function byIdentity(a: InstanceState, b: InstanceState): number {
  const left = a.key!.identity;
  const right = b.key!.identity;
  for (let i = 0; i < left.length; i++) {
    const x = left[i] as number;
    const y = right[i] as number;
    if (x < y) return -1;
    if (x > y) return 1;
  }
  return 0;
}

/** Calls listeners of the flush one after the other, with the object. */
export async function callListeners(
  listeners: readonly MapperListener[],
  mapper: Mapper,
  connection: unknown,
  state: InstanceState,
  uow: UowTransaction,
): Promise<void> {
  for (const listener of listeners) {
    const done = uow.session.guard.lendOnce(() => listener(mapper, connection, state));
    if (done instanceof Promise) await done;
  }
}

/** The object that is deleted in the same flush and whose row a new object takes over. */
function findRowSwitch(state: InstanceState, uow: UowTransaction): MaybePromise<InstanceState | null> {
  const { mapper, values } = state;
  for (const key of mapper._identityKeyProps) {
    const value = values[key];
    // most new objects have no key yet
    if (value === undefined || value === null || typeof value === "object") return null;
  }
  const key = mapper._identityKeyFromState(state);
  const existing = uow.session.identityMap.get(key);
  if (existing === undefined || existing === state) return null;
  if (existing.expired) return uow.wasAlreadyDeleted(existing).then((isGone) => (isGone ? null : takeOver(state, existing, key, uow)));
  return takeOver(state, existing, key, uow);
}

function takeOver(state: InstanceState, existing: InstanceState, key: IdentityKey, uow: UowTransaction): InstanceState | null {
  if (!uow.isDeleted(existing)) {
    warn(
      `New instance ${String(state)} with identity key (${key.identity.join(", ")}) conflicts with persistent instance ${String(existing)}: ` +
        "two objects of one Session stand for the same row. Change the one that is there, or use session.merge()",
    );
    return null;
  }
  uow.removeStateActions(existing);
  return existing;
}

/** The rows of objects that have expired are found by the version that they have now: without it they would be changed unseen. */
export function loadVersions(states: readonly InstanceState[], uow: UowTransaction): Promise<void> | undefined {
  let lacking: Map<string, InstanceState[]> | null = null;
  for (const state of states) {
    const { versionIdCol } = state.mapper;
    if (versionIdCol === null || state.key === null) continue;
    const key = state.mapper.columnToProperty.get(versionIdCol)?.key;
    if (key === undefined || state.values[key] !== undefined || state.committed?.has(key) === true) continue;
    const group = (lacking ??= new Map()).get(key);
    if (group === undefined) lacking.set(key, [state]);
    else group.push(state);
  }
  return lacking === null ? undefined : loadEach(lacking, uow);
}

async function loadEach(lacking: ReadonlyMap<string, readonly InstanceState[]>, uow: UowTransaction): Promise<void> {
  for (const [key, group] of lacking) await loadAttributes.call(uow.session, group, key);
}

/** The version that the row is expected to have. */
function versionOf(state: InstanceState): unknown {
  const column = state.mapper.versionIdCol;
  if (column === null) return null;
  const property = state.mapper.columnToProperty.get(column);
  if (property === undefined) throw new InvalidRequestError(`${state.mapper.name}: the version column is not mapped`);
  return committedValue(state, property.key) ?? null;
}

async function finalize(states: readonly InstanceState[], connection: unknown, uow: UowTransaction, inserted: boolean): Promise<void> {
  for (const state of states) {
    const readonly = state.mapper._readonlyProps;
    if (readonly.length === 0) continue;
    // what only the database computes may have changed with the row
    const computed = readonly.filter((prop) => !prop.isQueryExpression && (!prop.deferred || state.values[prop.key] !== undefined));
    if (computed.length > 0) state._expireAttributes(computed.map((prop) => prop.key).filter((key) => state.committed?.has(key) !== true));
  }
  for (const state of states) {
    const { mapper } = state;
    if (mapper.versionIdCol === null || mapper.versionIdGenerator !== false) continue;
    const { key } = mapper.columnToProperty.get(mapper.versionIdCol)!;
    if (state.values[key] !== undefined) continue;
    // the next UPDATE needs the version that the database has made
    state.key ??= mapper._identityKeyFromState(state);
    await loadAttributes.call(uow.session, [state], key);
  }
  for (const state of states) {
    const { mapper } = state;
    const listeners = inserted ? mapper.dispatch.afterInsert : mapper.dispatch.afterUpdate;
    if (listeners !== null) await callListeners(listeners, mapper, connection, state, uow);
    if (mapper.versionIdCol !== null && mapper.versionIdGenerator === false) {
      const key = mapper.columnToProperty.get(mapper.versionIdCol)!.key;
      if (state.values[key] === null) {
        throw new FlushError(
          `${String(state)} has no version: ${mapper.name}.${key} is null. With { versionIdGenerator: false } the program or the database sets it`,
        );
      }
    }
  }
}
