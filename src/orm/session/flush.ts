import { InvalidRequestError } from "../../errors.ts";
import { UowTransaction } from "../unit-of-work/unit-of-work.ts";
import type { SessionCore } from "./session-core.ts";
import { SessionTransaction } from "./session-transaction.ts";

/** Writes everything that is new, changed or marked for deletion. The caller holds the session's guard. */
export async function flushCore(core: SessionCore): Promise<void> {
  if (core.flushing) throw new InvalidRequestError("Session is already flushing: flush() was called by a listener of a flush event");
  if (core.isClean()) return;
  core.flushing = true;
  try {
    await flush(core);
  } finally {
    core.flushing = false;
  }
}

async function flush(core: SessionCore): Promise<void> {
  const transaction = core.autobegin("autobegin", "flush()");
  transaction.assertActive("flush()");
  const uow = new UowTransaction(core, transaction);
  const { on } = core.dispatch;
  if (on.beforeFlush !== null) await core.emit(on.beforeFlush, core.face, uow, null);
  const { identityToken } = core;
  if (identityToken !== null) for (const state of core.new) if (state.identityToken === null) state.identityToken = identityToken;
  if (!registerStates(core, uow)) return;
  // that of the flush is for those who listen, and nothing rests on it
  const isTold = on.afterTransactionCreate !== null || on.afterTransactionEnd !== null;
  const own = isTold ? new SessionTransaction(core, "subtransaction", transaction) : null;
  try {
    core.warnOnEvents = true;
    try {
      await uow.execute();
    } finally {
      core.warnOnEvents = false;
    }
    if (on.afterFlush !== null) await core.emit(on.afterFlush, core.face, uow);
    uow.finalizeFlushChanges();
    if (on.afterFlushPostexec !== null) await core.emit(on.afterFlushPostexec, core.face, uow);
  } catch (error) {
    uow.abandon();
    await transaction._fail(error);
    const ended = own ?? (on.afterSoftRollback === null ? null : new SessionTransaction(core, "subtransaction", transaction));
    ended?._endSubtransaction();
    if (on.afterSoftRollback !== null && ended !== null) await core.emit(on.afterSoftRollback, core.face, ended);
    throw error;
  }
  own?._endSubtransaction();
}

function registerStates(core: SessionCore, uow: UowTransaction): boolean {
  const deleted = core.deleted.size === 0 ? null : new Set(core.deleted);
  for (const states of [[...core.new], [...core.identityMap.modified]]) {
    for (const state of states) {
      if (deleted?.has(state) === true || uow.states.has(state)) continue;
      if (!core.containsState(state)) {
        core.identityMap.modified.delete(state);
        continue;
      }
      const isOrphan = state.mapper._isOrphan(state);
      if (isOrphan && state.key === null && state._orphanedOutsideOfSession) {
        core.expungeStates([state]);
        continue;
      }
      uow.take(state, isOrphan && state.key !== null, false);
    }
  }
  if (deleted !== null) for (const state of deleted) uow.registerObject(state, { isDelete: true });
  return uow.hasWork;
}
