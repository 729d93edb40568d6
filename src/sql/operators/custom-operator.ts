import type { TypeEngine } from "../types/type-engine.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { Operator } from "./operator.ts";

/** What can stand on the left of an operator: a column, or any other expression. */
export interface OperatorTarget {
  operate(op: Operator, other?: unknown): ColumnElement<unknown>;
}

/** Options of `op()`. `R` is what the result is in JavaScript. */
export interface CustomOperatorOptions<R = unknown> {
  /** how strongly it binds; 0, the default, is weaker than all but AS and the comma */
  readonly precedence?: number;
  /** the result is a truth value */
  readonly isComparison?: boolean;
  /** the type of the result */
  readonly returnType?: TypeEngine<R>;
  /** the kind of operator, for types that have only some: bits of `OperatorClass`; BASE unless told */
  readonly operatorClass?: number;
  readonly naturalSelfPrecedent?: boolean;
  readonly eagerGrouping?: boolean;
  /** renders by the compiler's method `visit<Name>Binary` rather than as text */
  readonly visitName?: string;
}

/**
 * An operator that the library does not know: its text is rendered as it is, so it must not come from outside.
 * @example
 * const distance = new CustomOperator("<->", { precedence: 7, returnType: t.float() });
 * select(distance.of(places.c.at, "(0,0)"))
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.ColumnElement.op
 */
export class CustomOperator<R = unknown> extends Operator {
  readonly opstring: string;
  /** The kind of operator: bits of `OperatorClass`. */
  readonly operatorClass: number;
  readonly #returnType: TypeEngine<R> | null;

  constructor(opstring: string, options: CustomOperatorOptions<R> = {}) {
    super(options.visitName ?? "customOp", ` ${opstring} `, {
      precedence: options.precedence ?? 0,
      isComparison: options.isComparison ?? false,
      isNaturalSelfPrecedent: options.naturalSelfPrecedent ?? false,
      eagerGrouping: options.eagerGrouping ?? false,
    });
    this.opstring = opstring;
    this.operatorClass = options.operatorClass ?? 1;
    this.#returnType = options.returnType ?? null;
    const traits = `${this.precedence}${this.isComparison ? "c" : ""}${this.isNaturalSelfPrecedent ? "n" : ""}${this.eagerGrouping ? "e" : ""}`;
    (this as { cacheName: string }).cacheName = `${this.name}:${traits}:${opstring}`;
  }

  override get returnType(): TypeEngine<R> | null {
    return this.#returnType;
  }

  /**
   * `left operator right`
   * @param right - an expression, or a value, which takes the type of the left side unless that says otherwise
   */
  of(left: OperatorTarget, right: unknown): ColumnElement<R> {
    return left.operate(this, right) as ColumnElement<R>;
  }
}
