import { CompileError } from "../../errors.ts";
import { BinaryExpression } from "../elements/binary.ts";
import { BindParameter } from "../elements/bind-parameter.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { ColumnClause } from "../elements/column-clause.ts";
import { type ColumnElement } from "../elements/column-element.ts";
import { IlikeCaseInsensitive } from "../elements/ilike-operand.ts";
import type { UnaryExpression } from "../elements/unary.ts";
import type { CustomOperator } from "../operators/custom-operator.ts";
import type { Operator } from "../operators/operator.ts";
import * as operators from "../operators/operator-table.ts";
import { StringType } from "../types/string.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { BaseCompiler } from "./base-compiler.ts";
import { inOperator, type VisitOptions } from "./visit-options.ts";

type Visit<E> = (this: OperatorCompiler, element: E, operator: Operator, options: VisitOptions) => string;
type Methods<E> = Readonly<Record<string, Visit<E> | undefined>>;

const STRING = new StringType();
const PERCENT: ColumnElement<unknown> = new ColumnClause<unknown>("'%'", STRING as TypeEngine<unknown>, true);

type Binary = BinaryExpression<unknown>;
type Unary = UnaryExpression<unknown>;

/**
 * Renders operators. One that has no method of its own (`visit<Name>Binary`, …) is its symbol between or beside the operands;
 * a dialect that writes one differently adds or overrides the method.
 */
export abstract class OperatorCompiler extends BaseCompiler {
  abstract renderLiteralValue(value: unknown, type: TypeEngine<unknown>): string;

  // ---------------------------------------------------------------- one operand

  visitUnary(unary: Unary, options: VisitOptions): string {
    if (options.addToResultMap) options = { ...options, resultMapTargets: [...(options.resultMapTargets ?? []), unary] };
    const methods = this as unknown as Methods<Unary>;
    if (unary.operator !== null) {
      if (unary.modifier !== null) throw new CompileError("A unary expression cannot have an operator and a modifier at once.");
      const method = methods[unary.operator.visitUnaryOperator];
      if (method !== undefined) return method.call(this, unary, unary.operator, options);
      const { symbol } = unary.operator;
      const text = this.process(unary.element, options);
      // of two minus signs in a row databases make a comment
      return symbol.endsWith("-") && text.startsWith("-") ? `${symbol}(${text})` : symbol + text;
    }
    if (unary.modifier === null) throw new CompileError("A unary expression has neither an operator nor a modifier.");
    const method = methods[unary.modifier.visitUnaryModifier];
    if (method !== undefined) return method.call(this, unary, unary.modifier, options);
    return this.process(unary.element, options) + unary.modifier.symbol;
  }

  visitIsTrueUnaryOperator(unary: Unary, _operator: Operator, options: VisitOptions): string {
    const text = this.process(unary.element, options);
    return unary._isImplicitlyBoolean || this.dialect.supportsNativeBoolean ? text : `${text} = 1`;
  }

  visitIsFalseUnaryOperator(unary: Unary, _operator: Operator, options: VisitOptions): string {
    const text = this.process(unary.element, options);
    return unary._isImplicitlyBoolean || this.dialect.supportsNativeBoolean ? `NOT ${text}` : `${text} = 0`;
  }

  visitCustomOpUnaryOperator(unary: Unary, operator: Operator, options: VisitOptions): string {
    return `${this.checkText((operator as CustomOperator).opstring)} ${this.process(unary.element, options)}`;
  }

  visitCustomOpUnaryModifier(unary: Unary, operator: Operator, options: VisitOptions): string {
    return `${this.process(unary.element, options)} ${this.checkText((operator as CustomOperator).opstring)}`;
  }

  // ---------------------------------------------------------------- two operands

  visitBinary(binary: Binary, options: VisitOptions, override?: Operator): string {
    if (this.ansiBindRules && binary.left instanceof BindParameter && binary.right instanceof BindParameter) {
      options = { ...options, literalExecute: true };
    }
    const operator = override ?? binary.operator;
    const method = (this as unknown as Methods<Binary>)[operator.visitBinary];
    return method === undefined ? this.genericBinary(binary, operator.symbol, options) : method.call(this, binary, operator, options);
  }

  /** `left symbol right` */
  genericBinary(binary: Binary, symbol: string, options: VisitOptions, eagerGrouping = binary.operator.eagerGrouping): string {
    const inner = inOperator(options);
    const text = this.process(binary.left, inner) + symbol + this.process(binary.right, inner);
    return eagerGrouping && options.inOperatorExpression === true ? `(${text})` : text;
  }

  visitCustomOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    return this.genericBinary(binary, this.checkText(operator.symbol), options, operator.eagerGrouping);
  }

  visitModBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return this.genericBinary(binary, " % ", options);
  }

  visitNotInOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    // the brackets are for the OR of an empty list: (x NOT IN (NULL) OR (1 = 1))
    return `(${this.genericBinary(binary, operator.symbol, options)})`;
  }

  visitNotMatchOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return `NOT ${this.visitBinary(binary, options, operators.matchOp)}`;
  }

  visitBetweenOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return this.genericBinary(binary, binary.modifiers["symmetric"] === true ? " BETWEEN SYMMETRIC " : " BETWEEN ", options);
  }

  visitNotBetweenOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return this.genericBinary(binary, binary.modifiers["symmetric"] === true ? " NOT BETWEEN SYMMETRIC " : " NOT BETWEEN ", options);
  }

  visitRegexpMatchOpBinary(_binary: Binary, _operator: Operator, _options: VisitOptions): string {
    return this.unsupported("regular expressions");
  }

  visitNotRegexpMatchOpBinary(_binary: Binary, _operator: Operator, _options: VisitOptions): string {
    return this.unsupported("regular expressions");
  }

  visitRegexpReplaceOpBinary(_binary: Binary, _operator: Operator, _options: VisitOptions): string {
    return this.unsupported("replacement by regular expressions");
  }

  visitGetitemBinary(_binary: Binary, _operator: Operator, _options: VisitOptions): string {
    return this.unsupported("an index");
  }

  visitJsonGetitemOpBinary(_binary: Binary, _operator: Operator, _options: VisitOptions): string {
    return this.unsupported("an element of JSON");
  }

  visitJsonPathGetitemOpBinary(_binary: Binary, _operator: Operator, _options: VisitOptions): string {
    return this.unsupported("a path in JSON");
  }

  visitFunctionAsComparisonOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return this.process((binary as unknown as { readonly sqlFunction: ClauseElement }).sqlFunction, options);
  }

  // ---------------------------------------------------------------- LIKE and its family

  visitLikeOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return `${this.process(binary.left, options)} LIKE ${this.process(binary.right, options)}${this.escapeClause(binary)}`;
  }

  visitNotLikeOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return `${this.process(binary.left, options)} NOT LIKE ${this.process(binary.right, options)}${this.escapeClause(binary)}`;
  }

  /** ESCAPE, where an escape character was named. */
  escapeClause(binary: Binary): string {
    const escape = binary.modifiers["escape"];
    return escape === undefined || escape === null ? "" : ` ESCAPE ${this.renderLiteralValue(escape, STRING)}`;
  }

  visitIlikeOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    const lowered =
      operator === operators.ilikeOp ? withOperands(binary, caseInsensitive(binary.left), caseInsensitive(binary.right)) : binary;
    return this.visitLikeOpBinary(lowered, operator, options);
  }

  visitNotIlikeOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    const lowered =
      operator === operators.notIlikeOp ? withOperands(binary, caseInsensitive(binary.left), caseInsensitive(binary.right)) : binary;
    return this.visitNotLikeOpBinary(lowered, operator, options);
  }

  /** An operand of ILIKE where there is no such operator. */
  visitIlikeCaseInsensitiveOperand(operand: IlikeCaseInsensitive, options: VisitOptions): string {
    return `lower(${this.process(operand.element, options)})`;
  }

  visitContainsOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    return this.visitLikeOpBinary(withOperands(binary, binary.left, contained(binary.right)), operator, options);
  }

  visitNotContainsOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    return this.visitNotLikeOpBinary(withOperands(binary, binary.left, contained(binary.right)), operator, options);
  }

  visitIcontainsOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    return this.visitIlikeOpBinary(insensitive(binary, contained), operator, options);
  }

  visitNotIcontainsOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    return this.visitNotIlikeOpBinary(insensitive(binary, contained), operator, options);
  }

  visitStartswithOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    return this.visitLikeOpBinary(withOperands(binary, binary.left, leading(binary.right)), operator, options);
  }

  visitNotStartswithOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    return this.visitNotLikeOpBinary(withOperands(binary, binary.left, leading(binary.right)), operator, options);
  }

  visitIstartswithOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    return this.visitIlikeOpBinary(insensitive(binary, leading), operator, options);
  }

  visitNotIstartswithOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    return this.visitNotIlikeOpBinary(insensitive(binary, leading), operator, options);
  }

  visitEndswithOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    return this.visitLikeOpBinary(withOperands(binary, binary.left, trailing(binary.right)), operator, options);
  }

  visitNotEndswithOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    return this.visitNotLikeOpBinary(withOperands(binary, binary.left, trailing(binary.right)), operator, options);
  }

  visitIendswithOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    return this.visitIlikeOpBinary(insensitive(binary, trailing), operator, options);
  }

  visitNotIendswithOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    return this.visitNotIlikeOpBinary(insensitive(binary, trailing), operator, options);
  }
}

function withOperands(binary: Binary, left: ClauseElement, right: ClauseElement): Binary {
  return new BinaryExpression(left, right, binary.operator, binary.type, binary.negate, binary.modifiers);
}

function caseInsensitive(element: ClauseElement): ClauseElement {
  return new IlikeCaseInsensitive(element);
}

function insensitive(binary: Binary, pattern: (element: ClauseElement) => ClauseElement): Binary {
  return withOperands(binary, caseInsensitive(binary.left), pattern(caseInsensitive(binary.right)));
}

/** '%' || x || '%' */
function contained(element: ClauseElement): ClauseElement {
  return PERCENT.operate(operators.concatOp, element).operate(operators.concatOp, PERCENT);
}

/** x || '%' */
function leading(element: ClauseElement): ClauseElement {
  return PERCENT.reverseOperate(operators.concatOp, element);
}

/** '%' || x */
function trailing(element: ClauseElement): ClauseElement {
  return PERCENT.operate(operators.concatOp, element);
}
