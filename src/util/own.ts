/** The properties that an object has itself: what somebody has added to `Object.prototype` is no option of anybody's. */
export function own<T extends object>(options: T): T {
  return Object.assign(Object.create(null) as T, options);
}
