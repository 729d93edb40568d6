import { ArgumentError } from "../errors.ts";
import { describeValue } from "../orm/attributes/class-manager.ts";
import type { VALUE } from "../sql/base/expression.ts";
import type { ColumnElement } from "../sql/elements/column-element.ts";
import { defineDescriptor, type OrmDescriptor } from "../orm/mapping/orm-descriptor.ts";
import { type ClassScan, type Declaration, SCAN } from "../orm/mapping/scan.ts";
import type { MAPPED } from "../orm/mapping/types.ts";

/** The options of {@link hybridMethod}. */
export interface HybridMethodOptions<A extends readonly unknown[], E> {
  /** Gives the SQL expression, of the class or of an alias; without it the method is called with the class. */
  readonly expression?: (cls: never, ...args: A) => E;
}

/**
 * A method that {@link hybridMethod} declares: called on objects it runs in the program, called on the class it gives SQL.
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/hybrid.html
 */
export interface HybridMethod<A extends readonly unknown[], R, E = ColumnElement<R>> extends Declaration {
  (...args: A): E;
  readonly [MAPPED]: "readonly";
  readonly [VALUE]: (...args: A) => R;
}

type Method = (self: never, ...args: never) => unknown;

/**
 * Declares a method of objects that is a SQL expression when it is called on the class.
 *
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/hybrid.html
 * @throws ArgumentError when the method is no function
 * @example
 * static longer = hybridMethod((self: { title: string }, n: number) => self.title.length > n, {
 *   expression: (cls: typeof Film, n: number) => func.length(cls.title).gt(n),
 * });
 * select(Film).where(Film.longer(10));
 */
export function hybridMethod<A extends readonly unknown[], R, S, E = ColumnElement<R>>(
  method: (self: S, ...args: A) => R,
  options: HybridMethodOptions<A, E> = {},
): HybridMethod<A, R, E> {
  if (typeof method !== "function")
    throw new ArgumentError(
      `hybridMethod() takes a function of the object: hybridMethod((self, …) => …); it was given ${describeValue(method)}`,
    );
  const onClass = (options.expression ?? method) as Method;
  const onObjects = method as Method;

  const call = function (this: unknown, ...args: never): unknown {
    return onClass(this as never, ...args);
  };
  const descriptor: OrmDescriptor = {
    _attributeOf: (owner) => call.bind(owner),
  };
  const scan = (given: ClassScan, key: string): void =>
    given.whenMapped((mapper) => {
      defineDescriptor(mapper, key, descriptor, {
        writable: true,
        enumerable: false,
        value(this: object, ...args: never): unknown {
          return onObjects(this as never, ...args);
        },
      });
    });
  Object.defineProperty(call, SCAN, { value: scan });
  return call as unknown as HybridMethod<A, R, E>;
}
