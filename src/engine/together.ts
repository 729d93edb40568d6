import type { Connection } from "./connection.ts";
import type { MaybePromise } from "./driver.ts";

/**
 * Runs tasks that need nothing of each other, in their order. Where the driver can send several statements at once, the first statements
 * of all of them go out in one packet, and are waited for together; elsewhere each task waits for the one before.
 * @throws what the first task that fails throws, when none runs any more
 */
export async function runTogether(connection: Connection, tasks: readonly (() => MaybePromise<unknown>)[]): Promise<void> {
  const ready = connection._ready();
  const driver = ready instanceof Promise ? await ready : ready;
  const held = tasks.length > 1 && driver.hold !== undefined ? driver.hold() : null;
  if (held === null) {
    for (const task of tasks) {
      const done = task();
      if (done instanceof Promise) await done;
    }
    return;
  }
  const running: Promise<unknown>[] = [];
  for (const task of tasks) {
    const { count } = held;
    const watched = watch(task);
    running.push(watched.done);
    await microtasks();
    // what has failed ends the work, and what waits for anything but its statement is waited for
    if (watched.failed) break;
    if (watched.settled || held.count > count) continue;
    held.release();
    await watched.done.catch(() => undefined);
    if (watched.failed) break;
  }
  held.release();
  const outcomes = await Promise.allSettled(running);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

interface Watched {
  readonly done: Promise<unknown>;
  settled: boolean;
  failed: boolean;
}

function watch(task: () => MaybePromise<unknown>): Watched {
  const started = new Promise<unknown>((resolve) => resolve(task()));
  const watched: Watched = { done: started, settled: false, failed: false };
  started.then(
    () => (watched.settled = true),
    () => (watched.settled = watched.failed = true),
  );
  return watched;
}

/** Until everything that waits for nothing but promises has been done. */
function microtasks(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
