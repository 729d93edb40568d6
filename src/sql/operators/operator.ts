import { type KeyToken, nextKeyNumber } from "../base/cache-key.ts";
import type { TypeEngine } from "../types/type-engine.ts";

/** What an operator is, beside its name and its text. */
export interface OperatorTraits {
  /** how strongly it binds: an operand with a weaker operator is put in brackets */
  readonly precedence?: number;
  /** the result is a truth value that any database knows as such */
  readonly isComparison?: boolean;
  readonly isBoolean?: boolean;
  /** `a op (b op c)` is the same as `(a op b) op c`: nested ones are joined to one list */
  readonly isAssociative?: boolean;
  /** nested on the left side it needs no brackets */
  readonly isNaturalSelfPrecedent?: boolean;
  /** an ORDER BY modifier: DESC, NULLS LAST, … */
  readonly isOrderByModifier?: boolean;
  /** operands are put in brackets whatever their precedence */
  readonly eagerGrouping?: boolean;
}

/** Precedence of what has none of its own, on the left and on the right of the comparison. */
const SMALLEST = -100;
const LARGEST = 100;

/**
 * A SQL operator. There is one object for each; they are compared by identity.
 *
 * The compiler renders an operator by its method `visit<Name>Binary`, `visit<Name>UnaryOperator` or `visit<Name>UnaryModifier`
 * if it has one, else by the symbol.
 * @see https://docs.sqlalchemy.org/en/21/core/operators.html
 */
export class Operator {
  readonly name: string;
  /** The text as it stands between, before or after the operands, white space included. */
  readonly symbol: string;
  readonly precedence: number | null;
  readonly isComparison: boolean;
  readonly isBoolean: boolean;
  readonly isAssociative: boolean;
  readonly isNaturalSelfPrecedent: boolean;
  readonly isOrderByModifier: boolean;
  readonly eagerGrouping: boolean;
  /** What stands for the operator in cache keys. */
  readonly cacheName: KeyToken;
  /** Names of the compiler's methods that may render it. */
  readonly visitBinary: string;
  readonly visitUnaryOperator: string;
  readonly visitUnaryModifier: string;

  constructor(name: string, symbol: string, traits: OperatorTraits = {}) {
    this.name = name;
    this.symbol = symbol;
    this.precedence = traits.precedence ?? null;
    this.isComparison = traits.isComparison ?? false;
    this.isBoolean = traits.isBoolean ?? this.isComparison;
    this.isAssociative = traits.isAssociative ?? false;
    this.isNaturalSelfPrecedent = traits.isNaturalSelfPrecedent ?? this.isAssociative;
    this.isOrderByModifier = traits.isOrderByModifier ?? false;
    this.eagerGrouping = traits.eagerGrouping ?? false;
    this.cacheName = nextKeyNumber();
    const capital = name.charAt(0).toUpperCase() + name.slice(1);
    this.visitBinary = `visit${capital}Binary`;
    this.visitUnaryOperator = `visit${capital}UnaryOperator`;
    this.visitUnaryModifier = `visit${capital}UnaryModifier`;
  }

  /** The type of the result, where the operator itself decides it (`op("…", { returnType })`). */
  get returnType(): TypeEngine<unknown> | null {
    return null;
  }
}

/** Whether an expression with `operator` needs brackets inside one with `against`. */
export function isPrecedent(operator: Operator, against: Operator | null | undefined): boolean {
  if (operator === against && operator.isNaturalSelfPrecedent) return false;
  if (!against) return true;
  return (operator.precedence ?? SMALLEST) <= (against.precedence ?? LARGEST);
}
