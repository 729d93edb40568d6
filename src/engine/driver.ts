import type { Url } from "./url.ts";

/** How one statement is to be run. */
export interface ExecuteOptions {
  /** integers that a JavaScript number cannot hold come as `bigint` instead of being rounded */
  readonly bigints?: boolean;
  /** the text will come again: prepare it and keep it. False for DDL and texts that are made for one use */
  readonly prepare?: boolean;
  /** with more rows than these the result is an error: one more is all that the driver has to give */
  readonly maxRows?: number | undefined;
  /** of many sets of values: when one of them fails, all is rolled back, so that the others may be sent before its answer has come */
  readonly allOrNone?: boolean;
  /** of an INSERT of many rows: one statement may take several of them, which is no gain where there are indexes to be kept as well */
  readonly together?: boolean;
  /** of an INSERT of many rows: the generated key of each is wanted */
  readonly eachKey?: boolean;
}

/** What a statement gave. */
export interface DriverResult {
  /** names of the columns, empty when the statement gives no rows */
  readonly columns: readonly string[];
  /** arrays of values in the order of the columns, made for this result and nobody else's */
  readonly rows: unknown[][];
  /** rows affected or returned; -1 when the driver cannot tell */
  readonly rowCount: number;
  readonly lastInsertId: number | bigint | null;
  /** of an INSERT that was run for many rows, where `eachKey` asks for it: the generated key of each, in their order */
  readonly lastInsertIds?: readonly (number | bigint)[];
  /** the command tag of the server ("COMMIT", "ROLLBACK"), where there is one */
  readonly command: string | null;
}

/** How a transaction begins. */
export interface BeginOptions {
  /** as `isolationLevel` names it, in upper case; null for the server's default */
  readonly isolationLevel: string | null;
  /** whether `begin()` was called, rather than the transaction having begun of its own accord with a statement */
  readonly explicit: boolean;
  /** further words of the dialect, from execution options */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Rows that arrive in batches. */
export interface DriverStream extends AsyncIterable<unknown[][]> {
  /** known when the first batch has arrived, and not before the iteration has begun */
  readonly columns: readonly string[];
  close(): Promise<void> | void;
}

/** Statements of one connection that wait to be sent together. */
export interface HeldStatements {
  /** how many wait */
  readonly count: number;
  /** Sends them; what comes after is sent at once again. */
  release(): void;
}

/** A value, or the promise of one: drivers that need not wait give plain values, and their callers do not wait either. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * One connection to a database, the same for all drivers. Values in results and parameters follow the convention of the
 * dialect, so that types do not depend on drivers.
 */
export interface DriverConnection {
  /** the connection object of the driver's package */
  readonly raw: unknown;
  /** as the database itself sees it; "failed" when only a rollback is possible */
  readonly inTransaction: boolean | "failed";
  readonly isClosed: boolean;
  /** Called once when the connection is lost while nothing runs on it. */
  onLost: ((error: unknown) => void) | null;
  /** Runs a script of statements without parameters; for listeners to the `connect` event, above all. */
  exec(sql: string): MaybePromise<void>;
  execute(sql: string, params: readonly unknown[], options: ExecuteOptions): MaybePromise<DriverResult>;
  /** The same statement with many sets of values. Rows of RETURNING are joined in the order of the input, row counts added up. */
  executeMany(sql: string, rows: readonly (readonly unknown[])[], options: ExecuteOptions): MaybePromise<DriverResult>;
  /**
   * Holds statements back until they are released, to send them in one packet: in their order, and none after one that has failed.
   * Null where that is not possible, or would mean something else than sending them one after the other.
   */
  hold?(): HeldStatements | null;
  /** Rows in batches, so that not all are in memory at once. */
  stream?(sql: string, params: readonly unknown[], options: ExecuteOptions & { readonly batchSize: number }): DriverStream;
  /** Begins a transaction; it may put that off until the first statement, to save a round trip. */
  begin(options: BeginOptions): MaybePromise<void>;
  /** @throws when the server did not commit, whatever it calls success */
  commit(): MaybePromise<void>;
  rollback(): MaybePromise<void>;
  /** Asks the server for a sign of life; throws without one. */
  ping(): MaybePromise<void>;
  /** Ends the connection; never throws. */
  close(): MaybePromise<void>;
  /** Asks the server to give up the statement that runs. */
  cancel?(): MaybePromise<void>;
}

/** Kinds of errors that databases and drivers report; each has its class in the tree of errors. */
export type DriverErrorKind =
  | "interface"
  | "database"
  | "data"
  | "operational"
  | "integrity"
  | "internal"
  | "programming"
  | "not-supported"
  | "disconnect"
  | "commit-unknown"
  | "commit-rolled-back"
  | "query-timeout"
  | "locked"
  | "serialization"
  | "read-only";

/** What a driver's error means. */
export interface DriverErrorInfo {
  readonly kind: DriverErrorKind;
  readonly message: string;
  /** the code of the database: SQLSTATE, the name of a result code */
  readonly sqlstate?: string | null;
  readonly constraint?: string | null;
  readonly table?: string | null;
  readonly column?: string | null;
  readonly schema?: string | null;
  /** the number of the parameter whose value is at fault, counted from 1 */
  readonly parameter?: number | null;
  /** more text of the server's; it may contain values */
  readonly detail?: string | null;
  /** there are too many connections: another attempt may succeed when others have gone */
  readonly tooManyConnections?: boolean;
}

/** What a connection is made with: the URL, and `connectArgs` of `createEngine`. */
export interface ConnectParams {
  readonly url: Url;
  readonly connectArgs: Readonly<Record<string, unknown>>;
}

/** A package that speaks to a database, fitted to one interface. */
export interface Driver {
  /** as it stands in URLs after the plus sign */
  readonly name: string;
  connect(params: ConnectParams): MaybePromise<DriverConnection>;
  /** What an error means; null when it is no error of the database or of the connection to it. */
  classifyError(error: unknown): DriverErrorInfo | null;
}
