import { ArgumentError } from "../../errors.ts";
import { identityNumber } from "../base/cache-key.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../compiler/type-compiler.ts";
import type { BindParameter } from "../elements/bind-parameter.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { Modifiers } from "../operators/modifiers.ts";
import type { Operator } from "../operators/operator.ts";
import type { ComparatorFactory } from "../operators/type-comparator.ts";
import { type Affinity, type LiteralProcessor, type Processor, TypeEngine, variantOn } from "./type-engine.ts";

/**
 * A type that adds something to another one: extend it, name the other type as `impl`, and change values on their way in and out.
 * @example
 * class Money extends TypeDecorator<Big> {
 *   readonly impl = t.numeric(12, 2);
 *   override processBindParam(value: Big | null) { return value?.toString() ?? null; }
 *   override processResultValue(value: unknown) { return value === null ? null : Big(value as string); }
 * }
 * See https://docs.sqlalchemy.org/en/21/core/custom_types.html#augmenting-existing-types
 */
export abstract class TypeDecorator<V> extends TypeEngine<V> {
  /** The type that is decorated. */
  abstract readonly impl: TypeEngine<unknown>;
  /** True when instances of equal properties may share compiled statements; else each instance is one of its own. */
  readonly cacheOk: boolean = false;

  /** Changes a value on its way to the database; what it returns goes through `impl`. */
  processBindParam?(value: V | null, dialect: SqlDialect): unknown;

  /** Changes a value that came from the database, after `impl`. */
  processResultValue?(value: unknown, dialect: SqlDialect): V | null;

  /** Changes a value that is written as a literal; `processBindParam` unless told otherwise. */
  processLiteralParam?(value: V | null, dialect: SqlDialect): unknown;

  /** The type that is decorated on a dialect: `impl`, unless told otherwise. */
  loadDialectImpl(_dialect: SqlDialect): TypeEngine<unknown> {
    return this.impl;
  }

  override get affinity(): Affinity {
    return this.impl.affinity;
  }

  override get isArray(): boolean {
    return this.impl.isArray;
  }

  override get isListValued(): boolean {
    return this.impl.isListValued;
  }

  override get takesObjects(): boolean {
    return true;
  }

  override get wantsBigint(): boolean {
    return this.impl.wantsBigint;
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitTypeDecorator(this as TypeDecorator<unknown>, options);
  }

  override bindProcessor(dialect: SqlDialect): Processor | null {
    return binder(this as TypeDecorator<unknown>, this._implOn(dialect)._cachedBindProcessor(dialect), dialect);
  }

  override _storeBinder(dialect: SqlDialect): Processor | null {
    if (this.bindProcessor !== TypeDecorator.prototype.bindProcessor) return this.bindProcessor(dialect);
    return binder(this as TypeDecorator<unknown>, this._implOn(dialect)._cachedStoreProcessor(dialect), dialect);
  }

  override resultProcessor(dialect: SqlDialect): Processor | null {
    const inner = this._implOn(dialect)._cachedResultProcessor(dialect);
    if (this.processResultValue === undefined) return inner;
    return (value) => this.processResultValue!(inner === null ? value : inner(value), dialect);
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    const inner = this._implOn(dialect)._cachedLiteralProcessor(dialect);
    if (inner === null) return null;
    const process = this.processLiteralParam ?? this.processBindParam;
    if (process === undefined) return inner;
    return (value) => {
      const processed = process.call(this, value as V | null, dialect);
      return processed === null ? "NULL" : inner(processed);
    };
  }

  override bindExpression(bind: BindParameter<V>): ColumnElement<unknown> | null {
    return this.impl.bindExpression(bind as BindParameter<unknown>);
  }

  override columnExpression(column: ColumnElement<unknown>): ColumnElement<unknown> | null {
    return this.impl.columnExpression(column);
  }

  override get _hasBindExpression(): boolean {
    return this.bindExpression !== TypeDecorator.prototype.bindExpression || this.impl._hasBindExpression;
  }

  override get _hasColumnExpression(): boolean {
    return this.columnExpression !== TypeDecorator.prototype.columnExpression || this.impl._hasColumnExpression;
  }

  override compareValues(a: unknown, b: unknown): boolean {
    return this.impl.compareValues(a, b);
  }

  /** Arithmetic works as with `impl`; where it keeps its own type, it is this one. */
  override adaptOperator(op: Operator, other: TypeEngine<unknown>): readonly [Operator, TypeEngine<unknown>] {
    const [adapted, type] = this.impl.adaptOperator(op, other instanceof TypeDecorator ? other.impl : other);
    return [adapted, type === this.impl ? this : type];
  }

  /** A plain value beside such an expression goes through this type too; override it for operators that compare with something else. */
  override coerceComparedValue(_op: Operator | null, _value: unknown): TypeEngine<unknown> {
    return this;
  }

  /** Its own, else that of the type that it decorates. @internal */
  override _comparator(): ComparatorFactory | null {
    return this.comparatorFactory ?? this.impl._comparator();
  }

  override operate(
    expression: ColumnElement<unknown>,
    op: Operator,
    a: unknown,
    b: unknown,
    modifiers: Modifiers | null,
    reverse: boolean,
  ): ColumnElement<unknown> | null {
    return this.impl.operate(expression, op, a, b, modifiers, reverse);
  }

  /** @internal */
  _implOn(dialect: SqlDialect): TypeEngine<unknown> {
    const impl = this.loadDialectImpl(dialect);
    if (impl === (this as TypeEngine<unknown>))
      throw new ArgumentError(`loadDialectImpl() of ${this.constructor.name} gave the decorator itself.`);
    return impl;
  }

  override _makeDialectImpl(dialect: SqlDialect): TypeEngine<unknown> {
    return variantOn(this as TypeEngine<unknown>, dialect)?.dialectImpl(dialect) ?? this;
  }

  override _unwrappedDialectImpl(dialect: SqlDialect): TypeEngine<unknown> {
    const impl = this.dialectImpl(dialect);
    return impl === (this as TypeEngine<unknown>)
      ? this._implOn(dialect)._unwrappedDialectImpl(dialect)
      : impl._unwrappedDialectImpl(dialect);
  }

  override _makeKey(): string {
    // private members (#x) cannot be seen from here, so two instances are the same only if the class says so
    return this.cacheOk ? super._makeKey() : `T#${identityNumber(this)},`;
  }
}

/** A decorator's way of a value to the driver, before that of the type that it decorates. */
function binder(type: TypeDecorator<unknown>, inner: Processor | null, dialect: SqlDialect): Processor | null {
  if (type.processBindParam === undefined) return inner;
  return (value) => {
    const processed = type.processBindParam!(value, dialect);
    if (processed === undefined)
      throw new ArgumentError(`processBindParam() of ${type.constructor.name} gave undefined; use null for NULL.`);
    return inner === null ? processed : inner(processed);
  };
}
