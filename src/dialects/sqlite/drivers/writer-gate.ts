import { Mutex } from "../../../util/mutex.ts";

/**
 * SQLite has one writer at a time. The connections of this process queue here for the right to write to a file, in the order
 * in which they asked; without it they would have to poll, and the one that holds the lock could not go on if another one blocked.
 */
export class WriterGate {
  readonly mutex: Mutex = new Mutex();
  /** the one who holds it cannot commit because others still read: they must not wait for it in turn */
  commitBlocked = false;
}

const gates = new Map<string, WeakRef<WriterGate>>();
const gone = new FinalizationRegistry<string>((file) => {
  if (gates.get(file)?.deref() === undefined) gates.delete(file);
});

/** The gate of a file, by its real path; a database in memory has one of its own. */
export function writerGateOf(file: string | null): WriterGate {
  if (file === null) return new WriterGate();
  const known = gates.get(file)?.deref();
  if (known) return known;
  const gate = new WriterGate();
  gates.set(file, new WeakRef(gate));
  gone.register(gate, file);
  return gate;
}
