// Looks for anomalies in what transactions saw and wrote: lists that are appended to, as in Elle (https://github.com/jepsen-io/elle).
// An append tells its place in the order of the writes, so that from the lists that were read follows who came before whom.

export type Outcome = "ok" | "failed" | "unknown";

export interface Operation {
  readonly kind: "read" | "append";
  readonly key: number;
  /** what was appended; no value is appended twice */
  readonly value?: number;
  /** what was read */
  readonly list?: readonly number[];
}

export interface Attempt {
  readonly operations: Operation[];
  outcome: Outcome;
}

/**
 * What is wrong with a history: nothing, where the transactions could have run one after the other. Those whose outcome is unknown may have
 * been committed or not; what is found of theirs at the end tells.
 * @param final - the lists at the end, by key
 */
export function anomalies(history: readonly Attempt[], final: ReadonlyMap<number, readonly number[]>): string[] {
  const wrong: string[] = [];
  const writers = new Map<number, { readonly attempt: Attempt; readonly key: number }>();
  for (const attempt of history)
    for (const { kind, key, value } of attempt.operations) if (kind === "append") writers.set(value!, { attempt, key });

  for (const [key, list] of final) {
    const seen = new Set<number>();
    for (const value of list) {
      const writer = writers.get(value);
      if (seen.has(value)) wrong.push(`${value} was appended to ${key} twice`);
      seen.add(value);
      if (writer === undefined || writer.key !== key) wrong.push(`nobody appended ${value} to ${key}`);
      else if (writer.attempt.outcome === "failed") wrong.push(`${value} of a transaction that failed is in ${key}`);
    }
  }
  for (const [value, { attempt, key }] of writers)
    if (attempt.outcome === "ok" && !final.get(key)!.includes(value)) wrong.push(`${value} was committed to ${key} and is lost`);

  const isThere = (attempt: Attempt): boolean =>
    attempt.outcome === "ok" ||
    (attempt.outcome === "unknown" &&
      attempt.operations.some(({ kind, key, value }) => kind === "append" && final.get(key)!.includes(value!)));
  const committed = history.filter(isThere);
  for (const attempt of committed) {
    // all or nothing
    for (const { kind, key, value } of attempt.operations)
      if (kind === "append" && !final.get(key)!.includes(value!)) wrong.push(`a part of a transaction was committed, and ${value} was not`);
    for (const { kind, key, list } of attempt.operations) {
      if (kind === "read" && list!.some((value, i) => final.get(key)![i] !== value))
        wrong.push(`a read of ${key} saw ${list!.join(",")}, which is no beginning of ${final.get(key)!.join(",")}`);
    }
  }
  if (wrong.length > 0) return wrong;
  const cycle = cycleIn(committed, dependencies(committed, final, writers));
  return cycle === null ? [] : [`no order of the transactions explains what they saw: ${cycle.map((one) => show(one)).join(" -> ")}`];
}

function show({ operations }: Attempt): string {
  return `{${operations.map(({ kind, key, value, list }) => (kind === "append" ? `append ${value} to ${key}` : `read ${key}: ${list!.join(",")}`)).join("; ")}}`;
}

/** Who must come before whom: writes before later writes and before those who read them, reads before what they did not see. */
function dependencies(
  committed: readonly Attempt[],
  final: ReadonlyMap<number, readonly number[]>,
  writers: ReadonlyMap<number, { readonly attempt: Attempt }>,
): Map<Attempt, Set<Attempt>> {
  const after = new Map<Attempt, Set<Attempt>>(committed.map((attempt) => [attempt, new Set()]));
  const before = (one: Attempt, other: Attempt): void => {
    if (one !== other) after.get(one)!.add(other);
  };
  for (const list of final.values())
    for (let i = 1; i < list.length; i++) before(writers.get(list[i - 1]!)!.attempt, writers.get(list[i]!)!.attempt);
  for (const attempt of committed) {
    for (const { kind, key, list } of attempt.operations) {
      if (kind !== "read") continue;
      const last = list!.at(-1);
      const next = final.get(key)![list!.length];
      if (last !== undefined) before(writers.get(last)!.attempt, attempt);
      if (next !== undefined) before(attempt, writers.get(next)!.attempt);
    }
  }
  return after;
}

function cycleIn(nodes: readonly Attempt[], after: ReadonlyMap<Attempt, ReadonlySet<Attempt>>): Attempt[] | null {
  const done = new Set<Attempt>();
  for (const start of nodes) {
    if (done.has(start)) continue;
    const path: Attempt[] = [start];
    const onPath = new Set(path);
    const rest = [[...after.get(start)!]];
    while (path.length > 0) {
      const next = rest.at(-1)!.pop();
      if (next === undefined) {
        const left = path.pop()!;
        onPath.delete(left);
        done.add(left);
        rest.pop();
      } else if (onPath.has(next)) return [...path.slice(path.indexOf(next)), next];
      else if (!done.has(next)) {
        path.push(next);
        onPath.add(next);
        rest.push([...after.get(next)!]);
      }
    }
  }
  return null;
}

/** Random numbers that are the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
