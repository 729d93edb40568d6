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
}

export class FaultyConnection implements DriverConnection {
  readonly raw = this;
  readonly driver: FaultyDriver;
  inTransaction: boolean | "failed" = false;
  isClosed = false;
  onLost: ((error: unknown) => void) | null = null;

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
    await this.#call("execute");
    this.driver.sql.push(sql);
    return { columns: ["x"], rows: [[1]], rowCount: 1, lastInsertId: null, command: null };
  }

  async executeMany(sql: string, rows: readonly unknown[]): Promise<DriverResult> {
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
    await this.driver._call("close", this);
  }
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
