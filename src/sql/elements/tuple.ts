import type { Origin } from "../base/expression.ts";
import { ArgumentError } from "../../errors.ts";
import { expectExpression } from "../base/coercions.ts";
import { COLUMN_ELEMENT_ROLES, InElementRole } from "../base/roles.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { Operator } from "../operators/operator.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import { TupleType } from "../types/tuple-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { ClauseElement } from "./clause-element.ts";
import { bindValueSlot, ColumnElement } from "./column-element.ts";

const ROLES = COLUMN_ELEMENT_ROLES | InElementRole.bit;

/**
 * A row value: `(a, b)`.
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.Tuple
 */
export class Tuple<V extends readonly unknown[], N extends Origin = Origin> extends ColumnElement<V, N> {
  static override readonly fields: readonly Field[] = [["clauses", "clauses"]];

  clauses: readonly ClauseElement[];
  override type: TypeEngine<V>;

  constructor(clauses: readonly unknown[], types: readonly TypeEngine<unknown>[] | null = null) {
    super();
    if (types !== null && types.length !== clauses.length) {
      throw new ArgumentError(`tuple() was given ${clauses.length} expressions and ${types.length} types.`);
    }
    const elements = clauses.map((clause, i) => expectExpression(clause, "tuple()", types?.[i] ?? null));
    this.clauses = elements;
    this.type = new TupleType(elements.map((element) => element.type)) as TypeEngine<unknown> as TypeEngine<V>;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitTuple(this, options);
  }

  override get _roles(): number {
    return ROLES;
  }

  override get _fromObjects(): readonly FromClause[] {
    return this.clauses.flatMap((clause) => clause._fromObjects);
  }

  override _bindParam(op: Operator | null, value: unknown, type: TypeEngine<unknown> | null = null, expanding = false): ClauseElement {
    const { types } = this.type as TypeEngine<unknown> as TupleType;
    if (expanding) return bindValueSlot.call(null, value, op, this.type, type, true);
    if (!Array.isArray(value)) throw new ArgumentError(`A tuple can only be compared with an array of ${types.length} values.`);
    return new Tuple((value as unknown[]).map((one, i) => bindValueSlot.call(null, one, op, types[i]!, type, false)));
  }

  override selfGroup(): ClauseElement {
    return this;
  }
}
