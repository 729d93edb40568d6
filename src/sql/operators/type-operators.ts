import { ArgumentError } from "../../errors.ts";
import type { Expression, NullIn, NullOf, Origin, OriginIn } from "../base/expression.ts";
import { Slot } from "../base/late.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { TypeMethod } from "../types/type-engine.ts";
import { ColumnOperators, type LooseOperand } from "./column-operators.ts";
import type { Concatenated, Difference, ElementAt, FloorQuotient, ItemOf, Quotient, Sum } from "./operator-types.ts";
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
export abstract class TypeOperators<out V, out N extends Origin = Origin> extends ColumnOperators<V, N> {
  /** @internal */
  _typeMethod(name: string, args: readonly unknown[]): ColumnElement<never, never> {
    const { type } = this as unknown as ColumnElement<unknown>;
    const method = type.method(name) ?? (type.affinity === "json" ? jsonMethodSlot.call(name) : null);
    if (method === null) {
      const what = (this as unknown as ColumnElement<unknown>).name;
      throw new ArgumentError(`${what === null ? "An expression" : `"${what}"`} of the type ${type.constructor.name} has no "${name}".`);
    }
    return method(this as unknown as ColumnElement<unknown>, ...(args as readonly never[])) as ColumnElement<never, never>;
  }

  /** What the type of the expression makes of it: its operators, and operations that only this type has. */
  get typeComparator(): TypeComparator<V> {
    return comparatorSlot.call(this as unknown as ColumnElement<unknown>) as TypeComparator<V>;
  }

  override slice(start: unknown, stop?: unknown, step: unknown = null): ColumnElement<V, N> {
    const own = (this as unknown as ColumnElement<unknown>).type.method("slice");
    return own === null
      ? super.slice(start, stop, step)
      : (own(this as unknown as ColumnElement<unknown>, start as never) as ColumnElement<unknown> as ColumnElement<V, N>);
  }

  // ---------------------------------------------------------------- what calculations give (comparators may give something else)

  /** `||` */
  override concat<T, M extends Origin, const O extends LooseOperand<T> | string>(
    this: Expression<T, M>,
    other: O,
  ): ColumnElement<Concatenated<T> | NullIn<O>, M | OriginIn<O>>;
  override concat(other: unknown): never {
    return super.concat(other) as never;
  }

  /** `+`; `||` for strings. */
  override add<T, M extends Origin, const O extends LooseOperand<T>>(
    this: Expression<T, M>,
    other: O,
  ): ColumnElement<Sum<T, O> | NullIn<O>, M | OriginIn<O>>;
  override add(other: unknown): never {
    return super.add(other) as never;
  }

  /** `-` */
  override sub<T, M extends Origin, const O extends LooseOperand<T>>(
    this: Expression<T, M>,
    other: O,
  ): ColumnElement<Difference<T, O> | NullIn<O>, M | OriginIn<O>>;
  override sub(other: unknown): never {
    return super.sub(other) as never;
  }

  /** `*` */
  override mul<T, M extends Origin, const O extends LooseOperand<T>>(
    this: Expression<T, M>,
    other: O,
  ): ColumnElement<Sum<T, O> | NullIn<O>, M | OriginIn<O>>;
  override mul(other: unknown): never {
    return super.mul(other) as never;
  }

  /** `/`, true division: of two integers too. */
  override truediv<T, M extends Origin, const O extends LooseOperand<T>>(
    this: Expression<T, M>,
    other: O,
  ): ColumnElement<Quotient<T, O> | NullIn<O>, M | OriginIn<O>>;
  override truediv(other: unknown): never {
    return super.truediv(other) as never;
  }

  /** Division rounded down. */
  override floordiv<T, M extends Origin, const O extends LooseOperand<T>>(
    this: Expression<T, M>,
    other: O,
  ): ColumnElement<FloorQuotient<T, O> | NullIn<O>, M | OriginIn<O>>;
  override floordiv(other: unknown): never {
    return super.floordiv(other) as never;
  }

  /** An element of an array, or of JSON by key, index or path: `data.at("a")`, `data.at(["a", "b", 1])`. */
  override at<T, M extends Origin, const K>(this: Expression<T, M>, index: K): ColumnElement<ElementAt<T, K>, M>;
  override at(index: unknown): never {
    return super.at(index) as never;
  }

  /** ANY (this): for an array or a subquery, to be compared with. */
  override anyOf<T, M extends Origin>(this: Expression<T, M>): ColumnElement<ItemOf<T>, M>;
  override anyOf(): never {
    return super.anyOf() as never;
  }

  /** ALL (this): for an array or a subquery, to be compared with. */
  override allOf<T, M extends Origin>(this: Expression<T, M>): ColumnElement<ItemOf<T>, M>;
  override allOf(): never {
    return super.allOf() as never;
  }

  // ---------------------------------------------------------------- JSON

  /** PostgreSQL: the element as text (`->>`). */
  get astext(): ColumnElement<string | null, N> {
    return this._typeMethod("astext", []);
  }

  /** The element of JSON as a string. */
  asString(): ColumnElement<string | null, N> {
    return this._typeMethod("asString", []);
  }

  /** The element of JSON as an integer. */
  asInteger(): ColumnElement<number | null, N> {
    return this._typeMethod("asInteger", []);
  }

  /** The element of JSON as a float. */
  asFloat(): ColumnElement<number | null, N> {
    return this._typeMethod("asFloat", []);
  }

  /** The element of JSON as an exact number. */
  asNumeric(precision: number, scale: number): ColumnElement<string | null, N> {
    return this._typeMethod("asNumeric", [precision, scale]);
  }

  /** The element of JSON as a truth value. */
  asBoolean(): ColumnElement<boolean | null, N> {
    return this._typeMethod("asBoolean", []);
  }

  /** The element of JSON as JSON, as it is without saying. */
  asJson(): ColumnElement<V | null, N> {
    return this._typeMethod("asJson", []);
  }

  // ---------------------------------------------------------------- keys, paths

  /** JSONB, HSTORE: has the key. */
  hasKey(key: unknown): ColumnElement<boolean, N | NullOf<V>> {
    return this._typeMethod("hasKey", [key]);
  }

  /** JSONB, HSTORE: has any of the keys. */
  hasAny(keys: unknown): ColumnElement<boolean, N | NullOf<V>> {
    return this._typeMethod("hasAny", [keys]);
  }

  /** JSONB, HSTORE: has all of the keys. */
  hasAll(keys: unknown): ColumnElement<boolean, N | NullOf<V>> {
    return this._typeMethod("hasAll", [keys]);
  }

  /** HSTORE: the key has a value other than NULL. */
  defined(key: unknown): ColumnElement<boolean, N | NullOf<V>> {
    return this._typeMethod("defined", [key]);
  }

  /** HSTORE: without the key or keys. */
  delete(keys: unknown): ColumnElement<V, N> {
    return this._typeMethod("delete", [keys]);
  }

  /** HSTORE: keys and values in turn, as an array. */
  array(): ColumnElement<unknown, N> {
    return this._typeMethod("array", []);
  }

  /** HSTORE: pairs of keys and values, as an array of arrays. */
  matrix(): ColumnElement<unknown, N> {
    return this._typeMethod("matrix", []);
  }

  /** JSONB: without what is at the path. */
  deletePath(path: unknown): ColumnElement<V, N> {
    return this._typeMethod("deletePath", [path]);
  }

  /** JSONB: the JSON path finds something. */
  pathExists(path: unknown): ColumnElement<boolean, N | NullOf<V>> {
    return this._typeMethod("pathExists", [path]);
  }

  /** JSONB: the predicate of a JSON path holds. */
  pathMatch(path: unknown): ColumnElement<boolean, N | NullOf<V>> {
    return this._typeMethod("pathMatch", [path]);
  }

  /** HSTORE: its keys, as an array. */
  keys(): ColumnElement<unknown, N> {
    return this._typeMethod("keys", []);
  }

  /** HSTORE: its values, as an array. */
  vals(): ColumnElement<unknown, N> {
    return this._typeMethod("vals", []);
  }

  // ---------------------------------------------------------------- arrays, ranges

  /** Arrays, JSONB, ranges: is contained by the other. */
  containedBy(other: unknown): ColumnElement<boolean, N | NullOf<V>> {
    return this._typeMethod("containedBy", [other]);
  }

  /** Arrays: have elements in common. */
  overlap(other: unknown): ColumnElement<boolean, N | NullOf<V>> {
    return this._typeMethod("overlap", [other]);
  }

  /** Ranges: have values in common. */
  overlaps(other: unknown): ColumnElement<boolean, N | NullOf<V>> {
    return this._typeMethod("overlaps", [other]);
  }

  /** Ranges: `<<` */
  strictlyLeftOf(other: unknown): ColumnElement<boolean, N | NullOf<V>> {
    return this._typeMethod("strictlyLeftOf", [other]);
  }

  /** Ranges: `>>` */
  strictlyRightOf(other: unknown): ColumnElement<boolean, N | NullOf<V>> {
    return this._typeMethod("strictlyRightOf", [other]);
  }

  /** Ranges: `&<` */
  notExtendRightOf(other: unknown): ColumnElement<boolean, N | NullOf<V>> {
    return this._typeMethod("notExtendRightOf", [other]);
  }

  /** Ranges: `&>` */
  notExtendLeftOf(other: unknown): ColumnElement<boolean, N | NullOf<V>> {
    return this._typeMethod("notExtendLeftOf", [other]);
  }

  /** Ranges: `-|-` */
  adjacentTo(other: unknown): ColumnElement<boolean, N | NullOf<V>> {
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
  any(value: unknown, comparison: ArrayComparison = "="): ColumnElement<boolean, N | NullOf<V>> {
    return this._arrayComparison("any", value, comparison);
  }

  /** Arrays: `value = ALL (this)`, or another comparison. */
  all(value: unknown, comparison: ArrayComparison = "="): ColumnElement<boolean, N | NullOf<V>> {
    return this._arrayComparison("all", value, comparison);
  }

  /** @internal */
  protected _arrayComparison(which: "any" | "all", value: unknown, comparison: ArrayComparison): ColumnElement<never, never> {
    const { type } = this as unknown as ColumnElement<unknown>;
    if (!type.isArray) throw new ArgumentError(`${which}() is for arrays; the expression is of the type ${type.constructor.name}.`);
    const self = this as unknown as ColumnElement<unknown>;
    const side = (which === "any" ? self.anyOf() : self.allOf()) as ColumnElement<never, never>;
    // written from the side of the array, so that "value < ANY (array)" is "ANY (array) > value"
    switch (comparison) {
      case "=":
        return side.eq(value as never) as never;
      case "!=":
        return side.ne(value as never) as never;
      case "<":
        return side.gt(value as never) as never;
      case "<=":
        return side.ge(value as never) as never;
      case ">":
        return side.lt(value as never) as never;
      case ">=":
        return side.le(value as never) as never;
      default:
        throw new ArgumentError(`${which}() knows the comparisons =, !=, <, <=, > and >=; got ${String(comparison)}.`);
    }
  }
}
