import { ArgumentError } from "../errors.ts";
import type { ClauseElement } from "../sql/elements/clause-element.ts";
import type { Connection } from "./connection.ts";
import type { DriverConnection, DriverStream } from "./driver.ts";
import { askServer, asStatement, metadataFor } from "./execute.ts";
import type { ExecutionOptions } from "./execution-context.ts";
import { tooManyRows } from "./guards.ts";
import { checkParameters, type ExecuteParameters } from "./parameters.ts";
import { prepareStatement, type Prepared } from "./prepare.ts";
import { CompiledMetadata, ResultMetadata } from "./result/metadata.ts";
import { StreamResult, type RowFeed } from "./result/stream-result.ts";
import { runPrepared } from "./run.ts";

const BATCH_SIZE = 1000;

/** A statement whose rows are read as they arrive. It is sent when the first is asked for. */
export function streamStatement(
  connection: Connection,
  statement: ClauseElement,
  params: ExecuteParameters,
  options: ExecutionOptions,
): StreamResult {
  return new StreamResult(new StatementFeed(connection, asStatement(statement), params, options));
}

class StatementFeed implements RowFeed {
  readonly isScalar = false;
  readonly uniqueStrategies = null;
  readonly #connection: Connection;
  readonly #statement: ClauseElement;
  readonly #params: ExecuteParameters;
  readonly #options: ExecutionOptions;
  #prepared: Prepared | null = null;
  #stream: DriverStream | null = null;
  #iterator: AsyncIterator<unknown[][]> | null = null;
  #metadata: ResultMetadata | null = null;
  #first: unknown[][] | null = null;
  /** how many rows may still come */
  #allowed = Infinity;

  constructor(connection: Connection, statement: ClauseElement, params: ExecuteParameters, options: ExecutionOptions) {
    this.#connection = connection;
    this.#statement = statement;
    this.#params = params;
    this.#options = options;
  }

  get objects(): boolean {
    return ((this.#statement as { readonly _shape?: readonly string[] | null })._shape ?? null) !== null;
  }

  async metadata(): Promise<ResultMetadata> {
    if (this.#metadata === null) {
      const batch = await this.next();
      this.#first = batch === null ? [] : (batch as unknown[][]);
    }
    return this.#metadata!;
  }

  async next(): Promise<readonly unknown[] | null> {
    if (this.#first !== null) {
      const first = this.#first;
      this.#first = null;
      if (first.length > 0) return first;
    }
    if (this.#prepared === null) await this.#start();
    if (this.#allowed < 0) return this.#exceeded();
    if (this.#iterator === null) return null;
    const { context, entry } = this.#prepared!;
    let batch: IteratorResult<unknown[][]>;
    try {
      batch = await this.#iterator.next();
    } catch (error) {
      this.#iterator = null;
      return this.#connection._failed(error, context);
    }
    this.#metadata ??= metadataFor(entry!, this.#stream!.columns) ?? new ResultMetadata(this.#stream!.columns);
    if (batch.done === true) {
      this.#iterator = null;
      return null;
    }
    const allowed = this.#allowed;
    this.#allowed -= batch.value.length;
    // what is still allowed is given before it is said that there is more
    const rows = this.#allowed >= 0 ? batch.value : batch.value.slice(0, allowed);
    if (rows.length === 0) return this.#exceeded();
    if (this.#metadata instanceof CompiledMetadata) this.#metadata.process(rows);
    return rows;
  }

  async #exceeded(): Promise<never> {
    await this.close();
    const { context, driverOptions } = this.#prepared!;
    throw tooManyRows(driverOptions.maxRows!, context.statement);
  }

  async #start(): Promise<void> {
    const connection = this.#connection;
    const options = connection._optionsFor(this.#statement, this.#options);
    const batchSize = options["yieldPer"] ?? BATCH_SIZE;
    if (!Number.isInteger(batchSize) || (batchSize as number) < 1)
      throw new ArgumentError(`yieldPer is a whole number, at least 1, not ${String(batchSize)}`);
    await askServer(connection);
    const prepared = prepareStatement(connection, this.#statement, checkParameters(this.#params), options);
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
  }

  async #open(driver: DriverConnection, prepared: Prepared, batchSize: number): Promise<DriverStream> {
    const connection = this.#connection;
    const { context, driverOptions } = prepared;
    context.cursor = driver;
    for (const fn of connection._dispatch.on.beforeCursorExecute ?? []) {
      const replaced = await connection._listen(() => fn(connection, driver, context.statement, context.parameters, context, false));
      if (Array.isArray(replaced)) [context.statement, context.parameters] = replaced as [string, readonly unknown[]];
    }
    connection._logStatement(context, 0);
    return driver.stream!(context.statement, context.parameters, { ...driverOptions, batchSize });
  }

  async close(): Promise<void> {
    this.#iterator = null;
    await this.#stream?.close();
    this.#stream = null;
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
