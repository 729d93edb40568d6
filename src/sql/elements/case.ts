import type { Origin } from "../base/expression.ts";
import { ArgumentError } from "../../errors.ts";
import { applyPropagateAttrs, expectExpression } from "../base/coercions.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import { NULLTYPE } from "../types/null-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { ClauseElement } from "./clause-element.ts";
import { ColumnElement } from "./column-element.ts";

/** Options of `case_()`. */
export interface CaseOptions {
  /** what the keys of the cases are compared with */
  readonly value?: unknown;
  /** the result when no case applies; NULL without it */
  readonly else?: unknown;
}

/**
 * `CASE WHEN condition THEN result … ELSE result END`
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.case
 */
export class Case<V, N extends Origin = Origin> extends ColumnElement<V, N> {
  static override readonly fields: readonly Field[] = [
    ["value", "clause"],
    ["whens", "clauseRows"],
    ["else", "clause"],
    ["type", "type"],
  ];

  value: ClauseElement | null;
  whens: readonly (readonly ClauseElement[])[];
  else: ClauseElement | null;
  override type: TypeEngine<V>;

  constructor(whens: Iterable<readonly [condition: unknown, result: unknown]>, options: CaseOptions = {}) {
    super();
    if (options.value === undefined && "value" in options)
      throw new ArgumentError("case_() was given { value: undefined }; use null for NULL.");
    if (options.else === undefined && "else" in options)
      throw new ArgumentError("case_() was given { else: undefined }; use null for NULL.");
    const results: ColumnElement<unknown>[] = [];
    this.whens = Array.from(whens, (when) => {
      if (!Array.isArray(when) || when.length !== 2)
        throw new ArgumentError("Each case of case_() is an array of a condition and a result.");
      const condition = expectExpression(when[0], "a condition of case_()");
      const result = expectExpression(when[1], "a result of case_()");
      applyPropagateAttrs(this, condition);
      results.push(result);
      return [condition.selfGroup(), result];
    });
    if (this.whens.length === 0) throw new ArgumentError("case_() needs at least one case.");
    this.value = options.value === undefined || options.value === null ? null : expectExpression(options.value, "case_(…, { value })");
    const otherwise = options.else === undefined || options.else === null ? null : expectExpression(options.else, "case_(…, { else })");
    this.else = otherwise;
    const typed = results.findLast((result) => !result.type.isNull);
    this.type = (typed?.type ?? otherwise?.type ?? NULLTYPE) as TypeEngine<V>;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitCase(this, options);
  }

  override get _fromObjects(): readonly FromClause[] {
    return this._children().flatMap((child) => child._fromObjects);
  }
}
