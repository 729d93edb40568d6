import { ArgumentError } from "../../errors.ts";
import { Slot } from "../base/late.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { TypeMethod } from "../types/type-engine.ts";
import { ColumnOperators } from "./column-operators.ts";
import type { TypeComparator } from "./type-comparator.ts";

/** The comparator of an expression; filled by operators/type-comparator.ts. */
export const comparatorSlot: Slot<(expression: ColumnElement<unknown>) => TypeComparator<unknown>> = new Slot("comparator");

/** Operations of JSON that every dialect has; filled by operators/json-operators.ts. */
export const jsonMethodSlot: Slot<(name: string) => TypeMethod | null> = new Slot("jsonMethod");

/** The comparison of `any()` and `all()`: a symbol of the operators of comparison. */
export type ArrayComparison = "=" | "!=" | "<" | "<=" | ">" | ">=";

/**
 * Operations that only some types have: JSON, arrays, ranges, key-value stores. Whether an expression has one is known by its type
 * when it is called.
 * @throws ArgumentError (all methods) where the type of the expression has no such operation
 */
export abstract class TypeOperators<V> extends ColumnOperators<V> {
  /** @internal */
  _typeMethod(name: string, args: readonly unknown[]): ColumnElement<never> {
    const { type } = this as unknown as ColumnElement<unknown>;
    const method = type.method(name) ?? (type.affinity === "json" ? jsonMethodSlot.call(name) : null);
    if (method === null) {
      const what = (this as unknown as ColumnElement<unknown>).name;
      throw new ArgumentError(`${what === null ? "An expression" : `"${what}"`} of the type ${type.constructor.name} has no "${name}".`);
    }
    return method(this as unknown as ColumnElement<unknown>, ...(args as readonly never[])) as ColumnElement<never>;
  }

  /** What the type of the expression makes of it: its operators, and operations that only this type has. */
  get typeComparator(): TypeComparator<V> {
    return comparatorSlot.call(this as unknown as ColumnElement<unknown>) as TypeComparator<V>;
  }

  override slice(start: unknown, stop?: unknown, step: unknown = null): ColumnElement<V> {
    const own = (this as unknown as ColumnElement<unknown>).type.method("slice");
    return own === null
      ? super.slice(start, stop, step)
      : (own(this as unknown as ColumnElement<unknown>, start as never) as ColumnElement<V>);
  }

  // ---------------------------------------------------------------- JSON

  /** PostgreSQL: the element as text (`->>`). */
  get astext(): ColumnElement<string> {
    return this._typeMethod("astext", []);
  }

  /** The element of JSON as a string. */
  asString(): ColumnElement<string> {
    return this._typeMethod("asString", []);
  }

  /** The element of JSON as an integer. */
  asInteger(): ColumnElement<number> {
    return this._typeMethod("asInteger", []);
  }

  /** The element of JSON as a float. */
  asFloat(): ColumnElement<number> {
    return this._typeMethod("asFloat", []);
  }

  /** The element of JSON as an exact number. */
  asNumeric(precision: number, scale: number): ColumnElement<string> {
    return this._typeMethod("asNumeric", [precision, scale]);
  }

  /** The element of JSON as a truth value. */
  asBoolean(): ColumnElement<boolean> {
    return this._typeMethod("asBoolean", []);
  }

  /** The element of JSON as JSON, as it is without saying. */
  asJson(): ColumnElement<unknown> {
    return this._typeMethod("asJson", []);
  }

  // ---------------------------------------------------------------- keys, paths

  /** JSONB, HSTORE: has the key. */
  hasKey(key: unknown): ColumnElement<boolean> {
    return this._typeMethod("hasKey", [key]);
  }

  /** JSONB, HSTORE: has any of the keys. */
  hasAny(keys: unknown): ColumnElement<boolean> {
    return this._typeMethod("hasAny", [keys]);
  }

  /** JSONB, HSTORE: has all of the keys. */
  hasAll(keys: unknown): ColumnElement<boolean> {
    return this._typeMethod("hasAll", [keys]);
  }

  /** HSTORE: the key has a value other than NULL. */
  defined(key: unknown): ColumnElement<boolean> {
    return this._typeMethod("defined", [key]);
  }

  /** HSTORE: without the key or keys. */
  delete(keys: unknown): ColumnElement<V> {
    return this._typeMethod("delete", [keys]);
  }

  /** HSTORE: keys and values in turn, as an array. */
  array(): ColumnElement<unknown> {
    return this._typeMethod("array", []);
  }

  /** HSTORE: pairs of keys and values, as an array of arrays. */
  matrix(): ColumnElement<unknown> {
    return this._typeMethod("matrix", []);
  }

  /** JSONB: without what is at the path. */
  deletePath(path: unknown): ColumnElement<V> {
    return this._typeMethod("deletePath", [path]);
  }

  /** JSONB: the JSON path finds something. */
  pathExists(path: unknown): ColumnElement<boolean> {
    return this._typeMethod("pathExists", [path]);
  }

  /** JSONB: the predicate of a JSON path holds. */
  pathMatch(path: unknown): ColumnElement<boolean> {
    return this._typeMethod("pathMatch", [path]);
  }

  /** HSTORE: its keys, as an array. */
  keys(): ColumnElement<unknown> {
    return this._typeMethod("keys", []);
  }

  /** HSTORE: its values, as an array. */
  vals(): ColumnElement<unknown> {
    return this._typeMethod("vals", []);
  }

  // ---------------------------------------------------------------- arrays, ranges

  /** Arrays, JSONB, ranges: is contained by the other. */
  containedBy(other: unknown): ColumnElement<boolean> {
    return this._typeMethod("containedBy", [other]);
  }

  /** Arrays: have elements in common. */
  overlap(other: unknown): ColumnElement<boolean> {
    return this._typeMethod("overlap", [other]);
  }

  /** Ranges: have values in common. */
  overlaps(other: unknown): ColumnElement<boolean> {
    return this._typeMethod("overlaps", [other]);
  }

  /** Ranges: `<<` */
  strictlyLeftOf(other: unknown): ColumnElement<boolean> {
    return this._typeMethod("strictlyLeftOf", [other]);
  }

  /** Ranges: `>>` */
  strictlyRightOf(other: unknown): ColumnElement<boolean> {
    return this._typeMethod("strictlyRightOf", [other]);
  }

  /** Ranges: `&<` */
  notExtendRightOf(other: unknown): ColumnElement<boolean> {
    return this._typeMethod("notExtendRightOf", [other]);
  }

  /** Ranges: `&>` */
  notExtendLeftOf(other: unknown): ColumnElement<boolean> {
    return this._typeMethod("notExtendLeftOf", [other]);
  }

  /** Ranges: `-|-` */
  adjacentTo(other: unknown): ColumnElement<boolean> {
    return this._typeMethod("adjacentTo", [other]);
  }

  /** Ranges: the values of both, `+` */
  union(other: unknown): ColumnElement<V> {
    return this._typeMethod("union", [other]);
  }

  /** Ranges: the values that both have, `*` */
  intersection(other: unknown): ColumnElement<V> {
    return this._typeMethod("intersection", [other]);
  }

  /** Ranges: the values that the other one has not, `-` */
  difference(other: unknown): ColumnElement<V> {
    return this._typeMethod("difference", [other]);
  }

  /** Arrays: `value = ANY (this)`, or another comparison. Mapped collections have a method of the same name. */
  any(value: unknown, comparison: ArrayComparison = "="): ColumnElement<boolean> {
    return this._arrayComparison("any", value, comparison);
  }

  /** Arrays: `value = ALL (this)`, or another comparison. */
  all(value: unknown, comparison: ArrayComparison = "="): ColumnElement<boolean> {
    return this._arrayComparison("all", value, comparison);
  }

  /** @internal */
  protected _arrayComparison(which: "any" | "all", value: unknown, comparison: ArrayComparison): ColumnElement<boolean> {
    const { type } = this as unknown as ColumnElement<unknown>;
    if (!type.isArray) throw new ArgumentError(`${which}() is for arrays; the expression is of the type ${type.constructor.name}.`);
    const side = (which === "any" ? this.anyOf() : this.allOf()) as ColumnElement<unknown>;
    // written from the side of the array, so that "value < ANY (array)" is "ANY (array) > value"
    switch (comparison) {
      case "=":
        return side.eq(value as never);
      case "!=":
        return side.ne(value as never);
      case "<":
        return side.gt(value as never);
      case "<=":
        return side.ge(value as never);
      case ">":
        return side.lt(value as never);
      case ">=":
        return side.le(value as never);
      default:
        throw new ArgumentError(`${which}() knows the comparisons =, !=, <, <=, > and >=; got ${String(comparison)}.`);
    }
  }
}
