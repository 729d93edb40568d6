import { ArgumentError } from "../errors.ts";
import type { Compiled, ParameterRecord } from "../sql/compiler/compiled.ts";
import { UpdateBase } from "../sql/dml/dml-base.ts";
import { FunctionElement } from "../sql/functions/function-element.ts";
import { Sequence } from "../sql/schema/sequence.ts";
import type { ClauseElement } from "../sql/elements/clause-element.ts";
import { shapeOf } from "../sql/selectable/select-shape.ts";
import { runAbortable, signalOf } from "./abort.ts";
import type { CacheEntry } from "./compiled-cache.ts";
import type { Connection } from "./connection.ts";
import type { DriverResult, MaybePromise } from "./driver.ts";
import type { ExecutionContext, ExecutionOptions } from "./execution-context.ts";
import { checkParameters, checkValues, type ExecuteParameters } from "./parameters.ts";
import { prepareStatement, prepareText, type Prepared } from "./prepare.ts";
import { CursorResult } from "./result/cursor-result.ts";
import { CompiledMetadata, ResultMetadata } from "./result/metadata.ts";
import type { ResultOptions } from "./result/result.ts";
import { RowBuffer } from "./result/rows.ts";
import { runPrepared } from "./run.ts";

/** Statements that know better how they are run: sequences, functions, the ORM's. */
interface ExecutesItself {
  _executeOnConnection(connection: Connection, params: ExecuteParameters, options: ExecutionOptions): MaybePromise<CursorResult>;
}

function executesItself(statement: unknown): statement is ExecutesItself {
  return typeof (statement as Partial<ExecutesItself> | null | undefined)?._executeOnConnection === "function";
}

/** What is executed for what is no statement by itself: a SELECT of a function, or of the next value of a sequence. */
export function asStatement(given: ClauseElement): ClauseElement {
  const element = (given as unknown) instanceof Sequence ? (given as unknown as Sequence).nextValue() : given;
  return element instanceof FunctionElement ? element.select().executionOptions(element.getExecutionOptions()) : element;
}

/** Runs a statement and makes its result. */
export function executeStatement(
  connection: Connection,
  given: ClauseElement,
  params: ExecuteParameters,
  options: ExecutionOptions,
): MaybePromise<CursorResult> {
  const statement = asStatement(given);
  const signal = signalOf(options);
  if (signal === undefined) return dispatch(connection, statement, params, options);
  return runAbortable(connection, signal, () => dispatch(connection, statement, params, options));
}

function dispatch(
  connection: Connection,
  statement: ClauseElement,
  params: ExecuteParameters,
  options: ExecutionOptions,
): MaybePromise<CursorResult> {
  if (executesItself(statement)) return statement._executeOnConnection(connection, params, options);
  return executeClause(connection, statement, params, options);
}

export function executeClause(
  connection: Connection,
  statement: ClauseElement,
  params: ExecuteParameters,
  options: ExecutionOptions,
): MaybePromise<CursorResult> {
  const checked = checkParameters(params);
  const all = connection._optionsFor(statement, options);
  const { beforeExecute, afterExecute } = connection._dispatch.on;
  if (beforeExecute !== null || afterExecute !== null) return executeWatched(connection, statement, checked, all);
  return executeChecked(connection, statement, checked, all);
}

type Parameters = ParameterRecord | readonly ParameterRecord[] | null;

function executeChecked(
  connection: Connection,
  statement: ClauseElement,
  params: Parameters,
  options: ExecutionOptions,
): MaybePromise<CursorResult> {
  // no rows are no execution; with none given at all, an INSERT would make a row of defaults
  if (Array.isArray(params) && params.length === 0 && statement instanceof UpdateBase) return nothingDone(connection, statement, options);
  const asked = askServer(connection);
  if (asked !== null) return asked.then(() => executeChecked(connection, statement, params, options));
  const prepared = prepareStatement(connection, statement, params, options);
  const result = runPrepared(connection, prepared);
  return result instanceof Promise ? result.then((arrived) => resultOf(prepared, arrived)) : resultOf(prepared, result);
}

/**
 * Connects before the first statement is compiled: what it is rendered to may depend on the server's version. Null when that is known,
 * or was asked without waiting.
 */
export function askServer(connection: Connection): Promise<unknown> | null {
  if (connection.engine._isServerKnown) return null;
  const ready = connection._ready();
  return ready instanceof Promise ? ready : null;
}

/** The result of a statement that was to be run for an empty list of rows. */
function nothingDone(connection: Connection, statement: UpdateBase, options: ExecutionOptions): CursorResult {
  const keys = statement._returning.map((column, index) => String((column as { readonly key?: unknown }).key ?? index));
  const { context } = prepareText(connection, "", [], false, options, false);
  return new CursorResult(new ResultMetadata(keys), new RowBuffer([]), { rowcount: 0, returnsRows: keys.length > 0 }, context, null);
}

async function executeWatched(
  connection: Connection,
  given: ClauseElement,
  givenParams: Parameters,
  options: ExecutionOptions,
): Promise<CursorResult> {
  const [statement, params] = await tellBefore(connection, given, givenParams, options);
  const result = await executeChecked(connection, statement, params, options);
  await tellAfter(connection, statement, params, options, result);
  return result;
}

const multi = (params: Parameters): readonly ParameterRecord[] => (Array.isArray(params) ? (params as readonly ParameterRecord[]) : []);
const single = (params: Parameters): ParameterRecord => (params === null || Array.isArray(params) ? {} : (params as ParameterRecord));

async function tellBefore(
  connection: Connection,
  statement: ClauseElement,
  params: Parameters,
  options: ExecutionOptions,
): Promise<readonly [ClauseElement, Parameters]> {
  for (const fn of connection._dispatch.on.beforeExecute ?? []) {
    const told = [statement, params] as const;
    const replaced = await connection._underWay.listen(() => fn(connection, told[0], multi(told[1]), single(told[1]), options));
    if (!Array.isArray(replaced)) continue;
    const [other, rows, row] = replaced as [ClauseElement, readonly ParameterRecord[], ParameterRecord];
    statement = other;
    params = rows.length > 0 ? rows : Object.keys(row).length > 0 ? row : null;
  }
  return [statement, params];
}

async function tellAfter(
  connection: Connection,
  statement: ClauseElement,
  params: Parameters,
  options: ExecutionOptions,
  result: CursorResult,
): Promise<void> {
  for (const fn of connection._dispatch.on.afterExecute ?? []) {
    await connection._underWay.listen(() => fn(connection, statement, multi(params), single(params), options, result));
  }
}

/** What an execution gave, with the driver's rows as they came: for the ORM, which makes objects of them. */
export interface RawResult {
  readonly compiled: Compiled;
  /** arrays in the order of `compiled.resultColumns`, not yet converted by the types */
  readonly rows: unknown[][];
  readonly rowCount: number;
  readonly columns: readonly string[];
  readonly lastInsertId: number | bigint | null;
  readonly lastInsertIds: readonly (number | bigint)[] | undefined;
  readonly context: ExecutionContext;
  /** what the engine keeps for the statement */
  readonly entry: CacheEntry;
}

/** The rows of a raw result, converted by the types of their columns. */
export function convertedRows({ entry, columns, rows }: RawResult): unknown[][] {
  metadataFor(entry, columns)?.process(rows);
  return rows;
}

/** Runs a statement, and leaves the rows as the driver gave them. */
export function executeRaw(
  connection: Connection,
  statement: ClauseElement,
  params: ExecuteParameters,
  options: ExecutionOptions,
): MaybePromise<RawResult> {
  const signal = signalOf(options);
  if (signal === undefined) return executeRawAtOnce(connection, statement, params, options);
  return runAbortable(connection, signal, () => executeRawAtOnce(connection, statement, params, options));
}

function executeRawAtOnce(
  connection: Connection,
  statement: ClauseElement,
  params: ExecuteParameters,
  options: ExecutionOptions,
): MaybePromise<RawResult> {
  const checked = checkParameters(params);
  const all = connection._optionsFor(statement, options);
  const { beforeExecute, afterExecute } = connection._dispatch.on;
  if (beforeExecute !== null || afterExecute !== null) return executeRawWatched(connection, statement, checked, all);
  return executeRawChecked(connection, statement, checked, all);
}

function executeRawChecked(
  connection: Connection,
  statement: ClauseElement,
  params: Parameters,
  options: ExecutionOptions,
): MaybePromise<RawResult> {
  const asked = askServer(connection);
  if (asked !== null) return asked.then(() => executeRawChecked(connection, statement, params, options));
  const prepared = prepareStatement(connection, statement, params, options);
  const result = runPrepared(connection, prepared);
  return result instanceof Promise ? result.then((arrived) => rawOf(prepared, arrived)) : rawOf(prepared, result);
}

async function executeRawWatched(
  connection: Connection,
  given: ClauseElement,
  givenParams: Parameters,
  options: ExecutionOptions,
): Promise<RawResult> {
  const [statement, params] = await tellBefore(connection, given, givenParams, options);
  const raw = await executeRawChecked(connection, statement, params, options);
  // the rows are the ORM's; listeners are told of the execution, and of how many there were
  const result = new CursorResult(NO_COLUMNS, new RowBuffer([]), { rowcount: raw.rowCount, returnsRows: false }, raw.context, null);
  await tellAfter(connection, statement, params, options, result);
  return raw;
}

function rawOf({ entry, context }: Prepared, { rows, rowCount, columns, lastInsertId, lastInsertIds }: DriverResult): RawResult {
  return { compiled: entry!.compiled, rows, rowCount, columns, lastInsertId, lastInsertIds, context, entry: entry! };
}

/** Makes the result of what the driver gave. */
function resultOf({ context, entry }: Prepared, { columns, rows, rowCount }: DriverResult): CursorResult {
  const { compiled } = entry!;
  const isImplicit = compiled.implicitReturning === true;
  const returnsRows = !isImplicit && (compiled.returnsRows ?? columns.length > 0);
  const insertedKeys = compiled.isInsert && !returnsRows ? insertedKeysOf(context, rows) : null;
  if (!returnsRows) {
    const defaults =
      isImplicit && (compiled.statement as UpdateBase)._returnDefaults ? defaultsOf(metadataFor(entry!, columns), rows) : null;
    return new CursorResult(NO_COLUMNS, new RowBuffer([]), { rowcount: rowCount, returnsRows: false }, context, insertedKeys, defaults);
  }
  const metadata = metadataFor(entry!, columns);
  const options: ResultOptions = { rowcount: rowCount, objects: shapeOf(compiled.statement) !== null };
  if (metadata === null) return new CursorResult(new ResultMetadata(columns), new RowBuffer(rows), options, context, null);
  metadata.process(rows);
  return new CursorResult(metadata, new RowBuffer(rows), options, context, null);
}

/** The metadata of a compiled statement; null where only the driver knows the columns. */
export function metadataFor(entry: CacheEntry, columns: readonly string[]): CompiledMetadata | null {
  const known = entry.metadata;
  if (known !== null && known.fits(columns)) return known;
  return (entry.metadata = CompiledMetadata.of(entry.compiled, columns));
}

const NO_COLUMNS = new ResultMetadata([]);

function insertedKeysOf(context: Prepared["context"], rows: unknown[][]): (() => readonly unknown[][]) | null {
  const { compiled, _bound: bound } = context;
  if (compiled?.insertedPrimaryKey === undefined || bound === null) return null;
  let keys: readonly unknown[][] | null = null;
  return () => {
    if (keys === null) {
      const key = compiled.insertedPrimaryKey!(bound, rows[0] ?? null, context.lastInsertId);
      keys = key === null ? [] : [[...key]];
    }
    return keys;
  };
}

/** What came back for `returnDefaults()`, as objects; made when it is asked for, from rows that stay what the driver gave. */
function defaultsOf(
  metadata: CompiledMetadata | null,
  rows: readonly (readonly unknown[])[],
): (() => readonly Record<string, unknown>[]) | null {
  if (metadata === null) return null;
  let defaults: readonly Record<string, unknown>[] | null = null;
  return () => {
    if (defaults === null) {
      const copies = rows.map((row) => [...row]);
      metadata.process(copies);
      defaults = metadata.toObjects(copies);
    }
    return defaults;
  };
}

/** Runs text as it is. */
export function executeText(
  connection: Connection,
  sql: string,
  values: readonly unknown[],
  options: ExecutionOptions,
): MaybePromise<CursorResult> {
  if (typeof sql !== "string")
    throw new ArgumentError("execDriverSql() takes SQL as a string, and values by place; execute() takes statements");
  if (!Array.isArray(values)) throw new ArgumentError("execDriverSql() takes values as a list, by place");
  const many = values.length > 0 && values.every((row) => Array.isArray(row));
  if (many) for (const row of values) checkValues(row as readonly unknown[]);
  else checkValues(values);
  const prepared = prepareText(connection, sql, values, many, connection._optionsFor(null, options), true);
  const make = ({ columns, rows, rowCount }: DriverResult): CursorResult =>
    new CursorResult(
      new ResultMetadata(columns),
      new RowBuffer(rows),
      { rowcount: rowCount, returnsRows: columns.length > 0 },
      prepared.context,
      null,
    );
  const run = (): MaybePromise<CursorResult> => {
    const result = runPrepared(connection, prepared);
    return result instanceof Promise ? result.then(make) : make(result);
  };
  const signal = signalOf(options);
  return signal === undefined ? run() : runAbortable(connection, signal, run);
}
