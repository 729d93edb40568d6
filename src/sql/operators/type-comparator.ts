import type { CacheKey } from "../base/cache-key.ts";
import { ArgumentError } from "../../errors.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { ColumnOperators } from "./column-operators.ts";
import { CustomOperator } from "./custom-operator.ts";
import { defaultOperate, operateByComparator } from "./default-comparator.ts";
import type { Modifiers } from "./modifiers.ts";
import type { Operator } from "./operator.ts";
import * as operators from "./operator-table.ts";
import { comparatorSlot } from "./type-operators.ts";

/** Makes the comparator of an expression: a class that extends {@link TypeComparator}. */
export type ComparatorFactory = new (expr: never) => TypeComparator<unknown>;

/**
 * What the operators do with the expressions of a type, and operations that only these have. A type names a class that extends this one
 * as its `comparatorFactory`.
 *
 * A method of its own (`distance`) is there on the columns of the type, and on any other expression of it by `expr.typeComparator`. A
 * method of an operator's name (`eq`, `add`, `like`, …) takes the place of the operator; `super.eq(…)` gives what it would be else.
 * @see https://docs.sqlalchemy.org/en/21/core/custom_types.html#redefining-and-creating-new-operators
 * @example
 * class PointComparator extends TypeComparator<string> {
 *   distance(other: Operand<string>): ColumnElement<number> {
 *     return this.op("<->", { precedence: 7, returnType: t.float() })(other);
 *   }
 * }
 * class Point extends UserDefinedType<string> {
 *   override readonly comparatorFactory = PointComparator;
 *   override getColSpec() { return "point"; }
 * }
 */
export class TypeComparator<V> extends ColumnOperators<V> {
  static override readonly inheritCache: boolean = true;

  /** The expression. */
  readonly expr: ColumnElement<V>;

  constructor(expr: ColumnElement<V>) {
    super();
    this.expr = expr;
  }

  /** The type of the expression. */
  get type(): TypeEngine<V> {
    return this.expr.type;
  }

  /** What the operators do that have no method of their own here: the library's own way. */
  override operate(op: Operator, a?: unknown, b?: unknown, modifiers: Modifiers | null = null): ColumnElement<unknown> {
    return defaultOperate(this.expr, op, a, b, modifiers, false);
  }

  override reverseOperate(op: Operator, other: unknown, modifiers: Modifiers | null = null): ColumnElement<unknown> {
    return defaultOperate(this.expr, op, other, undefined, modifiers, true);
  }

  /** `||` */
  override concat(other: unknown): ColumnElement<V> {
    return super.concat(other) as ColumnElement<V>;
  }

  /** `+` */
  override add(other: unknown): ColumnElement<V> {
    return super.add(other) as ColumnElement<V>;
  }

  /** `-` */
  override sub(other: unknown): ColumnElement<V> {
    return super.sub(other) as ColumnElement<V>;
  }

  /** `*` */
  override mul(other: unknown): ColumnElement<V> {
    return super.mul(other) as ColumnElement<V>;
  }

  /** `/` */
  override truediv(other: unknown): ColumnElement<V> {
    return super.truediv(other) as ColumnElement<V>;
  }

  /** Division rounded down. */
  override floordiv(other: unknown): ColumnElement<V> {
    return super.floordiv(other) as ColumnElement<V>;
  }

  override get _clause(): ClauseElement {
    return this.expr._clause;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return this.expr.accept(compiler, options);
  }

  override _cacheKey(key: CacheKey): void {
    this.expr._cacheKey(key);
  }
}

/** Operators whose methods have other names than they have themselves. */
const METHODS: Readonly<Record<string, string>> = { getitem: "at", inv: "not", anyOp: "anyOf", allOp: "allOf" };

/** The name of the method of an operator: `likeOp` → `like`; empty for those of one's own, which have none. */
export function methodOfOperator(op: Operator): string {
  return op instanceof CustomOperator ? "" : (METHODS[op.name] ?? op.name.replace(/Op$/, ""));
}

/** What the method of an operator is called with, from what the operator was given. */
export function operatorArguments(op: Operator, a: unknown, b: unknown, modifiers: Modifiers | null): readonly unknown[] {
  // AND and OR have a list of operands
  const operands = op === operators.and || op === operators.or ? (a as readonly unknown[]) : b === undefined ? [a] : [a, b];
  return modifiers === null ? operands : [...operands, modifiers];
}

type Method = (this: object, ...args: readonly unknown[]) => ColumnElement<unknown>;

operateByComparator.fill((factory, expr, op, a, b, modifiers, reverse) => {
  const comparator = new factory(expr as never);
  if (reverse) {
    const overridden = comparator.reverseOperate !== TypeComparator.prototype.reverseOperate;
    return overridden ? comparator.reverseOperate(op, a, modifiers) : null;
  }
  const name = methodOfOperator(op);
  const method = (comparator as unknown as Readonly<Record<string, Method | undefined>>)[name];
  if (method !== undefined && method !== (TypeComparator.prototype as unknown as Record<string, Method>)[name]) {
    return method.call(comparator, ...operatorArguments(op, a, b, modifiers));
  }
  return comparator.operate === TypeComparator.prototype.operate ? null : comparator.operate(op, a, b, modifiers);
});

comparatorSlot.fill((expr) => {
  const factory = expr.type._comparator();
  return factory === null ? new TypeComparator(expr) : new factory(expr as never);
});

const ownMethods = new WeakMap<ComparatorFactory, readonly string[]>();

/** The methods that a comparator has and other columns have not. */
function methodsOf(factory: ComparatorFactory): readonly string[] {
  let names = ownMethods.get(factory);
  if (names === undefined) {
    const found = new Set<string>();
    for (let proto = factory.prototype as object; proto !== TypeComparator.prototype; proto = Object.getPrototypeOf(proto) as object) {
      for (const name of Object.getOwnPropertyNames(proto)) if (name !== "constructor") found.add(name);
    }
    names = [...found].filter((name) => !(name in TypeComparator.prototype));
    ownMethods.set(factory, names);
  }
  return names;
}

/**
 * Gives a column the methods of its type's comparator.
 * @throws ArgumentError for a method whose name a column has already
 */
export function addComparatorMethods(column: ColumnElement<unknown>, factory: ComparatorFactory): void {
  for (const name of methodsOf(factory)) {
    if (name in column) {
      throw new ArgumentError(
        `${factory.name}.${name} cannot be a method of a column: columns have a property of this name. Give the method another one.`,
      );
    }
    Object.defineProperty(column, name, {
      configurable: true,
      value: (...args: readonly unknown[]) => (column.typeComparator as unknown as Readonly<Record<string, Method>>)[name]!(...args),
    });
  }
}
