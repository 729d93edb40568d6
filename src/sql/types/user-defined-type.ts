import { identityNumber } from "../base/cache-key.ts";
import type { TypeCompiler, TypeOptions } from "../compiler/type-compiler.ts";
import type { Operator } from "../operators/operator.ts";
import { type Affinity, TypeEngine } from "./type-engine.ts";

/**
 * A type of the user's own: extend it for a type that the database has and the library has not.
 * @example
 * class Point extends UserDefinedType<string> {
 *   override getColSpec(): string { return "POINT"; }
 * }
 * See https://docs.sqlalchemy.org/en/21/core/custom_types.html#creating-new-types
 */
export abstract class UserDefinedType<V> extends TypeEngine<V> {
  /** True when instances of equal properties may share compiled statements; else each instance is one of its own. */
  readonly cacheOk: boolean = false;

  /** The type as it stands in DDL and in CAST: SQL, which must not come from outside. */
  abstract getColSpec(options?: TypeOptions): string;

  override get affinity(): Affinity {
    return "other";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitUserDefined(this as UserDefinedType<unknown>, options);
  }

  /** A plain value beside such an expression is of the same type. */
  override coerceComparedValue(_op: Operator | null, _value: unknown): TypeEngine<unknown> {
    return this;
  }

  /** @internal */
  override _makeKey(): string {
    // private members (#x) cannot be seen from here, so two instances are the same only if the class says so
    return this.cacheOk ? super._makeKey() : `T#${identityNumber(this)},`;
  }
}
