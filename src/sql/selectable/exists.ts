import { clauseOf } from "../base/coercions.ts";
import { shallowCopy } from "../base/generative.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { InvalidRequestError } from "../../errors.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { ColumnClause } from "../elements/column-clause.ts";
import { UnaryExpression } from "../elements/unary.ts";
import { exists as existsOperator } from "../operators/operator-table.ts";
import { BOOLEANTYPE } from "../types/boolean.ts";
import { NULLTYPE } from "../types/null-type.ts";
import type { FromArgument, FromClause } from "./from-clause.ts";
import { ScalarSelect } from "./scalar-select.ts";
import { existsSlot, type SelectBase } from "./select-base.ts";
import { Select } from "./select.ts";
import type { Condition } from "./select-types.ts";

/**
 * `EXISTS (SELECT …)`, a condition.
 * See https://docs.sqlalchemy.org/en/21/core/selectable.html#sqlalchemy.sql.expression.Exists
 */
export class Exists extends UnaryExpression<boolean> {
  static override readonly inheritCache: boolean = true;

  constructor(argument?: unknown) {
    super(scalarOf(argument), existsOperator, null, BOOLEANTYPE);
  }

  override get _fromObjects(): readonly FromClause[] {
    return [];
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitUnary(this, options);
  }

  /** A SELECT of this condition alone. */
  select(): Select<[boolean]> {
    return new Select<[boolean]>([this]);
  }

  /** Adds conditions to the SELECT inside. */
  where(...criteria: readonly Condition[]): Exists {
    return this._changed((select) => select.where(...criteria));
  }

  /** Adds FROM elements to the SELECT inside. */
  selectFrom(...froms: readonly FromArgument[]): Exists {
    return this._changed((select) => select.selectFrom(...froms));
  }

  /** Names the FROM elements that the SELECT inside takes from the statement around it. */
  correlate(...froms: readonly (FromArgument | null)[]): Exists {
    return this._changed((select) => select.correlate(...froms));
  }

  /** Names the FROM elements that the SELECT inside does not take from the statement around it. */
  correlateExcept(...froms: readonly (FromArgument | null)[]): Exists {
    return this._changed((select) => select.correlateExcept(...froms));
  }

  /** A hint for a FROM element of the SELECT inside. */
  withHint(from: FromArgument, text: string, dialect = "*"): Exists {
    return this._changed((select) => select.withHint(from, text, dialect));
  }

  /** A hint for the SELECT inside. */
  withStatementHint(text: string, dialect = "*"): Exists {
    return this._changed((select) => select.withStatementHint(text, dialect));
  }

  /** @internal */
  _changed(change: (select: Select<unknown>) => Select<unknown>): Exists {
    const inner = (this.element as ScalarSelect<unknown>).element;
    if (!(inner instanceof Select))
      throw new InvalidRequestError("Only a single SELECT can be changed inside EXISTS, not a UNION or a text.");
    const element = change(inner as Select<unknown>).scalarSubquery();
    return Object.assign(shallowCopy(this), { element, _annotatedFrom: null });
  }
}

function scalarOf(argument: unknown): ScalarSelect<unknown> {
  if (argument === undefined) return new ScalarSelect(new Select<unknown>([new ColumnClause("*", NULLTYPE, true)]));
  const clause = clauseOf(argument);
  if (clause?._isSelectBase) return new ScalarSelect(clause as SelectBase<unknown>);
  if (clause instanceof ScalarSelect) return clause as ScalarSelect<unknown>;
  return new ScalarSelect(new Select<unknown>([argument]));
}

existsSlot.fill((select) => new Exists(select));

/**
 * `EXISTS (SELECT …)`: of a SELECT, of a column, or of `*` when nothing is given.
 * @example exists().where(addresses.c.userId.eq(users.c.id))
 */
export function exists(argument?: SelectBase<unknown> | ScalarSelect<unknown> | ClauseElement | object): Exists {
  return new Exists(argument);
}
