import { ArgumentError, InvalidRequestError } from "../errors.ts";
import type { ExecutionOptions } from "../sql/base/executable.ts";
import type { RunnerSource, StatementRunner } from "../sql/base/statement-runner.ts";
import type { ClauseElement } from "../sql/elements/clause-element.ts";
import { dialectForUrl } from "./create-engine.ts";
import type { Dialect } from "./dialect.ts";
import { makeUrl, type Url } from "./url.ts";

/** What a {@link MockEngine} calls in place of a database. It may be async; it is waited for. */
export type MockExecutor = (statement: ClauseElement, parameters?: unknown) => unknown;

/**
 * An engine without a database: statements go to a function. Made by {@link createMockEngine}.
 * See https://docs.sqlalchemy.org/en/21/core/engines.html#sqlalchemy.create_mock_engine
 */
export class MockEngine implements StatementRunner, RunnerSource {
  readonly dialect: Dialect;
  readonly url: Url;
  /** Nothing can be looked up: `createAll()` creates everything. */
  readonly isMock = true;
  readonly #executor: MockExecutor;

  /** @internal */
  constructor(url: Url, dialect: Dialect, executor: MockExecutor) {
    this.url = url;
    this.dialect = dialect;
    this.#executor = executor;
  }

  /** Gives the statement to the function, and what the function returns. */
  async execute(statement: ClauseElement, parameters?: unknown): Promise<unknown> {
    return this.#executor(statement, parameters);
  }

  /** Calls a function with this engine, as if it were a connection in a transaction. */
  async begin<R>(fn: (runner: StatementRunner) => R | PromiseLike<R>): Promise<R> {
    return fn(this);
  }

  /** This engine, as if it were a connection. */
  async connect(): Promise<this> {
    return this;
  }

  /** @throws InvalidRequestError always: there is no driver */
  execDriverSql(): never {
    throw new InvalidRequestError("A mock engine has no database, so it cannot run SQL of the driver's own or look anything up.");
  }

  getExecutionOptions(): ExecutionOptions {
    return {};
  }

  /** There is nothing to close. */
  async dispose(): Promise<void> {}

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  toString(): string {
    return `MockEngine(${String(this.url)})`;
  }
}

/**
 * Makes an engine without a database, which gives statements to a function: to write the DDL of a schema to a file, say.
 * @param url - names the dialect: `postgresql://`
 * @param executor - called for each statement
 * @param options - options of the dialect, as for `createEngine`
 * @throws ArgumentError, NoSuchModuleError for a URL of no dialect
 * @example
 * const lines: string[] = [];
 * const mock = createMockEngine("postgresql://", (ddl) => lines.push(`${ddl.compile({ dialect: mock }).sql.trim()};`));
 * await metadata.createAll(mock);
 */
export function createMockEngine(url: string | Url, executor: MockExecutor, options: Readonly<Record<string, unknown>> = {}): MockEngine {
  if (typeof executor !== "function")
    throw new ArgumentError("createMockEngine() takes a function that is called for each statement as its second argument.");
  const parsed = makeUrl(url);
  return new MockEngine(parsed, dialectForUrl.call(parsed, options, []), executor);
}
