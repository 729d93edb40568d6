import { expectLimitOffset } from "../base/coercions.ts";
import { BindParameter } from "../elements/bind-parameter.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { IntegerType } from "../types/numeric.ts";

const INTEGER = new IntegerType();

/** A plain number of LIMIT, OFFSET or FETCH: bound, so that all numbers share one compiled statement. */
export class OffsetLimitParam extends BindParameter<number> {
  static override readonly inheritCache: boolean = true;

  constructor(value: number | bigint) {
    super(null, value, INTEGER, true);
  }
}

/** The element for a number or expression of LIMIT, OFFSET or FETCH. */
export function limitClause(value: unknown, place: string): ColumnElement<unknown> | null {
  return expectLimitOffset(value, place, (number) => new OffsetLimitParam(number));
}

/** The number of such an element; null for an expression. */
export function simpleLimitValue(clause: ColumnElement<unknown>): number | null {
  return clause instanceof OffsetLimitParam ? Number(clause.effectiveValue) : null;
}
