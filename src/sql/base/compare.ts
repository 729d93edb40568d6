import type { BindParameter } from "../elements/bind-parameter.ts";
import { cacheKeyOf, type ClauseElement, compareSlot } from "../elements/clause-element.ts";

/**
 * Whether two elements have the same structure and their binds the same values. The structure is that of the cache key, so what
 * is equal here compiles to the same SQL.
 */
export function compare(a: ClauseElement, b: ClauseElement): boolean {
  if (a === b) return true;
  const left = cacheKeyOf(a);
  const right = cacheKeyOf(b);
  if (!left.equals(right) || left.binds.length !== right.binds.length) return false;
  return left.binds.every((bind, i) => sameValue(bind as BindParameter<unknown>, right.binds[i] as BindParameter<unknown>));
}

function sameValue(a: BindParameter<unknown>, b: BindParameter<unknown>): boolean {
  if (a.callable !== b.callable) return false;
  if (a.expanding && Array.isArray(a.value) && Array.isArray(b.value)) {
    const other = b.value as unknown[];
    return a.value.length === other.length && a.value.every((value, i) => a.type.compareValues(value, other[i]));
  }
  return a.value === b.value || a.type.compareValues(a.value, b.value);
}

compareSlot.fill(compare);
