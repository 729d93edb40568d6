import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { InElementRole } from "../base/roles.ts";
import type { Field } from "../base/traversal.ts";
import { shallowCopy } from "../base/generative.ts";
import { ColumnElement } from "../elements/column-element.ts";
import { ArgumentError } from "../../errors.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { FromArgument, FromClause } from "./from-clause.ts";
import type { SelectBase } from "./select-base.ts";
import type { Condition } from "./select-types.ts";

/** What a SELECT inside an expression can be told to do. */
interface Correlatable {
  where?(...criteria: readonly Condition[]): SelectBase<unknown>;
  correlate?(...froms: readonly (FromArgument | null)[]): SelectBase<unknown>;
  correlateExcept?(...froms: readonly (FromArgument | null)[]): SelectBase<unknown>;
}

/**
 * A SELECT of one column as a value: `(SELECT max(x) FROM t)`.
 * See https://docs.sqlalchemy.org/en/21/core/selectable.html#sqlalchemy.sql.expression.ScalarSelect
 */
export class ScalarSelect<V> extends ColumnElement<V, never> {
  static override readonly fields: readonly Field[] = [
    ["element", "clause"],
    ["type", "type"],
  ];

  readonly element: SelectBase<unknown>;
  override readonly type: TypeEngine<V>;

  constructor(element: SelectBase<unknown>) {
    super();
    this.element = element;
    this.type = element._scalarType() as TypeEngine<V>;
    this._propagateAttrs = element._propagateAttrs;
  }

  /** In an IN list it may give any number of rows. @internal */
  override get _roles(): number {
    return super._roles | InElementRole.bit;
  }

  override get _fromObjects(): readonly FromClause[] {
    return [];
  }

  override selfGroup(): ScalarSelect<V> {
    return this;
  }

  /** Adds a condition to the SELECT inside. */
  where(...criteria: readonly Condition[]): ScalarSelect<V> {
    return changed(this, (element) => element.where?.(...criteria));
  }

  /** Names the FROM elements that the SELECT inside takes from the statement around it. */
  correlate(...froms: readonly (FromArgument | null)[]): ScalarSelect<V> {
    return changed(this, (element) => element.correlate?.(...froms));
  }

  /** Names the FROM elements that the SELECT inside does not take from the statement around it. */
  correlateExcept(...froms: readonly (FromArgument | null)[]): ScalarSelect<V> {
    return changed(this, (element) => element.correlateExcept?.(...froms));
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitScalarSelect(this as ScalarSelect<unknown>, options);
  }
}

function changed<V>(scalar: ScalarSelect<V>, change: (element: Correlatable) => SelectBase<unknown> | undefined): ScalarSelect<V> {
  const element = change(scalar.element as Correlatable);
  if (element === undefined)
    throw new ArgumentError("Only a single SELECT can be changed inside a scalar subquery, not a UNION or a text.");
  return Object.assign(shallowCopy(scalar), { element, _annotatedFrom: null });
}
