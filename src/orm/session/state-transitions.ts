import { FlushError, InvalidRequestError } from "../../errors.ts";
import { warn } from "../../util/warn.ts";
import type { Mapper } from "../mapping/mapper.ts";
import { identityKey, type IdentityKey, keyUnder, sameIdentity } from "../state/identity-key.ts";
import { tokensAreUsed } from "../state/identity-token.ts";
import { type InstanceState, nextInsertOrder } from "../state/instance-state.ts";
import type { SessionCore } from "./session-core.ts";

/** Checks that a state may enter the session; false when it is in it already. */
export function beforeAttach(core: SessionCore, state: InstanceState): boolean {
  if (state._session === core) return false;
  if (state._session !== null) {
    throw new InvalidRequestError(
      `Object ${String(state)} is already attached to session ${state._session.id} (this is ${core.id}). An object belongs to one Session at a ` +
        "time: take it out of the other one with expunge(), or bring a copy in with `await session.merge(object)`",
    );
  }
  const listeners = core.dispatch.on.beforeAttach;
  if (listeners !== null) for (const fn of listeners) fn(core.face, state.obj);
  return true;
}

function afterAttach(core: SessionCore, state: InstanceState): void {
  state._session = core;
  const listeners = core.dispatch.on.afterAttach;
  if (listeners !== null) for (const fn of listeners) fn(core.face, state.obj);
}

/** A state is noted as one whose relationships are loaded by the keys that it has; it enters the session in no other way. */
export function attachForLoading(core: SessionCore, state: InstanceState): void {
  const attach = beforeAttach(core, state);
  state._loadPending = true;
  if (!attach) return;
  (core.attached ??= new Set()).add(state);
  afterAttach(core, state);
}

/** A transient state becomes pending. */
export function saveImpl(core: SessionCore, state: InstanceState): void {
  if (state.key !== null) throw new InvalidRequestError(`Object ${String(state)} already has an identity: it can't become pending`);
  const attach = beforeAttach(core, state);
  if (!core.new.has(state)) {
    core.new.add(state);
    state.insertOrder = nextInsertOrder();
  }
  if (!attach) return;
  afterAttach(core, state);
  const listeners = core.dispatch.on.transientToPending;
  if (listeners !== null) for (const fn of listeners) fn(core.face, state.obj);
}

/**
 * A detached state becomes persistent, and one that was marked for deletion is not any more.
 * @param revertDeletion - for a rollback: a state that a flush has deleted comes back
 */
export function updateImpl(core: SessionCore, state: InstanceState, revertDeletion = false): void {
  if (state.key === null) throw new InvalidRequestError(`Instance ${String(state)} is not persisted`);
  const wasDeleted = state._deleted;
  if (wasDeleted) {
    if (!revertDeletion) {
      throw new InvalidRequestError(
        `Instance ${String(state)} has been deleted. Use makeTransient() to send the object back to the transient state; it can then be added as a new one`,
      );
    }
    state._deleted = false;
  }
  const attach = beforeAttach(core, state);
  core.deleted.delete(state);
  if (revertDeletion) core.identityMap.replace(state);
  else {
    const existing = core.identityMap.get(state.key);
    if (existing !== undefined && existing !== state) {
      throw new InvalidRequestError(
        `Can't attach instance ${String(state)}: another instance with this identity is already present in this session. ` +
          "Work with that one, or bring the changes in with `await session.merge(object)`",
      );
    }
    core.identityMap.replace(state);
  }
  if (attach) {
    afterAttach(core, state);
    if (state.modified) core.identityMap.modified.add(state);
  }
  const listeners = revertDeletion ? core.dispatch.on.deletedToPersistent : attach ? core.dispatch.on.detachedToPersistent : null;
  if (listeners !== null) for (const fn of listeners) fn(core.face, state.obj);
}

export function saveOrUpdateImpl(core: SessionCore, state: InstanceState): void {
  if (state.key === null) saveImpl(core, state);
  else updateImpl(core, state);
}

/** Brings a state in, and everything that hangs on it by the save-update cascade. */
export function saveOrUpdateState(core: SessionCore, state: InstanceState): void {
  state._orphanedOutsideOfSession = false;
  saveOrUpdateImpl(core, state);
  if (!hasRelated(state)) return;
  for (const step of state.mapper.cascadeIterator("save-update", state, (each) => core.containsState(each)))
    saveOrUpdateImpl(core, step.state);
}

/** Whether anything is known of the relationships of a state: most new objects have none, and no cascade to be walked. */
function hasRelated(state: InstanceState): boolean {
  const { values, mapper } = state;
  if (state.pendingMutations !== null) return true;
  const keys = mapper._memo("loadedRelationships", () => {
    const all = mapper.relationships.map((prop) => prop.key);
    return all.some((key) => mapper.classManager.getImpl(key).dynamic) ? null : all;
  });
  if (keys === null) return true;
  for (const key of keys) if (values[key] !== undefined) return true;
  return false;
}

/** Marks a persistent state for deletion by the next flush. */
export function deleteImpl(core: SessionCore, state: InstanceState, isHead: boolean): void {
  if (state.key === null) {
    if (isHead)
      throw new InvalidRequestError(
        `Instance ${String(state)} is not persisted: there is no row to delete. Use expunge() for a pending object`,
      );
    return;
  }
  const attach = beforeAttach(core, state);
  if (attach) {
    const existing = core.identityMap.get(state.key);
    if (existing !== undefined && existing !== state) {
      throw new InvalidRequestError(
        `Can't attach instance ${String(state)}: another instance with this identity is already present in this session`,
      );
    }
    core.identityMap.replace(state);
  }
  core.deleted.add(state);
  if (attach) afterAttach(core, state);
}

/** Takes states out of the session; with `toTransient`, they forget that they ever had a row. */
export function expungeStates(core: SessionCore, states: readonly InstanceState[], toTransient = false): void {
  for (const state of states) {
    if (core.new.delete(state)) continue;
    if (core.identityMap.contains(state)) {
      core.identityMap.discard(state);
      core.deleted.delete(state);
    } else {
      // deleted by a flush: only the transaction's snapshots still know it
      for (let each = core.transaction; each !== null; each = each.parent) each._deleted.delete(state);
    }
  }
  detachStates(core, states, toTransient);
}

export function detachStates(core: SessionCore, states: readonly InstanceState[], toTransient: boolean): void {
  const { on } = core.dispatch;
  for (const state of states) {
    const deleted = state._deleted;
    const pending = state.key === null;
    const persistent = !pending && !deleted;
    state._session = null;
    state._peers = null;
    if (toTransient && state.key !== null) {
      state._forgetKey();
      state._deleted = false;
      state.justInserted = false;
    }
    const listeners = persistent
      ? toTransient
        ? on.persistentToTransient
        : on.persistentToDetached
      : deleted
        ? on.deletedToDetached
        : pending
          ? on.pendingToTransient
          : null;
    if (listeners !== null) for (const fn of listeners) fn(core.face, state.obj);
  }
}

/** The key that a state's row has now; parts that have expired are as they were. */
function keyOf(state: InstanceState): IdentityKey {
  const { mapper } = state;
  const names = mapper._identityKeyProps;
  if (names.length === 1) {
    const value = state.values[names[0]!];
    if (value === undefined && state.key !== null) return state.key;
    return identityKey(mapper.identityMapper, [value ?? null]);
  }
  const identity = names.map((name, i) => {
    const value = state.values[name];
    return value === undefined ? (state.key?.identity[i] ?? null) : value;
  });
  return identityKey(mapper.identityMapper, identity);
}

/** As {@link keyOf}, where objects may have tokens. */
function keyWithToken(state: InstanceState): IdentityKey {
  const key = keyOf(state);
  const { identityToken } = state;
  return identityToken === null || key === state.key ? key : keyUnder(identityToken, key);
}

/** Whether a key has nothing where the database needs a value. */
function isIncomplete({ identity }: IdentityKey, mapper: Mapper): boolean {
  let nulls = 0;
  for (let i = 0; i < identity.length; i++) if (identity[i] === null) nulls += 1;
  return nulls > 0 && (nulls === identity.length || !mapper.allowPartialPks);
}

/** States that a flush has written become persistent, under the key that their row has now. */
export function registerPersistent(core: SessionCore, states: Iterable<InstanceState>): void {
  const inserted: InstanceState[] = [];
  const { transaction } = core;
  const { modified } = core.identityMap;
  const keyNow = tokensAreUsed() ? keyWithToken : keyOf;
  for (const state of states) {
    const { mapper } = state;
    const key = keyNow(state);
    if (isIncomplete(key, mapper)) {
      throw new FlushError(
        `Instance ${String(state)} has a NULL identity key. If this is an auto-generated value, check that the database table allows ` +
          "generation of new primary key values, and that the mapped column is configured to expect these generated values. " +
          "Ensure also that this flush is not occurring at an inappropriate time, such as within a load event",
      );
    }
    if (state.key === null) state.key = key;
    else if (!sameIdentity(state.key, key)) {
      core.identityMap.discard(state);
      transaction?.noteKeySwitch(state, state.key);
      state.key = key;
    }
    const before = core.identityMap.replace(state);
    if (before !== undefined && sameIdentity(keyNow(before), key)) {
      warn(
        `Identity map already had an identity for ${String(state)}, replacing it with the newly flushed object. ` +
          "Are there load operations occurring inside of an event handler within the flush?",
      );
    }
    state._orphanedOutsideOfSession = false;
    const isNew = core.new.has(state);
    if (isNew) {
      inserted.push(state);
      state.justInserted = true;
      if (core.peerLoading) transaction?.noteInserted(state);
    }
    // the flag was lowered when the row was written
    if (modified.size > 0) modified.delete(state);
    state._commitAll();
    if (transaction !== null) (isNew ? transaction._new : transaction._dirty).add(state);
  }
  const listeners = core.dispatch.on.pendingToPersistent;
  if (listeners !== null) for (const state of inserted) for (const fn of listeners) fn(core.face, state.obj);
  for (const state of inserted) core.new.delete(state);
}

export function registerAltered(core: SessionCore, states: Iterable<InstanceState>): void {
  const { transaction } = core;
  if (transaction === null) return;
  for (const state of states) (core.new.has(state) ? transaction._new : transaction._dirty).add(state);
}

/** States whose rows were deleted leave the identity map; until the end of the transaction they are in the state "deleted". */
export function removeNewlyDeleted(core: SessionCore, states: Iterable<InstanceState>): void {
  const listeners = core.dispatch.on.persistentToDeleted;
  for (const state of states) {
    core.transaction?._deleted.add(state);
    core.identityMap.discard(state);
    core.deleted.delete(state);
    state._deleted = true;
    if (listeners !== null) for (const fn of listeners) fn(core.face, state.obj);
  }
}
