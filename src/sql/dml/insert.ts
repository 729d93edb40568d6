import { expectDmlSelect } from "../base/coercions.ts";
import {
  expectExtension,
  type ExtensionFunction,
  type InsertExtensionPoint,
  type PlacedExtension,
  type SyntaxExtension,
  withExtensionPoint,
} from "../base/syntax-extension.ts";
import { Blank } from "../base/generative.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { InvalidRequestError } from "../../errors.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { SelectBase } from "../selectable/select-base.ts";
import type { FittingRow, SelectArgument, SelectShape, SelectedValue, TupleRow } from "../selectable/select-types.ts";
import { insertSlot, type TableClause } from "../selectable/table-clause.ts";
import { begun, DML_FIELDS, ValuesBase, type ReturningOptions, NO_TABLE } from "./dml-base.ts";
import type { AnyWrite, ColumnNames, InsertInto, RowFor, WithValues, WriteTypes, WritesTo } from "./value-types.ts";

const NONE: readonly never[] = Object.freeze([]);

/** What can be changed: a table, an alias of one, a mapped class. */
export type DmlTarget = TableClause | ClauseElement | { readonly prototype: object };

/**
 * An INSERT statement. Every method gives a changed copy. `R` is the row that RETURNING gives, `S` what it can be told.
 * @example insert(users).values({ name: "sandy" }).returning(users.c.id)
 * @see https://docs.sqlalchemy.org/en/21/core/dml.html#sqlalchemy.sql.expression.Insert
 */
export class Insert<R = unknown[], S extends WriteTypes = AnyWrite, A = unknown> extends ValuesBase<R, S, A> {
  static override readonly fields: readonly Field[] = [
    ["table", "clause"],
    ["_inline", "plain"],
    ["_selectNames", "plains", null],
    ["_values", "clausePairs"],
    ["_multiValues", "carried"],
    ["_select", "clause"],
    ["_includeSelectDefaults", "plain"],
    ["_extensions", "clausePairs"],
    ["_sortByParameterOrder", "plain"],
    ...DML_FIELDS,
  ];

  /** @internal */
  _selectNames: readonly string[] | null = null;
  /** @internal */
  _select: SelectBase<unknown> | null = null;
  /** @internal */
  _includeSelectDefaults = false;
  /** What stands behind VALUES: ON CONFLICT, ON DUPLICATE KEY. @internal */
  _extensions: readonly PlacedExtension[] = NONE;
  /** @internal */
  _sortByParameterOrder = false;

  constructor(table: unknown) {
    super(table, "insert()");
  }

  override get _isInsert(): boolean {
    return true;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitInsert(this as Insert<unknown>, options);
  }

  override _checkTakesValues(): void {
    if (this._selectNames !== null)
      throw new InvalidRequestError("This INSERT takes the rows of a SELECT already, so it cannot have values too.");
  }

  override _setSortByParameterOrder(): void {
    this._sortByParameterOrder = true;
  }

  /**
   * Sets values: an object by column keys, a Map by columns, an array by position; or an array of these, for many rows.
   * @throws ArgumentError for `undefined` as a value
   */
  values(values: S["values"]): Insert<R, WithValues<S>, A>;
  values(values: unknown): never {
    return this._withValues(values) as never;
  }

  /**
   * Inserts the rows of a SELECT into the columns that are named.
   * @param options - `includeDefaults`: columns with a default that are not named get theirs (true unless said otherwise)
   */
  fromSelect<X, const L extends ColumnNames<X>, const Q extends SelectBase<unknown> | ClauseElement>(
    this: WritesTo<X>,
    names: L,
    select: Q & FittingRow<RowFor<X, L>, Q>,
    options?: { readonly includeDefaults?: boolean },
  ): this;
  fromSelect(
    names: readonly (string | ColumnElement<unknown>)[],
    select: unknown,
    options: { readonly includeDefaults?: boolean } = {},
  ): this {
    if (this._values !== null && this._values.length > 0) {
      throw new InvalidRequestError("This INSERT has values already, so it cannot take the rows of a SELECT too.");
    }
    const copy = this._generate();
    copy._selectNames = names.map((name) => (typeof name === "string" ? name : (name.key ?? "")));
    copy._inline = true;
    copy._includeSelectDefaults = options.includeDefaults ?? true;
    copy._select = expectDmlSelect(select, "fromSelect()") as SelectBase<unknown>;
    return copy;
  }

  /**
   * Adds a clause that the library does not know.
   * @throws ArgumentError for one that has no place in an INSERT
   */
  ext(extension: SyntaxExtension): this {
    const copy = this._generate();
    copy._taken(expectExtension(extension)).applyToInsert(copy as unknown as Insert<unknown>);
    return copy;
  }

  /**
   * Says what stands at a point of the statement: for `applyToInsert()` of a {@link SyntaxExtension}.
   * @throws ArgumentError for a point that an INSERT does not have
   */
  applySyntaxExtensionPoint(apply: ExtensionFunction, point: InsertExtensionPoint): void {
    this._extensions = withExtensionPoint(this._extensions, apply, point, ["postValues"]);
  }

  /** Gives columns of the rows that were inserted: RETURNING. */
  returning<const C extends readonly SelectArgument[]>(...columns: C): Insert<TupleRow<C>, S, C>;
  returning<const C extends readonly SelectArgument[]>(...args: [...C, ReturningOptions]): Insert<TupleRow<C>, S, C>;
  returning<const H extends SelectShape>(shape: H): Insert<{ -readonly [K in keyof H]: SelectedValue<H[K]> }, S, H>;
  returning(...args: readonly unknown[]): never {
    return this._addReturning(args) as never;
  }
}

const blank = new Blank(() => new Insert(NO_TABLE));

insertSlot.fill(insert);

/** Starts an INSERT into a table. */
export function insert<T extends DmlTarget>(table: T): Insert<unknown[], InsertInto<T>> {
  return begun(blank, table, "insert()") as never;
}
