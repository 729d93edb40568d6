// The garbage collector, for tests of what is let go of.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

// the flag is looked at when a context is made: the tests need not be started with it
setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

/** Collects what is not in use, finalizers included. What a WeakRef was asked for stays until the turn has ended. */
export async function collect(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    gc();
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
}

/** How many of them are still there. */
export async function stillThere(refs: readonly WeakRef<object>[]): Promise<number> {
  await collect();
  return refs.filter((ref) => ref.deref() !== undefined).length;
}

/** How many bytes of the heap are in use by what cannot be collected. */
export async function heapInUse(): Promise<number> {
  await collect();
  return process.memoryUsage().heapUsed;
}
