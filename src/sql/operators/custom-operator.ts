import type { TypeEngine } from "../types/type-engine.ts";
import { Operator } from "./operator.ts";

/** Options of `op()`. */
export interface CustomOperatorOptions {
  /** how strongly it binds; 0, the default, is weaker than all but AS and the comma */
  readonly precedence?: number;
  /** the result is a truth value */
  readonly isComparison?: boolean;
  /** the type of the result */
  readonly returnType?: TypeEngine<unknown>;
  readonly naturalSelfPrecedent?: boolean;
  readonly eagerGrouping?: boolean;
  /** renders by the compiler's method `visit<Name>Binary` rather than as text */
  readonly visitName?: string;
}

/**
 * An operator that the library does not know: its text is rendered as it is, so it must not come from outside.
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.ColumnElement.op
 */
export class CustomOperator extends Operator {
  readonly opstring: string;
  readonly #returnType: TypeEngine<unknown> | null;

  constructor(opstring: string, options: CustomOperatorOptions = {}) {
    super(options.visitName ?? "customOp", ` ${opstring} `, {
      precedence: options.precedence ?? 0,
      isComparison: options.isComparison ?? false,
      isNaturalSelfPrecedent: options.naturalSelfPrecedent ?? false,
      eagerGrouping: options.eagerGrouping ?? false,
    });
    this.opstring = opstring;
    this.#returnType = options.returnType ?? null;
    const traits = `${this.precedence}${this.isComparison ? "c" : ""}${this.isNaturalSelfPrecedent ? "n" : ""}${this.eagerGrouping ? "e" : ""}`;
    (this as { cacheName: string }).cacheName = `${this.name}:${traits}:${opstring}`;
  }

  override get returnType(): TypeEngine<unknown> | null {
    return this.#returnType;
  }
}
