/**
 * Puts a value in the place of a getter of the same name, so that it is computed once per object.
 *
 * @example
 * get columns(): ColumnCollection {
 *   return memoize(this, "columns", this.#makeColumns());
 * }
 */
export function memoize<T>(object: object, key: PropertyKey, value: T): T {
  Object.defineProperty(object, key, { value, configurable: true, enumerable: false, writable: true });
  return value;
}

/** Takes memoized values away, so that the getters compute them again. */
export function forget(object: object, ...keys: readonly PropertyKey[]): void {
  for (const key of keys) if (Object.hasOwn(object, key)) delete (object as Record<PropertyKey, unknown>)[key];
}
