import type { ColumnClause } from "../elements/column-clause.ts";

/** A default of a column, as rendering INSERT and UPDATE sees it. */
export interface ValueGenerator {
  readonly isSequence: boolean;
  readonly isClauseElement: boolean;
  readonly isCallable: boolean;
  readonly isScalar: boolean;
  readonly isSentinel: boolean;
  /** the value, the function or the expression */
  readonly arg?: unknown;
  readonly optional?: boolean;
}

/** A column that is inserted into or updated; those of tables that are only known by name have no defaults. */
export interface TargetColumn extends ColumnClause<unknown> {
  readonly default?: ValueGenerator | null;
  readonly onupdate?: ValueGenerator | null;
  readonly serverDefault?: object | null;
  readonly serverOnupdate?: object | null;
  readonly nullable?: boolean;
  readonly unique?: boolean | null;
}

/** A column of VALUES or SET as it is rendered. */
export interface CrudColumn {
  readonly column: TargetColumn;
  /** its name, as it stands in the list of columns or before `=` */
  readonly name: string;
  readonly value: string;
  /** the name of the parameter; null where the value is an expression */
  readonly bindName: string | null;
}

/** A default that is computed before the statement is sent. */
export interface PrefetchDefault {
  /** the name of the parameter that takes it */
  readonly name: string;
  readonly column: TargetColumn;
  readonly generator: ValueGenerator;
  /** the row in `values([…])`; -1 where there is only one */
  readonly row: number;
}

/** What comes back from an INSERT, UPDATE or DELETE, and what is computed before. */
export interface DmlTarget {
  readonly prefetch: PrefetchDefault[];
  /** columns whose new values only the database knows, and that do not come by RETURNING */
  readonly postfetch: TargetColumn[];
  /** columns that come by a RETURNING that the statement did not ask for */
  readonly implicitReturning: TargetColumn[];
  /** the new key is what the driver reports as the last inserted id */
  postfetchLastrowid: boolean;
}
