import type { Origin } from "../base/expression.ts";
import { ArgumentError } from "../../errors.ts";
import { applyPropagateAttrs, expectExpression } from "../base/coercions.ts";
import { expectAlike } from "../base/plain-values.ts";
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
    const given = Array.from(whens);
    for (const when of given) {
      if (!Array.isArray(when) || when.length !== 2)
        throw new ArgumentError("Each case of case_() is an array of a condition and a result.");
    }
    if (given.length === 0) throw new ArgumentError("case_() needs at least one case.");
    const { value = null, else: last = null } = options;
    const keys = given.map(([condition]) => condition);
    // what the keys are compared with tells their type; the results are alike, that of ELSE with them
    const conditions = expectAlike(keys, () => "a condition of case_()", null, value === null ? [] : [value]);
    const all = expectAlike([...given.map(([, result]) => result), ...(last === null ? [] : [last])], (i) =>
      i < given.length ? "a result of case_()" : "case_(…, { else })",
    );
    const results = all.slice(0, given.length);
    this.whens = results.map((result, i) => {
      applyPropagateAttrs(this, conditions[i]!);
      return [conditions[i]!.selfGroup(), result];
    });
    this.value = value === null ? null : expectExpression(value, "case_(…, { value })");
    const otherwise = all[given.length] ?? null;
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
