import { ArgumentError, type TransactionEndedError } from "../errors.ts";
import { runAbortable, signalOf } from "./abort.ts";
import type { ClauseElement } from "../sql/elements/clause-element.ts";
import { shapeOf } from "../sql/selectable/select-shape.ts";
import type { Connection } from "./connection.ts";
import type { DriverConnection, DriverStream } from "./driver.ts";
import { askServer, asStatement, metadataFor } from "./execute.ts";
import type { ExecutionOptions } from "./execution-context.ts";
import { tooManyRows } from "./guards.ts";
import type { OpenStream } from "./open-streams.ts";
import { checkParameters, type ExecuteParameters } from "./parameters.ts";
import { prepareStatement, type Prepared } from "./prepare.ts";
import { BatchFeed } from "./result/batch-feed.ts";
import { CompiledMetadata, ResultMetadata } from "./result/metadata.ts";
import { StreamResult, type RowFeed } from "./result/stream-result.ts";
import { runPrepared } from "./run.ts";
import type { Transaction } from "./transaction.ts";

const BATCH_SIZE = 1000;

/** A statement whose rows are read as they arrive. It is sent when the first is asked for. */
export function streamStatement(
  connection: Connection,
  statement: ClauseElement,
  params: ExecuteParameters,
  options: ExecutionOptions,
): StreamResult {
  return new StreamResult(feedOf(connection, statement, params, options));
}

/** The same, for those who make a result of it themselves. */
export function feedOf(connection: Connection, statement: ClauseElement, params: ExecuteParameters, options: ExecutionOptions): RowFeed {
  return new StatementFeed(new RawStream(connection, asStatement(statement), params, options));
}

/** The rows of a stream, with the values that their types make of them. */
class StatementFeed extends BatchFeed {
  readonly #source: RawStream;
  #metadata: ResultMetadata | null = null;

  constructor(source: RawStream) {
    super();
    this.#source = source;
  }

  override get objects(): boolean {
    return shapeOf(this.#source.statement) !== null;
  }

  protected override get known(): ResultMetadata | null {
    return this.#metadata;
  }

  protected override async read(): Promise<readonly unknown[] | null> {
    const source = this.#source;
    const rows = await source.next();
    this.#metadata ??= metadataFor(source.prepared.entry!, source.columns) ?? new ResultMetadata(source.columns);
    if (rows !== null && this.#metadata instanceof CompiledMetadata) this.#metadata.process(rows);
    return rows;
  }

  override close(): Promise<void> {
    return this.#source.close();
  }
}

/**
 * The rows of a statement as the driver gives them, as they arrive. The statement is sent when the first are asked for; what is sent on the
 * connection meanwhile does not disturb it.
 */
export class RawStream implements OpenStream {
  readonly #connection: Connection;
  readonly statement: ClauseElement;
  readonly #params: ExecuteParameters;
  readonly #options: ExecutionOptions;
  #prepared: Prepared | null = null;
  #stream: DriverStream | null = null;
  #iterator: AsyncIterator<unknown[][]> | null = null;
  #columns: readonly string[] = [];
  /** when the statement was sent, until it is known what came of it */
  #sentAt: number | null = null;
  /** how many rows may still come */
  #allowed = Infinity;
  #within: Transaction | null = null;
  /** its transaction has ended before the rows did */
  #interrupted: TransactionEndedError | null = null;

  constructor(connection: Connection, statement: ClauseElement, params: ExecuteParameters, options: ExecutionOptions) {
    this.#connection = connection;
    this.statement = statement;
    this.#params = params;
    this.#options = options;
  }

  /** How the statement was compiled; known when the first rows are. */
  get prepared(): Prepared {
    return this.#prepared!;
  }

  /** The names of the columns; known when the first rows are. */
  get columns(): readonly string[] {
    return this.#columns;
  }

  get within(): Transaction | null {
    return this.#within;
  }

  get sql(): string {
    return this.#prepared!.context.statement;
  }

  async interrupt(error: TransactionEndedError): Promise<void> {
    this.#interrupted = error;
    // the transaction ends whether or not the server can be told
    if (this.#within?.isActive === true) await this.close().catch(() => undefined);
  }

  /** The next rows; null at the end. */
  async next(): Promise<unknown[][] | null> {
    const signal = signalOf(this.#options);
    return signal === undefined ? this.#take() : this.#takeUnless(signal);
  }

  /** With a signal that has fired, the rest of the rows is not wanted either. */
  async #takeUnless(signal: AbortSignal): Promise<unknown[][] | null> {
    try {
      return await runAbortable(this.#connection, signal, () => this.#take(), 0);
    } catch (error) {
      if (signal.aborted) await this.close().catch(() => undefined);
      throw error;
    }
  }

  async #take(): Promise<unknown[][] | null> {
    if (this.#prepared === null) await this.#start();
    if (this.#interrupted !== null) throw this.#interrupted;
    if (this.#allowed < 0) return this.#exceeded();
    if (this.#iterator === null) return null;
    let batch: IteratorResult<unknown[][]>;
    try {
      batch = await this.#iterator.next();
    } catch (error) {
      this.#over();
      if (this.#interrupted !== null) throw this.#interrupted;
      return this.#failed(error);
    }
    if (this.#sentAt !== null) await this.#arrived(this.#sentAt);
    // ended while these were on their way
    if (this.#interrupted !== null) throw this.#interrupted;
    this.#columns = this.#stream!.columns;
    if (batch.done === true) {
      this.#over();
      return null;
    }
    const allowed = this.#allowed;
    this.#allowed -= batch.value.length;
    // what is still allowed is given before it is said that there is more
    const rows = this.#allowed >= 0 ? batch.value : batch.value.slice(0, allowed);
    if (rows.length === 0) return this.#exceeded();
    return rows;
  }

  /** The first rows are there, or it is known that there are none. */
  async #arrived(sentAt: number): Promise<void> {
    this.#sentAt = null;
    const connection = this.#connection;
    const { context } = this.#prepared!;
    connection._logStatement(context, performance.now() - sentAt, -1);
    for (const fn of connection._dispatch.on.afterCursorExecute ?? [])
      await connection._underWay.listen(() => fn(connection, context.cursor!, context.statement, context.parameters, context, false));
  }

  #failed(error: unknown): Promise<never> {
    const connection = this.#connection;
    const { context } = this.#prepared!;
    const sentAt = this.#sentAt;
    this.#sentAt = null;
    return connection._failed(error, context).catch((thrown: unknown) => {
      if (sentAt !== null) connection._logStatement(context, performance.now() - sentAt, -1, thrown);
      throw thrown;
    });
  }

  async #exceeded(): Promise<never> {
    await this.close();
    const { context, driverOptions } = this.#prepared!;
    throw tooManyRows(driverOptions.maxRows!, context.statement);
  }

  async #start(): Promise<void> {
    const connection = this.#connection;
    const options = connection._optionsFor(this.statement, this.#options);
    const batchSize = options["yieldPer"] ?? BATCH_SIZE;
    if (!Number.isInteger(batchSize) || (batchSize as number) < 1)
      throw new ArgumentError(`yieldPer is a whole number, at least 1, not ${String(batchSize)}`);
    await askServer(connection);
    const prepared = prepareStatement(connection, this.statement, checkParameters(this.#params), options);
    const driver = await connection._ready();
    this.#prepared = prepared;
    const { maxRows } = prepared.driverOptions;
    if (maxRows !== undefined) this.#allowed = maxRows;
    if (driver.stream === undefined || prepared.batches !== null || prepared.context.executemany) {
      this.#stream = await buffered(connection, prepared, batchSize as number);
    } else {
      this.#stream = await this.#open(driver, prepared, Math.min(batchSize as number, this.#allowed + 1));
    }
    this.#iterator = this.#stream[Symbol.asyncIterator]();
    this.#within = connection.getNestedTransaction() ?? connection.getTransaction();
    connection._underWay.opened(this);
  }

  async #open(driver: DriverConnection, prepared: Prepared, batchSize: number): Promise<DriverStream> {
    const connection = this.#connection;
    const { context, driverOptions } = prepared;
    context.cursor = driver;
    for (const fn of connection._dispatch.on.beforeCursorExecute ?? []) {
      const replaced = await connection._underWay.listen(() =>
        fn(connection, driver, context.statement, context.parameters, context, false),
      );
      if (Array.isArray(replaced)) [context.statement, context.parameters] = replaced as [string, readonly unknown[]];
    }
    connection._note(context.statement);
    this.#sentAt = performance.now();
    try {
      return driver.stream!(context.statement, context.parameters, { ...driverOptions, batchSize });
    } catch (error) {
      // a driver that does not wait notices what is wrong at once
      return await this.#failed(error);
    }
  }

  /** There are no more rows. */
  #over(): void {
    this.#iterator = null;
    this.#connection._underWay.ended(this);
  }

  async close(): Promise<void> {
    this.#over();
    const stream = this.#stream;
    this.#stream = null;
    await stream?.close();
  }
}

/** For drivers that read everything at once. */
async function buffered(connection: Connection, prepared: Prepared, batchSize: number): Promise<DriverStream> {
  const { columns, rows } = await runPrepared(connection, prepared);
  return {
    columns,
    close: () => undefined,
    async *[Symbol.asyncIterator]() {
      for (let i = 0; i < rows.length; i += batchSize) yield rows.slice(i, i + batchSize);
    },
  };
}
