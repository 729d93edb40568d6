import { expectFrom } from "../base/coercions.ts";
import {
  type CriteriaExtensionPoint,
  expectExtension,
  type ExtensionFunction,
  type PlacedExtension,
  type SyntaxExtension,
  withExtensionPoint,
} from "../base/syntax-extension.ts";
import { Blank } from "../base/generative.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { conjunctionForWhere } from "../elements/boolean-clause-list.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { FromArgument, FromClause } from "../selectable/from-clause.ts";
import type { Condition, SelectArgument, SelectShape, SelectedValue, TupleRow } from "../selectable/select-types.ts";
import { deleteSlot } from "../selectable/table-clause.ts";
import { begun, DML_FIELDS, UpdateBase, NO_TABLE } from "./dml-base.ts";
import type { DmlTarget } from "./insert.ts";
import { criteriaByName, moreCriteria } from "./where-base.ts";

const NONE: readonly never[] = Object.freeze([]);

/**
 * A DELETE statement. Every method gives a changed copy.
 * @example delete_(users).where(users.c.id.eq(5))
 * @see https://docs.sqlalchemy.org/en/21/core/dml.html#sqlalchemy.sql.expression.Delete
 */
export class Delete<R = unknown[], A = unknown> extends UpdateBase<R, A> {
  static override readonly fields: readonly Field[] = [
    ["table", "clause"],
    ["_whereCriteria", "clauses"],
    ["_usingFroms", "clauses"],
    ["_extensions", "clausePairs"],
    ...DML_FIELDS,
  ];

  /** @internal */
  _whereCriteria: readonly ClauseElement[] = NONE;
  /** @internal */
  _usingFroms: readonly FromClause[] = NONE;
  /** @internal */
  _extensions: readonly PlacedExtension[] = NONE;

  constructor(table: unknown) {
    super(table, "delete_()");
  }

  override get _isDelete(): boolean {
    return true;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitDelete(this as Delete<unknown>, options);
  }

  /** Adds conditions, joined by AND. */
  where(...criteria: readonly Condition[]): this {
    const copy = this._generate();
    copy._whereCriteria = moreCriteria(copy, criteria);
    return copy;
  }

  /** The same as {@link where}. */
  filter(...criteria: readonly Condition[]): this {
    return this.where(...criteria);
  }

  /** Adds conditions of equality by the names of columns. */
  filterBy(values: Readonly<Record<string, unknown>>): this {
    return this.where(...criteriaByName(this, values));
  }

  /** All conditions as one expression; null when there is none. */
  get whereclause(): ClauseElement | null {
    return conjunctionForWhere(this._whereCriteria);
  }

  /** Names further FROM elements, beside those that the conditions bring along. */
  using(...froms: readonly FromArgument[]): this {
    const copy = this._generate();
    copy._usingFroms = [...this._usingFroms, ...froms.map((from) => expectFrom(from, "using()"))];
    return copy;
  }

  /**
   * Adds a clause that the library does not know, or that only one database has: `ext(limit(5))` of MySQL.
   * @throws ArgumentError for one that has no place in a DELETE
   */
  ext(extension: SyntaxExtension): this {
    const copy = this._generate();
    copy._taken(expectExtension(extension)).applyToDelete(copy as unknown as Delete<unknown>);
    return copy;
  }

  /**
   * Says what stands at a point of the statement: for `applyToDelete()` of a {@link SyntaxExtension}.
   * @throws ArgumentError for a point that a DELETE does not have
   */
  applySyntaxExtensionPoint(apply: ExtensionFunction, point: CriteriaExtensionPoint): void {
    this._extensions = withExtensionPoint(this._extensions, apply, point, ["postCriteria"]);
  }

  /** Gives columns of the rows that were deleted: RETURNING. */
  returning<const C extends readonly SelectArgument[]>(...columns: C): Delete<TupleRow<C>, C>;
  returning<const H extends SelectShape>(shape: H): Delete<{ -readonly [K in keyof H]: SelectedValue<H[K]> }, H>;
  returning(...args: readonly unknown[]): Delete<never> {
    return this._addReturning(args) as unknown as Delete<never>;
  }
}

const blank = new Blank(() => new Delete(NO_TABLE));

deleteSlot.fill(delete_);

/** Starts a DELETE from a table. */
export function delete_(table: DmlTarget): Delete {
  return begun(blank, table, "delete_()");
}
