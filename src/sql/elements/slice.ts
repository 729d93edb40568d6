import { expectExpression } from "../base/coercions.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { sliceSlot } from "../operators/column-operators.ts";
import { NULLTYPE } from "../types/null-type.ts";
import { IntegerType } from "../types/numeric.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { ClauseElement } from "./clause-element.ts";
import { ColumnElement } from "./column-element.ts";

const INTEGER = new IntegerType() as TypeEngine<unknown>;

/** The bounds of a part of an array: `start:stop`. */
export class Slice extends ColumnElement<unknown> {
  static override readonly fields: readonly Field[] = [
    ["start", "clause"],
    ["stop", "clause"],
    ["step", "clause"],
  ];

  start: ClauseElement;
  stop: ClauseElement;
  step: ClauseElement | null;

  constructor(start: unknown, stop: unknown, step: unknown = null, name: string | null = null) {
    super();
    this.start = expectExpression(start, "slice()", INTEGER, name);
    this.stop = expectExpression(stop, "slice()", INTEGER, name);
    this.step = step === null ? null : expectExpression(step, "slice()", INTEGER, name);
  }

  override get type(): TypeEngine<unknown> {
    return NULLTYPE;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitSlice(this, options);
  }
}

sliceSlot.fill((start, stop, step) => new Slice(start, stop, step));
