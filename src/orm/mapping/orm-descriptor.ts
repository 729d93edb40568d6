import { InvalidRequestError } from "../../errors.ts";
import { inspect } from "../../inspection.ts";
import type { InspectedEntity } from "./inspected-entity.ts";
import type { Mapper } from "./mapper.ts";

/**
 * An attribute of a mapped class that is no property of its mapper: it has no column and no relationship of its own and speaks of those
 * of others. Hybrids and association proxies are such.
 * @see https://docs.sqlalchemy.org/en/21/orm/mapping_api.html#sqlalchemy.orm.Mapper.all_orm_descriptors
 */
export interface OrmDescriptor {
  /** What `Class.key` gives; `owner` is the class, a subclass, or an alias of one. */
  _attributeOf(owner: object): unknown;
  /** The columns, and their values, that a value given to this attribute by an INSERT or UPDATE stands for. */
  _updatePairs?(owner: object, value: unknown): Iterable<readonly [column: unknown, value: unknown]>;
  /** Puts the values of columns in a row of many; the row has a value under the attribute's name. */
  _bulkDml?(owner: object, row: Record<string, unknown>): void;
  /** Loads what the value of an object gives when it is looked into, for `awaitableAttrs`. */
  _load?(obj: object): Promise<void>;
}

/**
 * Gives a mapped class an attribute with behaviour on objects and on the class. On the class it is asked anew each time, by whoever is
 * asked: the class, a subclass, or an alias.
 * @param onObjects - the accessor or method that objects have
 * @throws InvalidRequestError when the class has a method or accessor of that name
 */
export function defineDescriptor(mapper: Mapper, key: string, descriptor: OrmDescriptor, onObjects: PropertyDescriptor): void {
  const { class_ } = mapper;
  const prototype = class_.prototype as object;
  if (Object.hasOwn(prototype, key)) {
    throw new InvalidRequestError(
      `${mapper.name}.${key} is an attribute, and the class has a method or accessor of the same name, which would hide it; rename one of them`,
    );
  }
  mapper._descriptors.set(key, descriptor);
  Object.defineProperty(prototype, key, { ...onObjects, configurable: true });
  Object.defineProperty(class_, key, {
    configurable: true,
    enumerable: true,
    get(this: object): unknown {
      return descriptor._attributeOf(this);
    },
    set(this: object, value: unknown) {
      Object.defineProperty(this, key, { value, configurable: true, writable: true, enumerable: true });
    },
  });
}

/** The mapper or alias that an attribute was asked of. */
export function ownerEntity(owner: object): InspectedEntity | null {
  return inspect(owner, false) as InspectedEntity | null;
}
