/**
 * What the fields of a clause element are. One list per class drives the cache key, the copy, the comparison and the walk
 * over children (the idea is SQLAlchemy's: https://docs.sqlalchemy.org/en/21/core/visitors.html).
 */
export type FieldKind =
  /** a clause element, or null */
  | "clause"
  /** an array of clause elements */
  | "clauses"
  /** an array of arrays of clause elements */
  | "clauseRows"
  /** an array of [string or clause element, clause element or any value] pairs, in order */
  | "clausePairs"
  /** an operator, by its name */
  | "operator"
  /** a type, by its own cache key */
  | "type"
  /** a string, number, boolean, null or undefined */
  | "plain"
  /** an array of plain values */
  | "plains"
  /** a record of plain values, in the order of its keys */
  | "plainRecord"
  /** an object that is known by its identity (a Table, a Sequence, a mapper): its number is the key */
  | "identity"
  /** an array of objects with a `_cacheKey(key)` of their own (loader options and the like) */
  | "keyed"
  /** carried along and copied, no part of the structure */
  | "carried";

/** A field's name and what it is. */
export type Field = readonly [name: string, kind: FieldKind];
