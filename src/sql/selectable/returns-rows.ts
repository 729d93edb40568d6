import { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { ColumnCollection, ColumnRecord, Columns } from "./column-collection.ts";
import type { FromClause } from "./from-clause.ts";

/** A column as it was put into another selectable: the key under which it stands there, and the column made for it. */
export type ColumnProxy = readonly [key: string, column: ColumnElement<unknown>];

/** The root of everything that gives rows: tables, subqueries, SELECT, and statements with RETURNING. */
export abstract class ReturnsRows extends ClauseElement {
  /** The columns that come out, as expressions, in order. @internal */
  abstract get _allSelectedColumns(): readonly ClauseElement[];

  /** The columns that the outside may name, with their keys. @internal */
  abstract get _exportedCollection(): ColumnCollection;

  /** The columns that the outside may name, by key. */
  get exportedColumns(): Columns<ColumnRecord> {
    return this._exportedCollection.record;
  }

  /** Whether this is the given FROM element, or made from it by an alias, a join or a subquery. */
  isDerivedFrom(fromclause: FromClause | null): boolean {
    return fromclause !== null && this._identity === fromclause._identity;
  }

  /**
   * The column of this selectable that stands for the given one, because it was made from it or from the same column.
   * @returns undefined when there is none
   */
  correspondingColumn(column: ColumnElement<unknown>, requireEmbedded = false): ColumnElement<unknown> | undefined {
    return this._exportedCollection.correspondingColumn(column, requireEmbedded);
  }

  /** Fills the collections of a FROM element that is made of this one. @internal */
  abstract _generateFromclauseColumnProxies(
    fromclause: FromClause,
    columns: ColumnCollection,
    primaryKey: Set<ColumnElement<unknown>>,
    foreignKeys: Set<object>,
  ): void;
}
