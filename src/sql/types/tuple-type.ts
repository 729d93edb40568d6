import type { TypeCompiler, TypeOptions } from "../compiler/type-compiler.ts";
import type { Operator } from "../operators/operator.ts";
import { NULLTYPE } from "./null-type.ts";
import { type Affinity, inferTypeSlot, TypeEngine } from "./type-engine.ts";

/** The type of a row value, `(a, b)`. */
export class TupleType extends TypeEngine<readonly unknown[]> {
  readonly types: readonly TypeEngine<unknown>[];

  constructor(types: readonly TypeEngine<unknown>[]) {
    super();
    this.types = types;
  }

  override get affinity(): Affinity {
    return "tuple";
  }

  override get isTuple(): boolean {
    return true;
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitTuple(this, options);
  }

  override coerceComparedValue(_op: Operator | null, value: unknown): TypeEngine<unknown> {
    if (value === null) return this;
    return this.resolveValues(Array.isArray(value) ? value : [value]);
  }

  /** The type of a row of values beside this one. */
  resolveValues(values: readonly unknown[]): TupleType {
    return new TupleType(
      values.map((value, i) => {
        const type = this.types[i] ?? NULLTYPE;
        return type.isNull ? inferTypeSlot.call(value) : type;
      }),
    );
  }
}

/** The type of a whole table that stands as one value in an expression. */
export class TableValueType extends TypeEngine<unknown> {
  /** The columns of the table, or null where they are not known. */
  readonly elements: readonly object[] | null;

  constructor(elements: readonly object[] | null = null) {
    super();
    this.elements = elements;
  }

  override get affinity(): Affinity {
    return "table";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitNull(this, options);
  }
}
