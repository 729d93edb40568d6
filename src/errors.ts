import { describeParameters, describeValue } from "./util/repr.ts";

/** The page about errors: a file of this package. */
const PAGE = "athanor/docs/errors.md";

/** What every error of athanor may be given beside its message. */
export interface AthanorErrorOptions {
  /** the error that led to this one */
  readonly cause?: unknown;
  /** another stable code than the one of the class */
  readonly code?: string;
}

/**
 * The root of every error that athanor throws.
 *
 * `name` is the class's name, `code` a short word that never changes, for programs to test and to look up. `docs` says where the page about
 * errors has what the code means, what leads to it, and what to do; the codes of four signs are those of SQLAlchemy.
 * @see https://docs.sqlalchemy.org/en/21/core/exceptions.html
 */
export class AthanorError extends Error {
  /** the code of a class whose instances are given none of their own */
  static readonly code: string = "athanor";

  /** A stable word for this kind of error. */
  readonly code: string;

  constructor(message: string, options: AthanorErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code ?? new.target.code;
  }

  override get name(): string {
    return this.constructor.name;
  }

  /** Where the error is explained: a file of this package (in `node_modules`), and the place in it. */
  get docs(): string {
    return `${PAGE}#${this.code}`;
  }
}

// --- arguments ---------------------------------------------------------------------------------------------------------

/** A function was called with something that it cannot take. */
export class ArgumentError extends AthanorError {
  static override readonly code: string = "argument";
}

/**
 * A value cannot be sent for the parameter or column that it was given for: it is none of the values that the type takes.
 * `parameter` is the name of the parameter, which for the values of INSERT and UPDATE is that of the column.
 */
export class InvalidBindValueError extends ArgumentError {
  static override readonly code: string = "bind-value";
  /** the name of the parameter or column */
  readonly parameter: string;
  readonly #value: unknown;

  constructor(message: string, parameter: string, value: unknown, options: AthanorErrorOptions = {}) {
    super(message, options);
    this.parameter = parameter;
    this.#value = value;
  }

  /** Adds the value to the message, where the engine does not hide parameters. @internal */
  _showValue(): this {
    this.message += shownValue(this.#value);
    return this;
  }
}

function shownValue(value: unknown): string {
  try {
    return `\n[value: ${describeValue(value)}]`;
  } catch {
    // what cannot even be looked at (a revoked proxy) cannot be shown
    return "";
  }
}

/** A column is added to a table that has one of the same name or key. */
export class DuplicateColumnError extends ArgumentError {
  static override readonly code: string = "duplicate-column";
}

/** What was given to `execute()` is no statement. */
export class ObjectNotExecutableError extends ArgumentError {
  static override readonly code: string = "not-executable";
}

/** No dialect or driver is known under this name. */
export class NoSuchModuleError extends ArgumentError {
  static override readonly code: string = "no-such-module";
}

/** No foreign keys lead from one of two tables to the other, so a join between them must say its ON clause. */
export class NoForeignKeysError extends ArgumentError {
  static override readonly code: string = "no-foreign-keys";
}

/** Several foreign keys lead from one table to another, and nothing says which is meant. */
export class AmbiguousForeignKeysError extends ArgumentError {
  static override readonly code: string = "ambiguous-foreign-keys";
}

/** A constraint or index names a column that its table does not have. */
export class ConstraintColumnNotFoundError extends ArgumentError {
  static override readonly code: string = "constraint-column";
}

/** A mapped attribute is declared in a way that cannot be understood. */
export class MappedAnnotationError extends ArgumentError {
  static override readonly code: string = "mapped-annotation";
}

// --- compiling ---------------------------------------------------------------------------------------------------------

/** A statement cannot be rendered as SQL. */
export class CompileError extends AthanorError {
  static override readonly code: string = "compile";
}

/** The dialect's compiler has no way to render this element or type. */
export class UnsupportedCompilationError extends CompileError {
  static override readonly code: string = "l7de";
}

/** A name cannot be used as an identifier, for instance because it is too long. */
export class IdentifierError extends AthanorError {
  static override readonly code: string = "identifier";
}

/** Things depend on each other in a circle. */
export class CircularDependencyError extends AthanorError {
  static override readonly code: string = "circular";
  /** the members of the circles */
  readonly cycles: readonly unknown[];
  /** the dependencies among them, as [what comes first, what needs it] */
  readonly edges: readonly (readonly [unknown, unknown])[];

  constructor(
    message: string,
    cycles: readonly unknown[],
    edges: readonly (readonly [unknown, unknown])[],
    options: AthanorErrorOptions = {},
  ) {
    super(message, options);
    this.cycles = cycles;
    this.edges = edges;
  }
}

// --- pools -------------------------------------------------------------------------------------------------------------

/** For `checkout` listeners to throw: the connection is dead, try another one. */
export class DisconnectionError extends AthanorError {
  static override readonly code: string = "disconnection";
  /** whether all connections of the pool are taken for dead */
  get invalidatePool(): boolean {
    return false;
  }
}

/** For `checkout` listeners to throw: every connection of the pool is dead. */
export class InvalidatePoolError extends DisconnectionError {
  static override readonly code: string = "invalidate-pool";
  override get invalidatePool(): boolean {
    return true;
  }
}

/** Something took longer than it was given. */
export class TimeoutError extends AthanorError {
  static override readonly code: string = "timeout";
}

/** No connection became free within `poolTimeout`. */
export class PoolTimeoutError extends TimeoutError {
  static override readonly code: string = "3o7r";
}

// --- invalid requests --------------------------------------------------------------------------------------------------

/** What was asked for cannot be done now, or not with these objects. */
export class InvalidRequestError extends AthanorError {
  static override readonly code: string = "invalid-request";
}

/** An object was asked to change its state in the middle of another change, often because two flows share a session. */
export class IllegalStateChangeError extends InvalidRequestError {
  static override readonly code: string = "isce";
}

/** `inspect()` knows nothing about this kind of object. */
export class NoInspectionAvailable extends InvalidRequestError {
  static override readonly code: string = "no-inspection";
}

/** The package of a database driver is not installed. */
export class NoDBAPILoaded extends InvalidRequestError {
  static override readonly code: string = "no-driver";
}

/** The transaction has failed; `rollback()` must be called before anything else is done. */
export class PendingRollbackError extends InvalidRequestError {
  static override readonly code: string = "8s2b";
}

/** The connection, result, transaction or pool is closed. */
export class ResourceClosedError extends InvalidRequestError {
  static override readonly code: string = "closed";
}

/** The pool, and with it the engine, was disposed of while somebody waited for a connection. */
export class PoolClosedError extends ResourceClosedError {
  static override readonly code: string = "pool-closed";
}

/** The transaction was committed or rolled back before; nothing can be done with it any more. */
export class TransactionEndedError extends ResourceClosedError {
  static override readonly code: string = "transaction-ended";
}

/** A row was asked for a column that it does not have. */
export class NoSuchColumnError extends InvalidRequestError {
  static override readonly code: string = "no-such-column";
}

/** A column was asked for by a name that several have. */
export class AmbiguousColumnError extends InvalidRequestError {
  static override readonly code: string = "ambiguous-column";
}

/** Exactly one row was required and there is none. */
export class NoResultFound extends InvalidRequestError {
  static override readonly code: string = "no-result";
}

/** At most one row was allowed and there are more. */
export class MultipleResultsFound extends InvalidRequestError {
  static override readonly code: string = "multiple-results";
}

/** An UPDATE or DELETE has no WHERE, and the execution option `requireWhere` asks for one. */
export class MissingWhereError extends InvalidRequestError {
  static override readonly code: string = "missing-where";
}

/** A result has more rows than the execution option `maxRows` allows. */
export class MaxRowsExceededError extends InvalidRequestError {
  static override readonly code: string = "max-rows";
  /** how many rows were allowed */
  readonly maxRows: number;
  /** the SQL of the statement */
  readonly statement: string;

  constructor(message: string, maxRows: number, statement: string, options: AthanorErrorOptions = {}) {
    super(withStatement(message, { statement }), options);
    this.maxRows = maxRows;
    this.statement = statement;
  }
}

/** A cursor of a page is not one that the page's order gave; it came from outside, and is to be answered as a bad request. */
export class InvalidCursorError extends InvalidRequestError {
  static override readonly code: string = "invalid-cursor";
}

/** A foreign key leads to something that is not there. */
export class NoReferenceError extends InvalidRequestError {
  static override readonly code: string = "no-reference";
  /** the name of the table that is referred to */
  readonly tableName: string;

  constructor(message: string, tableName: string, options: AthanorErrorOptions = {}) {
    super(message, options);
    this.tableName = tableName;
  }
}

/** A foreign key leads to a table that is not in the same `MetaData`. */
export class NoReferencedTableError extends NoReferenceError {
  static override readonly code: string = "no-referenced-table";
}

/** A foreign key leads to a column that its table does not have. */
export class NoReferencedColumnError extends NoReferenceError {
  static override readonly code: string = "no-referenced-column";
  /** the name of the column that is referred to */
  readonly columnName: string;

  constructor(message: string, tableName: string, columnName: string, options: AthanorErrorOptions = {}) {
    super(message, tableName, options);
    this.columnName = columnName;
  }
}

/** The table is not in the database. */
export class NoSuchTableError extends InvalidRequestError {
  static override readonly code: string = "no-such-table";
}

/** The table is there but cannot be reflected. */
export class UnreflectableTableError extends InvalidRequestError {
  static override readonly code: string = "unreflectable";
}

/** A session knows of no engine or connection for what it is to do. */
export class UnboundExecutionError extends InvalidRequestError {
  static override readonly code: string = "unbound";
}

/** An attribute was read that is neither loaded nor set. There is no hidden loading: it must be asked for. */
export class NotLoadedError extends InvalidRequestError {
  static override readonly code: string = "not-loaded";
}

/** What is asked of the object needs a session, and the object is in none. */
export class DetachedInstanceError extends InvalidRequestError {
  static override readonly code: string = "bhk3";
}

/** The object's row is no longer in the database. */
export class ObjectDeletedError extends InvalidRequestError {
  static override readonly code: string = "object-deleted";
}

/** Something that is not mapped was given where a mapped class or object is needed. */
export class UnmappedError extends InvalidRequestError {
  static override readonly code: string = "unmapped";
}

/** The object's class is not mapped. */
export class UnmappedInstanceError extends UnmappedError {
  static override readonly code: string = "unmapped-instance";
}

/** The class is not mapped. */
export class UnmappedClassError extends UnmappedError {
  static override readonly code: string = "unmapped-class";
}

/** The column is not mapped by this class. */
export class UnmappedColumnError extends InvalidRequestError {
  static override readonly code: string = "unmapped-column";
}

/** A loader option cannot be applied to this attribute. */
export class LoaderStrategyException extends InvalidRequestError {
  static override readonly code: string = "loader-strategy";
}

// --- unit of work ------------------------------------------------------------------------------------------------------

/** An UPDATE or DELETE met another number of rows than the objects that were flushed: somebody else changed them. */
export class StaleDataError extends AthanorError {
  static override readonly code: string = "stale-data";
}

/** The pending changes of a session cannot be written as they are. */
export class FlushError extends AthanorError {
  static override readonly code: string = "flush";
}

/** The object that an operation belongs to is gone from memory. */
export class ObjectDereferencedError extends AthanorError {
  static override readonly code: string = "dereferenced";
}

// --- statements --------------------------------------------------------------------------------------------------------

/** What is known about the statement that failed. */
export interface StatementErrorOptions extends AthanorErrorOptions {
  readonly statement?: string | null;
  readonly params?: unknown;
  /** leaves the values out of the message */
  readonly hideParameters?: boolean;
}

/**
 * A statement could not be run. `statement` is its SQL, `params` its values; the message shows both unless the engine has
 * `hideParameters`.
 */
export class StatementError extends AthanorError {
  static override readonly code: string = "statement";
  /** the SQL text, or null when none was sent */
  readonly statement: string | null;
  /** the values in the order of the placeholders, or a list of such lists; undefined when the engine hides them */
  readonly params: unknown;
  readonly hideParameters: boolean;

  constructor(message: string, options: StatementErrorOptions = {}) {
    super(withStatement(message, options), options);
    this.statement = options.statement ?? null;
    this.hideParameters = options.hideParameters ?? false;
    this.params = this.hideParameters ? undefined : options.params;
  }
}

function withStatement(message: string, { statement, params, hideParameters }: StatementErrorOptions): string {
  if (statement === undefined || statement === null) return message;
  let text = `${message}\n[SQL: ${shortened(statement)}]`;
  if (Array.isArray(params) && params.length > 0) {
    text += hideParameters ? "\n[parameters hidden: hideParameters is set]" : `\n[parameters: ${describeParameters(params)}]`;
  }
  return text;
}

/** A statement with tens of thousands of values would drown the message; `error.statement` has all of it. */
function shortened(statement: string): string {
  return statement.length <= 5000 ? statement : `${statement.slice(0, 4000)}… (${statement.length} characters in all)`;
}

/** What a driver told about an error of the database. */
export interface DBAPIErrorOptions extends StatementErrorOptions {
  readonly connectionInvalidated?: boolean;
  /** the database's own code: SQLSTATE, "SQLITE_CONSTRAINT_UNIQUE", … */
  readonly sqlstate?: string | null;
  readonly constraint?: string | null;
  readonly table?: string | null;
  readonly column?: string | null;
  readonly schema?: string | null;
}

/**
 * The database or its driver reported an error. `cause` is the driver's own error.
 * @see https://docs.sqlalchemy.org/en/21/core/exceptions.html#sqlalchemy.exc.DBAPIError
 */
export class DBAPIError extends StatementError {
  static override readonly code: string = "dbapi";
  /** Whether the connection was lost; the pool has then thrown it away. */
  readonly connectionInvalidated: boolean;
  /** The database's own code (SQLSTATE on PostgreSQL, the name of the result code on SQLite), or null. */
  readonly sqlstate: string | null;
  /** The constraint that was violated, where the database names it. */
  readonly constraint: string | null;
  readonly table: string | null;
  readonly column: string | null;
  readonly schema: string | null;

  constructor(message: string, options: DBAPIErrorOptions = {}) {
    super(message, options);
    this.connectionInvalidated = options.connectionInvalidated ?? false;
    this.sqlstate = options.sqlstate ?? null;
    this.constraint = options.constraint ?? null;
    this.table = options.table ?? null;
    this.column = options.column ?? null;
    this.schema = options.schema ?? null;
  }

  /** The driver's own error. */
  get orig(): unknown {
    return this.cause;
  }
}

/** The driver was used in a way that it cannot serve. */
export class InterfaceError extends DBAPIError {
  static override readonly code: string = "rvf5";
}

/** The root of what the database itself reports. */
export class DatabaseError extends DBAPIError {
  static override readonly code: string = "4xp6";
}

/** A value does not fit: out of range, too long, not of the type, a division by zero. */
export class DataError extends DatabaseError {
  static override readonly code: string = "9h9h";
}

/**
 * A value does not fit into the column that it was given for: it is too long, too large, or has more digits than are kept. Databases refuse
 * such values without the column's name, or change them; it was not sent.
 */
export class ValueOutOfRangeError extends DataError {
  static override readonly code: string = "value-out-of-range";
  /** the name of the parameter, which is that of the column */
  readonly parameter: string;
  readonly #value: unknown;

  constructor(message: string, parameter: string, value: unknown, options: AthanorErrorOptions = {}) {
    super(message, { ...options, column: parameter });
    this.parameter = parameter;
    this.#value = value;
  }

  /** Adds the value to the message, where the engine does not hide parameters. @internal */
  _showValue(): this {
    this.message += shownValue(this.#value);
    return this;
  }
}

/** Something outside of the program's control: no connection, a lock, a lack of memory or disk. */
export class OperationalError extends DatabaseError {
  static override readonly code: string = "e3q8";
}

/** A constraint would be violated: unique, foreign key, not null, check. */
export class IntegrityError extends DatabaseError {
  static override readonly code: string = "gkpj";
}

/** The database is in a state in which it cannot do this, as in a transaction that has failed. */
export class InternalError extends DatabaseError {
  static override readonly code: string = "2j85";
}

/** The SQL is wrong: a table or column that does not exist, a syntax error, a wrong number of parameters. */
export class ProgrammingError extends DatabaseError {
  static override readonly code: string = "f405";
}

/** The database or driver has no such feature. */
export class NotSupportedError extends DatabaseError {
  static override readonly code: string = "tw8g";
}

/** The connection to the server was lost; `connectionInvalidated` is true. */
export class DisconnectError extends OperationalError {
  static override readonly code: string = "disconnect";
}

/** The connection was lost after COMMIT was sent and before the answer came: the work may be done or not. Look before trying again. */
export class CommitOutcomeUnknownError extends DisconnectError {
  static override readonly code: string = "commit-unknown";
}

/** The server answered COMMIT with a rollback, because an earlier statement of the transaction had failed. Nothing was saved. */
export class CommitRolledBackError extends OperationalError {
  static override readonly code: string = "commit-rolled-back";
}

/** The server ended the statement because it took too long. The connection can be used on. */
export class QueryTimeoutError extends OperationalError {
  static override readonly code: string = "query-timeout";
}

/** The database, or a row of it, was locked by somebody else for longer than we may wait. Trying the transaction again may help. */
export class DatabaseLockedError extends OperationalError {
  static override readonly code: string = "database-locked";
}

/** The transaction met another one (a serialization failure or a deadlock) and was ended. Run the whole of it again. */
export class SerializationError extends OperationalError {
  static override readonly code: string = "serialization";
}

/** The database, or this connection to it, takes no writes. */
export class ReadOnlyError extends OperationalError {
  static override readonly code: string = "read-only";
}
