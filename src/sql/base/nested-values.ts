import type { TypeEngine } from "../types/type-engine.ts";

/** A value in a nested row, as far as it matters for how it goes through JSON. */
export interface NestedValue {
  /** the type on the dialect: what a decorator wraps */
  readonly type: TypeEngine<unknown>;
  /** it is a column of a table, whose values are those of its type; an expression may give anything */
  readonly isColumn: boolean;
}

/** Turns what JSON held back into the value that the driver gives for the same column. It never gets null. */
export type NestedReader = (json: unknown) => unknown;

/** The SQL of what the rows of a subquery are put together from; each part may stand in the text more than once. */
export interface NestedAggregateParts {
  /** one row */
  readonly row: string;
  /** " ORDER BY …", or nothing */
  readonly orderBy: string;
  readonly limit: string | null;
  readonly offset: string | null;
}

/**
 * How rows within rows are written and read. No value may change on its way through JSON, so most are written as text, and read
 * back to what the driver would have given; then their types do the rest.
 */
export interface NestedValues {
  /**
   * Where the rows are put in order: inside of the aggregate function, there with LIMIT as well, or in a subquery that the function reads
   * (which must be able to name the columns of the statement around it).
   */
  readonly order: "aggregate" | "aggregateWithLimit" | "subquery";
  /** the most values in one call of a function */
  readonly maxArguments: number;
  /**
   * The SQL of one value.
   * @param sql - that of the expression, without brackets around it; it may stand in the text more than once
   * @returns null when values of the type cannot be kept exactly
   */
  write(value: NestedValue, sql: string): string | null;
  /** What reads the value back; null when it is right as it comes. */
  read(value: NestedValue): NestedReader | null;
  /** Values as one array. */
  row(values: readonly string[]): string;
  /** The SQL of a subquery that gives JSON, as a value within an array. */
  embed(subquery: string): string;
  /** All rows as one array. */
  aggregate(parts: NestedAggregateParts): string;
  /** The end of a subquery that is to keep its order, where it has no LIMIT. */
  readonly keepOrder: string;
  /**
   * The rows of what `aggregate` gave.
   * @throws DataError when the database has cut some off
   */
  rows(json: unknown): readonly unknown[];
}
