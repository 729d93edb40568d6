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
import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import { conjunctionForWhere } from "../elements/boolean-clause-list.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { Condition, SelectArgument, SelectShape, SelectedValue, TupleRow } from "../selectable/select-types.ts";
import { updateSlot } from "../selectable/table-clause.ts";
import { begun, DML_FIELDS, ValuesBase, NO_TABLE } from "./dml-base.ts";
import type { DmlTarget } from "./insert.ts";
import type { AnyWrite, UpdateOf, WriteTypes } from "./value-types.ts";
import { criteriaByName, moreCriteria } from "./where-base.ts";

const NONE: readonly never[] = Object.freeze([]);

/**
 * An UPDATE statement. Every method gives a changed copy. `R` is the row that RETURNING gives, `S` what it can be told.
 * @example update(users).where(users.c.id.eq(5)).values({ name: "sandy" })
 * @see https://docs.sqlalchemy.org/en/21/core/dml.html#sqlalchemy.sql.expression.Update
 */
export class Update<R = unknown[], S extends WriteTypes = AnyWrite, A = unknown> extends ValuesBase<R, S, A> {
  static override readonly fields: readonly Field[] = [
    ["table", "clause"],
    ["_whereCriteria", "clauses"],
    ["_inline", "plain"],
    ["_maintainValuesOrdering", "plain"],
    ["_values", "clausePairs"],
    ["_multiValues", "carried"],
    ["_extensions", "clausePairs"],
    ...DML_FIELDS,
  ];

  /** @internal */
  _whereCriteria: readonly ClauseElement[] = NONE;
  /** @internal */
  _maintainValuesOrdering = false;
  /** @internal */
  _extensions: readonly PlacedExtension[] = NONE;

  constructor(table: unknown) {
    super(table, "update()");
  }

  override get _isUpdate(): boolean {
    return true;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitUpdate(this as Update<unknown>, options);
  }

  /**
   * Sets values: an object by column keys, a Map by columns, an array by position.
   * @throws ArgumentError for `undefined` as a value
   */
  values(values: S["values"]): this {
    return this._withValues(values);
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

  override _checkTakesValues(): void {
    if (this._maintainValuesOrdering)
      throw new InvalidRequestError("This UPDATE has orderedValues() already, which no other values can be added to.");
  }

  /** Sets values, and renders them in the order that is given rather than in that of the table's columns. */
  orderedValues(...pairs: readonly (readonly [column: string | ColumnElement<unknown>, value: unknown])[]): this {
    if (this._values !== null && this._values.length > 0)
      throw new ArgumentError("orderedValues() cannot be added to other values of the same UPDATE.");
    const copy = this._withValues(new Map(pairs));
    copy._maintainValuesOrdering = true;
    return copy;
  }

  /**
   * Adds a clause that the library does not know, or that only one database has: `ext(limit(5))` of MySQL.
   * @throws ArgumentError for one that has no place in an UPDATE
   */
  ext(extension: SyntaxExtension): this {
    const copy = this._generate();
    copy._taken(expectExtension(extension)).applyToUpdate(copy as unknown as Update<unknown>);
    return copy;
  }

  /**
   * Says what stands at a point of the statement: for `applyToUpdate()` of a {@link SyntaxExtension}.
   * @throws ArgumentError for a point that an UPDATE does not have
   */
  applySyntaxExtensionPoint(apply: ExtensionFunction, point: CriteriaExtensionPoint): void {
    this._extensions = withExtensionPoint(this._extensions, apply, point, ["postCriteria"]);
  }

  /** Gives columns of the rows that were changed: RETURNING. */
  returning<const C extends readonly SelectArgument[]>(...columns: C): Update<TupleRow<C>, S, C>;
  returning<const H extends SelectShape>(shape: H): Update<{ -readonly [K in keyof H]: SelectedValue<H[K]> }, S, H>;
  returning(...args: readonly unknown[]): never {
    return this._addReturning(args) as never;
  }
}

const blank = new Blank(() => new Update(NO_TABLE));

updateSlot.fill(update);

/** Starts an UPDATE of a table. */
export function update<T extends DmlTarget>(table: T): Update<unknown[], UpdateOf<T>> {
  return begun(blank, table, "update()") as never;
}
