import { ArgumentError } from "../../errors.ts";
import type { TypeCompiler, TypeOptions } from "../compiler/type-compiler.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { Operator } from "../operators/operator.ts";
import { containsOp, notContainsOp } from "../operators/operator-table.ts";
import { checkSize, wrongValue } from "./processors.ts";
import { adaptConcat } from "./string.ts";
import { type Affinity, TypeEngine } from "./type-engine.ts";

/** Options of {@link ArrayType}. */
export interface ArrayOptions {
  readonly dimensions?: number | null;
  /** indexes in `at()` and `slice()` count from 0 rather than from 1 */
  readonly zeroIndexes?: boolean;
}

/**
 * Arrays of one type of item, on databases that have them.
 * See https://docs.sqlalchemy.org/en/21/core/type_basics.html#sqlalchemy.types.ARRAY
 */
export class ArrayType<V = unknown> extends TypeEngine<V[]> {
  readonly itemType: TypeEngine<V>;
  readonly dimensions: number | null;
  readonly zeroIndexes: boolean;

  constructor(itemType: TypeEngine<V>, options: ArrayOptions = {}) {
    super();
    if (!(itemType instanceof TypeEngine)) throw wrongValue("array", "a type of its items, as in t.array(t.string())", itemType);
    if (itemType.isArray)
      throw new ArgumentError("The items of an array type cannot be arrays themselves; give the array type { dimensions } instead.");
    this.itemType = itemType;
    this.dimensions = checkSize(options.dimensions, "dimensions");
    this.zeroIndexes = options.zeroIndexes === true;
  }

  override get affinity(): Affinity {
    return "array";
  }

  override get isArray(): boolean {
    return true;
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitARRAY(this, options);
  }

  override adaptOperator(op: Operator, other: TypeEngine<unknown>): readonly [Operator, TypeEngine<unknown>] {
    return adaptConcat(this, op, other);
  }

  /** The operators of arrays are those of PostgreSQL; LIKE, which `contains()` is otherwise, means nothing to them. */
  override operate(_expression: ColumnElement<unknown>, op: Operator, _a: unknown): ColumnElement<unknown> | null {
    if (op !== containsOp && op !== notContainsOp) return null;
    throw new ArgumentError("contains() of arrays is PostgreSQL's: give the column the type ARRAY of athanor/postgresql.");
  }

  override compareValues(a: unknown, b: unknown): boolean {
    if (a === b) return true;
    if (!Array.isArray(a) || !Array.isArray(b)) return Array.isArray(a) === Array.isArray(b) && this.itemType.compareValues(a, b);
    return a.length === b.length && a.every((item, i) => this.compareValues(item, b[i] as unknown));
  }
}
