import { InvalidRequestError } from "../../errors.ts";
import type { Expression } from "../../sql/base/expression.ts";
import { instanceState } from "./class-manager.ts";
import { setAttribute as setState } from "./set-attribute.ts";

/**
 * Sets an attribute of an object, as `film.year = 1994` does. Besides values it takes SQL expressions of the attribute's type, which the
 * database computes at the flush: an assignment cannot take them, since reading gives values.
 *
 * @param instance - a mapped object
 * @param key - the name of the attribute
 * @param value - a value, or an expression; `null_()` for NULL that no default replaces
 * @throws UnmappedInstanceError, InvalidRequestError when there is no such attribute, or for `undefined`
 * @see https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.attributes.set_attribute
 * @see https://docs.sqlalchemy.org/en/21/orm/persistence_techniques.html#embedding-sql-insert-update-expressions-into-a-flush
 * @example setAttribute(film, "views", Film.views.add(1));
 */
export function setAttribute<I extends object, K extends keyof I & string>(
  instance: I,
  key: K,
  value: I[K] | Expression<NonNullable<I[K]> | null>,
): void {
  const state = instanceState(instance);
  const { mapper } = state;
  if (!mapper.props.has(key) && mapper._descriptor(key) === undefined) state.getImpl(key);
  if (state.manager.impls.has(key)) setState(state, key, value);
  else (instance as Record<string, unknown>)[key] = value;
}

/**
 * Takes the value of an attribute away: of a new object it is as if it had never been set, so that defaults and generated keys have their
 * say; of one that has a row it becomes NULL at the flush, or an empty collection.
 *
 * @throws UnmappedInstanceError, InvalidRequestError when there is no such attribute
 * @see https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.attributes.del_attribute
 * @example
 * makeTransient(film);
 * delAttribute(film, "id");
 * session.add(film); // a copy, under a key of its own
 */
export function delAttribute<I extends object>(instance: I, key: keyof I & string): void {
  const state = instanceState(instance);
  const impl = state.manager.impls.get(key);
  if (impl === undefined) throw new InvalidRequestError(`${state.manager.name}.${key} is computed from other attributes: delete these`);
  if (!impl.usesObjects && state.key === null) {
    state.committed?.delete(key);
    state._reset(key);
  } else setState(state, key, impl.collection ? [] : null);
}
