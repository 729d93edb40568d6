import { ArgumentError } from "../../errors.ts";
import { expectExpression } from "../../sql/base/coercions.ts";
import type { Expression } from "../../sql/base/expression.ts";
import type { Field } from "../../sql/base/traversal.ts";
import type { SqlCompiler } from "../../sql/compiler/sql-compiler.ts";
import type { VisitOptions } from "../../sql/compiler/visit-options.ts";
import { ExpressionClauseList } from "../../sql/elements/binary.ts";
import { BindParameter } from "../../sql/elements/bind-parameter.ts";
import { TypeClause } from "../../sql/elements/cast.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { type ColumnElement } from "../../sql/elements/column-element.ts";
import { Grouping } from "../../sql/elements/grouping.ts";
import type { Operator } from "../../sql/operators/operator.ts";
import * as ops from "../../sql/operators/operator-table.ts";
import type { ArrayType } from "../../sql/types/array.ts";
import { NULLTYPE } from "../../sql/types/null-type.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import { ARRAY } from "./array-type.ts";

/** Options of `pg.array()`. */
export interface PgArrayOptions<V> {
  /** the type of the items; needed for an empty array */
  readonly type?: TypeEngine<V> | null;
}

/**
 * An array written out: `ARRAY[a, b, c]`.
 * @see https://docs.sqlalchemy.org/en/21/dialects/postgresql.html#sqlalchemy.dialects.postgresql.array
 */
export class PgArray<V> extends ExpressionClauseList<V[]> {
  static override readonly fields: readonly Field[] = [
    ["clauses", "clauses"],
    ["type", "type"],
  ];

  constructor(items: Iterable<unknown>, options: PgArrayOptions<V> = {}) {
    if (typeof items !== "object" || items === null || !(Symbol.iterator in items))
      throw new ArgumentError("pg.array() takes an array of items.");
    const given = options.type ?? null;
    const clauses = Array.from(items, (item) => expectExpression(item, "pg.array()", given as TypeEngine<unknown> | null));
    super(clauses, ops.commaOp, arrayType(clauses, given) as TypeEngine<V[]>);
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    if (!("hasArrays" in compiler) && compiler.dialect.name !== "default") compiler.unsupported("ARRAY[…]");
    if (this.clauses.length > 0) return `ARRAY[${compiler.delimited(this.clauses, ", ", options)}]`;
    const { itemType, dimensions } = this.type as TypeEngine<unknown> as ArrayType;
    // the server finds the type out from the place, or refuses
    if (itemType.isNull) return "ARRAY[]";
    return `ARRAY[]::${compiler.process(new TypeClause(itemType), options)}${"[]".repeat(dimensions ?? 1)}`;
  }

  override get _isImplicitlyBoolean(): boolean {
    return false;
  }

  override selfGroup(against?: Operator): ClauseElement {
    return against === ops.anyOp || against === ops.allOp || against === ops.getitem ? new Grouping(this) : this;
  }

  override _bindParam(op: Operator | null, value: unknown, type: TypeEngine<unknown> | null = null, expanding = false): ClauseElement {
    if (op === ops.getitem || expanding || !Array.isArray(value)) return super._bindParam(op, value, type, expanding);
    return new PgArray(
      (value as unknown[]).map((one) => {
        const itemType = type ?? ((this.type as TypeEngine<unknown> as ArrayType).itemType as TypeEngine<unknown>);
        return new BindParameter<unknown>(null, one, itemType.coerceComparedValue(op, one), true);
      }),
    );
  }
}

function arrayType(clauses: readonly ColumnElement<unknown>[], given: TypeEngine<unknown> | null): TypeEngine<unknown> {
  const inner = given ?? clauses.find((clause) => !clause.type.isNull)?.type ?? NULLTYPE;
  if (!inner.isArray) return new ARRAY(inner, { dimensions: 1 }) as TypeEngine<unknown>;
  const array = inner as ArrayType;
  return new ARRAY(array.itemType, { dimensions: array.dimensions === null ? 2 : array.dimensions + 1 }) as TypeEngine<unknown>;
}

/**
 * An array written out: `ARRAY[a, b, c]`.
 * @example select(pg.array([1, 2]).concat(pg.array([3])))
 */
export function array<V = unknown>(items: readonly (V | Expression<V>)[], options: PgArrayOptions<V> = {}): PgArray<V> {
  return new PgArray<V>(items, options);
}
