import type { Origin } from "../base/expression.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { ArgumentError } from "../../errors.ts";
import { describe } from "../base/coercions.ts";
import { nextValueSlot, Sequence } from "../schema/sequence.ts";
import { IntegerType } from "../types/numeric.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { FUNCTION_FIELDS, FunctionElement } from "./function-element.ts";
import { registerFunction } from "./generic-function.ts";

/** The next value of a sequence: what `sequence.nextValue()` gives. */
export class NextValue<V, N extends Origin = Origin> extends FunctionElement<V, N> {
  static override readonly fields: readonly Field[] = [...FUNCTION_FIELDS, ["sequence", "identity"], ["type", "type"]];

  override readonly name: string = "next_value";
  readonly sequence: object;
  override type: TypeEngine<V>;

  constructor(sequence: object, type: TypeEngine<V>) {
    super([]);
    this.sequence = sequence;
    this.type = type;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitNextValue(this as unknown as NextValue<unknown>, options);
  }

  override get _fromObjects(): readonly never[] {
    return [];
  }
}

nextValueSlot.fill((sequence) => new NextValue<number>(sequence, (sequence.dataType ?? new IntegerType()) as TypeEngine<number>));

registerFunction("next_value", (args) => {
  const [sequence] = args;
  if (args.length !== 1 || !(sequence instanceof Sequence))
    throw new ArgumentError(
      `func.next_value() takes a Sequence, not ${args.length === 1 ? describe(sequence) : `${args.length} arguments`}.`,
    );
  return sequence.nextValue();
});
