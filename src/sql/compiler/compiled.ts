import type { SqlDialect } from "../base/sql-dialect.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { TypeEngine } from "../types/type-engine.ts";

/** One column of a statement's result, in the order of the SELECT list or of RETURNING. */
export interface ResultColumn {
  /** the name in the SQL text, which the database gives back */
  readonly name: string;
  /** the key by which the row names it: the column's key or the label */
  readonly key: string;
  /** every object (columns, labels, names) by which a row may be asked for this value */
  readonly objects: readonly object[];
  readonly type: TypeEngine<unknown>;
}

/** What runs once: the text and the values in the order of its placeholders. */
export interface BoundStatement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** Names and values that an execution gives (`execute(stmt, { x: 5 })`). */
export type ParameterRecord = Readonly<Record<string, unknown>>;

/** One statement to send for a part of many rows. */
export interface InsertBatch extends BoundStatement {
  readonly rowCount: number;
  /**
   * Puts the rows that RETURNING gave into the order of the input; null when they come in that order anyhow.
   * Throws when the rows cannot be told apart.
   */
  readonly sortRows: ((rows: unknown[][]) => unknown[][]) | null;
  /** The name of the parameter at a place, for messages. */
  readonly parameterName: (place: number) => string | null;
}

/** A compiled statement: made once per structure and dialect, used for any number of executions. */
export interface Compiled {
  readonly dialect: SqlDialect;
  readonly statement: ClauseElement;
  /** the text with the values that the statement itself carries (IN lists expanded) */
  readonly sql: string;
  /** the values of `sql` in placeholder order, after the types' bind processing */
  readonly params: readonly unknown[];
  readonly isSelect: boolean;
  readonly isInsert: boolean;
  readonly isUpdate: boolean;
  readonly isDelete: boolean;
  readonly isText: boolean;
  readonly isDdl: boolean;
  /** null where the text alone decides (text(), DDL) */
  readonly resultColumns: readonly ResultColumn[] | null;
  /** the columns of the result are those of {@link resultColumns} by their names rather than by their places */
  readonly resultColumnsByName?: boolean;
  /** the first UPDATE or DELETE in it that has no WHERE: `DELETE of "users"` */
  readonly unfiltered?: string | null;
  /** false where a value of this execution is in the text, so that it cannot serve others */
  readonly isCacheable?: boolean;
  /** the names by which an execution can give values */
  readonly parameterNames: ReadonlySet<string>;
  /** The name of the parameter at a place, for messages; null where it cannot be told. */
  parameterName?(place: number): string | null;
  /** whether rows come back: SELECT, RETURNING; null when only the text knows */
  readonly returnsRows: boolean | null;
  /** whether RETURNING was added for a generated key that the caller did not ask for: its row is no result */
  readonly implicitReturning?: boolean;
  /** what the ORM left for loading rows (its compile state); null for Core statements */
  readonly compileState: unknown;

  /**
   * The text and the values of one execution.
   * @param params - by name, from `execute(stmt, params)`
   * @param binds - the binds of the statement that is executed, in cache key order; null when it is the compiled one
   */
  bind(params: ParameterRecord | null, binds: readonly object[] | null): BoundStatement;

  /**
   * The primary key of the row that an INSERT of one row made, from what was bound, from the row of the implicit RETURNING, or
   * from the driver's last inserted id; null where it is not known.
   */
  insertedPrimaryKey?(
    bound: BoundStatement,
    row: readonly unknown[] | null,
    lastInsertId: number | bigint | null,
  ): readonly unknown[] | null;

  /** The values of many rows for the same text (executemany without RETURNING). */
  bindMany(params: readonly ParameterRecord[], binds: readonly object[] | null): { sql: string; rows: unknown[][] };

  /**
   * INSERT of many rows: batches with several rows in VALUES, within the dialect's limits of parameters and at most `pageSize` of them;
   * null when this statement cannot be batched.
   */
  insertBatches(params: readonly ParameterRecord[], binds: readonly object[] | null, pageSize?: number): Iterable<InsertBatch> | null;

  /**
   * UPDATE or DELETE of many rows, no row twice: statements that meet many rows at once; null where they must be sent one by one.
   */
  rowBatches?(params: readonly ParameterRecord[], binds: readonly object[] | null): Iterable<InsertBatch> | null;
}
