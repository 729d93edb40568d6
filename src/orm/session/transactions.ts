import type { MaybePromise } from "../../engine/driver.ts";
import { InvalidRequestError } from "../../errors.ts";
import type { SessionCore } from "./session-core.ts";
import { SessionTransaction } from "./session-transaction.ts";

/** The transaction of `session.begin()`. */
export function beginTransaction(core: SessionCore): SessionTransaction {
  core.guard.check("begin()");
  core.reopen();
  if (core.transaction !== null)
    throw new InvalidRequestError("A transaction is already begun on this Session. Use beginNested() for a savepoint within it");
  return core.autobegin("begin", "begin()");
}

/** The savepoint of `session.beginNested()`, which is set after a flush. */
export function beginSavepoint(core: SessionCore): Promise<SessionTransaction> {
  return core.guard.run("beginNested()", async () => {
    core.checkActive("beginNested()");
    const parent = core.autobegin("beginNested", "beginNested()");
    if (!core.isClean()) await core.flush();
    core.transaction = new SessionTransaction(core, "beginNested", parent);
    return core.transaction;
  });
}

/** Runs a function in a transaction: commits when it returns, and rolls back when it throws. */
export async function within<T>(
  core: SessionCore,
  transaction: SessionTransaction,
  fn: (transaction: SessionTransaction) => T | PromiseLike<T>,
): Promise<T> {
  let result: T;
  const around = core.block;
  core.block = transaction;
  try {
    result = await fn(transaction);
    core.block = around;
  } catch (error) {
    core.block = around;
    await rollbackAfter(error, transaction);
    throw error;
  }
  // the function may have ended the transaction by itself
  if (transaction._status === "active") {
    try {
      await transaction.commit();
    } catch (error) {
      await rollbackAfter(error, transaction);
      throw error;
    }
  } else if (transaction._status === "deactive") {
    const failure = transaction._failure;
    await transaction.rollback();
    throw failure;
  }
  return result;
}

/** The first error is the one that matters: one of the rollback is attached to it. */
async function rollbackAfter(error: unknown, transaction: SessionTransaction): Promise<void> {
  try {
    if (!hasEnded(transaction)) await transaction.rollback();
  } catch (second) {
    if (error instanceof Error && error.cause === undefined) error.cause = second;
  }
}

function hasEnded(transaction: SessionTransaction): boolean {
  return transaction._status === "closed" || transaction._status === "committed";
}

/** Undoes everything since the transaction began. A closed session has nothing to undo: who rolls back in a catch block is not told so. */
export function rollbackSession(core: SessionCore): Promise<void> {
  return core.guard.run("rollback()", async () => {
    if (core.transaction === null && core.isClean()) return;
    await core.autobegin("begin", "rollback()")._rollback(true);
  });
}

/**
 * Closes as soon as nothing is running any more, and throws when something was.
 * @param refusesWork - whether the session is closed from then on, or goes on as if it were new
 */
export async function closeSession(core: SessionCore, refusesWork: boolean): Promise<void> {
  let unfinished: unknown = null;
  try {
    core.guard.check("close()");
  } catch (error) {
    unfinished = error;
  }
  const closed = (): void => {
    core.closed = refusesWork || core.closed;
  };
  // who closes does not come again: the connection would never go back to its pool
  await core.guard.whenFree("close()", () => {
    const ended = endSession(core);
    return ended instanceof Promise ? ended.then(closed) : closed();
  });
  if (unfinished !== null) throw unfinished;
}

/** Lets go of all objects and connections. */
export function endSession(core: SessionCore): MaybePromise<void> {
  core.expungeAll();
  return closeTransactions(core, null);
}

/** As {@link endSession}, and throws the connections away. */
export async function invalidateSession(core: SessionCore): Promise<void> {
  for (let each = core.transaction; each !== null; each = each.parent) await each._invalidate();
  await endSession(core);
}

/** From the innermost to the outermost, whatever goes wrong; the first error is thrown at the end. */
function closeTransactions(core: SessionCore, failure: unknown): MaybePromise<void> {
  while (core.transaction !== null) {
    const { transaction } = core;
    if (transaction._deleted.size > 0) core.detachStates([...transaction._deleted], false);
    try {
      const closed = transaction._close();
      if (closed instanceof Promise)
        return closed.then(
          () => closeTransactions(core, failure),
          (error: unknown) => closeTransactions(core, failure ?? error),
        );
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== null) throw failure;
  return undefined;
}
