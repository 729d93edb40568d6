/**
 * Copies an object without running its constructor or its field initialisers: own properties are copied, the prototype is shared.
 * Classes that are copied like this must not have `#private` members.
 */
export function shallowCopy<O extends object>(source: O): O {
  return Object.assign(Object.create(Object.getPrototypeOf(source) as object) as O, source);
}
