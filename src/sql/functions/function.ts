import type { Origin } from "../base/expression.ts";
import type { Field } from "../base/traversal.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { bindValueSlot, type ColumnElement } from "../elements/column-element.ts";
import type { Operator } from "../operators/operator.ts";
import { NULLTYPE } from "../types/null-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { FUNCTION_FIELDS, FunctionElement } from "./function-element.ts";

/**
 * A function by its name: what `func.name(…)` gives.
 * @see https://docs.sqlalchemy.org/en/21/core/functions.html#sqlalchemy.sql.functions.Function
 */
export class Function<V, N extends Origin = Origin> extends FunctionElement<V, N> {
  static override readonly fields: readonly Field[] = [...FUNCTION_FIELDS, ["packageNames", "plains"], ["name", "plain"], ["type", "type"]];

  override readonly name: string;
  override type: TypeEngine<V>;

  constructor(name: string, args: readonly unknown[], type: TypeEngine<V> | null = null, packageNames: readonly string[] | null = null) {
    super(args, name);
    this.name = name;
    this.type = type ?? (NULLTYPE as TypeEngine<unknown> as TypeEngine<V>);
    if (packageNames !== null && packageNames.length > 0) (this as { packageNames: readonly string[] }).packageNames = packageNames;
  }

  override _yieldsTo(other: ColumnElement<unknown>): boolean {
    return this.constructor === Function && other instanceof Function && other.constructor !== Function;
  }

  override _bindParam(op: Operator | null, value: unknown, type: TypeEngine<unknown> | null = null, expanding = false): ClauseElement {
    return bindValueSlot.call(this.name, value, op, this.type, type, expanding);
  }
}
