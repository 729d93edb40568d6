/** The items of all the iterables, each once, in the order in which they were first met. */
export function orderedUnion<T>(...iterables: readonly Iterable<T>[]): T[] {
  const seen = new Set<T>();
  for (const items of iterables) for (const item of items) seen.add(item);
  return [...seen];
}

/** The items that are in `others` as well, in their own order. */
export function orderedIntersection<T>(items: Iterable<T>, others: ReadonlySet<T>): T[] {
  return [...items].filter((item) => others.has(item));
}

/** The items that are not in `others`, in their own order. */
export function orderedDifference<T>(items: Iterable<T>, others: ReadonlySet<T>): T[] {
  return [...items].filter((item) => !others.has(item));
}
