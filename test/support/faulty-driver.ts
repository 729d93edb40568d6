import { SqliteDialect } from "../../src/dialects/sqlite/dialect.ts";
import { assemble, type EngineOptions } from "../../src/engine/create-engine.ts";
import type { BeginOptions, Driver, DriverConnection, DriverErrorInfo, DriverResult } from "../../src/engine/driver.ts";
import type { PoolKind } from "../../src/engine/dialect.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { makeUrl } from "../../src/engine/url.ts";
import "../../src/sql/compiler/compile.ts";

/** An error of the fake database. */
export class FakeError extends Error {
  readonly kind: DriverErrorInfo["kind"];
  readonly tooMany: boolean;
  constructor(message: string, kind: DriverErrorInfo["kind"] = "operational", tooMany = false) {
    super(message);
    this.kind = kind;
    this.tooMany = tooMany;
  }
}

export type Call = "connect" | "ping" | "begin" | "execute" | "commit" | "rollback" | "close";

/** A database that keeps nothing but account of what was asked of it, and fails where it is told to. */
export class FaultyDriver implements Driver {
  readonly name = "faulty";
  readonly calls: Call[] = [];
  readonly sql: string[] = [];
  readonly connections: FaultyConnection[] = [];
  /** called before every call; it may throw, or wait */
  before: (call: Call, n: number, connection: FaultyConnection | null) => void | Promise<void> = () => undefined;

  async _call(call: Call, connection: FaultyConnection | null): Promise<void> {
    this.calls.push(call);
    await this.before(call, this.calls.length, connection);
  }

  async connect(): Promise<DriverConnection> {
    await this._call("connect", null);
    const connection = new FaultyConnection(this);
    this.connections.push(connection);
    return connection;
  }

  classifyError(error: unknown): DriverErrorInfo | null {
    return error instanceof FakeError ? { kind: error.kind, message: error.message, tooManyConnections: error.tooMany } : null;
  }

  get open(): number {
    return this.connections.filter(({ isClosed }) => !isClosed).length;
  }

  /** For `before`: a call that never comes back, unless its connection is closed. */
  hang(connection: FaultyConnection | null): Promise<never> {
    this.hanging += 1;
    return new Promise((_resolve, reject) => connection?._whenClosed.push(reject));
  }
  /** how many calls have hung */
  hanging = 0;
  /** the statement that is about to be run */
  next = "";
}

export class FaultyConnection implements DriverConnection {
  readonly raw = this;
  readonly driver: FaultyDriver;
  inTransaction: boolean | "failed" = false;
  isClosed = false;
  onLost: ((error: unknown) => void) | null = null;
  /** told when somebody closes it */
  readonly _whenClosed: ((error: unknown) => void)[] = [];
  /** as a driver that can ask its server to stop has it; it ends what hangs */
  cancel?: () => void | Promise<void>;

  constructor(driver: FaultyDriver) {
    this.driver = driver;
  }

  async #call(call: Call): Promise<void> {
    if (this.isClosed) throw new FakeError("the connection is gone", "disconnect");
    try {
      await this.driver._call(call, this);
    } catch (error) {
      if (error instanceof FakeError && error.kind === "disconnect") {
        this.isClosed = true;
        this.inTransaction = false;
      }
      throw error;
    }
  }

  /** The server ends the connection by itself. */
  die(): void {
    this.isClosed = true;
    this.inTransaction = false;
    this.onLost?.(new FakeError("the server ended the connection", "disconnect"));
  }

  async exec(sql: string): Promise<void> {
    this.driver.sql.push(sql);
  }

  async execute(sql: string): Promise<DriverResult> {
    this.driver.next = sql;
    await this.#call("execute");
    this.driver.sql.push(sql);
    return { columns: ["x"], rows: [[1]], rowCount: 1, lastInsertId: null, command: null };
  }

  async executeMany(sql: string, rows: readonly unknown[]): Promise<DriverResult> {
    this.driver.next = sql;
    await this.#call("execute");
    this.driver.sql.push(sql);
    return { columns: [], rows: [], rowCount: rows.length, lastInsertId: null, command: null };
  }

  async begin(_options: BeginOptions): Promise<void> {
    await this.#call("begin");
    this.inTransaction = true;
  }

  async commit(): Promise<void> {
    await this.#call("commit");
    this.inTransaction = false;
  }

  async rollback(): Promise<void> {
    await this.#call("rollback");
    this.inTransaction = false;
  }

  async ping(): Promise<void> {
    await this.#call("ping");
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.inTransaction = false;
    for (const tell of this._whenClosed.splice(0)) tell(new FakeError("the connection was closed", "disconnect"));
    await this.driver._call("close", this);
  }
}

/** What happens to the n-th call: an error, a connection that is lost, or nothing at all. */
export type Fault = "operational" | "disconnect" | "hang";

/** One run of the loop, as the checks after it see it. */
export interface FaultyRun {
  readonly n: number;
  readonly driver: FaultyDriver;
  readonly engine: Engine;
  /** what the call was that failed; null when the script was over before */
  readonly failed: Call | null;
  /** what the script threw, or null */
  readonly error: unknown;
}

/**
 * Runs a script again and again, and each time lets another call of the driver fail: the first, the second, … until the script is through
 * before the call comes. After SQLite's tests of anomalies: https://www.sqlite.org/testing.html
 * @param applies - whether a call can be the one that fails
 * @returns how many calls the script makes when nothing fails
 */
export async function forEachFailingCall(
  fault: Fault,
  options: EngineOptions,
  script: (engine: Engine, driver: FaultyDriver) => Promise<unknown>,
  check: (run: FaultyRun) => unknown,
  applies: (call: Call, driver: FaultyDriver) => boolean = () => true,
): Promise<number> {
  for (let n = 1; n < 1000; n++) {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { logger: () => undefined, ...options });
    let failed: Call | null = null;
    driver.before = (call, i, connection) => {
      if (i !== n || !applies(call, driver)) return undefined;
      failed = call;
      if (fault === "hang") return driver.hang(connection);
      throw new FakeError(`call ${n} failed`, fault);
    };
    const error = await script(engine, driver).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    const isThrough = driver.calls.length < n;
    await check({ n, driver, engine, failed, error });
    if (isThrough) return n - 1;
  }
  throw new Error("the script does not end");
}

/** SQLite's way of writing, without a database. */
class FaultyDialect extends SqliteDialect {
  override poolKind(): PoolKind {
    return "queue";
  }
  override initialize(): void {}
}

export function faultyEngine(driver: FaultyDriver, options: EngineOptions = {}): Engine {
  return assemble(makeUrl("sqlite://"), new FaultyDialect(driver), options);
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
