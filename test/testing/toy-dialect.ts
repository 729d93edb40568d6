// A dialect as a third party would write it, with nothing but the public interface: "toy", a database of its own kind that happens to be kept
// by SQLite. It writes names in square brackets, has no RETURNING, no several rows in VALUES, no RECURSIVE and no window functions.
import {
  type BinaryExpression,
  type ClauseElement,
  type ColumnElement,
  CompileError,
  DdlCompiler,
  DefaultDialect,
  type Driver,
  type DriverConnection,
  type Extract,
  type Function as SqlFunction,
  IdentifierPreparer,
  type PoolKind,
  registerDialect,
  type SchemaInventory,
  type SqlDialect,
  SqlCompiler,
  type StatementRunner,
  TypeCompiler,
  type TypeEngine,
  type Url,
  type VisitOptions,
} from "athanor";
import { nodeSqliteDriver, SqliteDialect } from "athanor/sqlite";

class ToyPreparer extends IdentifierPreparer {
  override readonly initialQuote = "[";
  override readonly finalQuote = "]";
}

const EXTRACT: Readonly<Record<string, string>> = { year: "%Y", month: "%m", day: "%d", hour: "%H", minute: "%M", second: "%S" };

class ToyCompiler extends SqlCompiler {
  override visitTruedivBinary(binary: BinaryExpression<unknown>, _operator: unknown, options: VisitOptions): string {
    return `${this.process(binary.left, options)} * 1.0 / ${this.process(binary.right, options)}`;
  }

  // method names are those of the operators and functions: there are more of them than the base class has
  visitBitwiseXorOpBinary(binary: BinaryExpression<unknown>, _operator: unknown, options: VisitOptions): string {
    const [left, right] = [this.process(binary.left, options), this.process(binary.right, options)];
    return `((${left} | ${right}) - (${left} & ${right}))`;
  }

  visitCharLengthFunc(fn: SqlFunction<unknown>, options: VisitOptions): string {
    return `length${this.functionArgspec(fn, options)}`;
  }

  visitNowFunc(): string {
    return "CURRENT_TIMESTAMP";
  }

  visitLocaltimestampFunc(): string {
    return "CURRENT_TIMESTAMP";
  }

  override visitAggregateStringsFunc(fn: SqlFunction<unknown>, options: VisitOptions): string {
    return this.aggregateStrings(fn, "group_concat", options);
  }

  override visitExtract(extract: Extract, options: VisitOptions): string {
    const format = EXTRACT[extract.field];
    if (format === undefined) throw new CompileError(`toy has no field "${extract.field}" of dates.`);
    return `CAST(STRFTIME('${format}', ${this.process(extract.expr, options)}) AS INTEGER)`;
  }

  override visitOver(): string {
    return this.unsupported("window functions");
  }

  override forUpdateClause(): string {
    return "";
  }

  override updateFromClause(...args: Parameters<SqlCompiler["updateFromClause"]>): string {
    return `FROM ${this.fromList(args[2], args[3])}`;
  }
}

class ToyTypeCompiler extends TypeCompiler {
  override visitString(): string {
    return "TEXT";
  }
}

class ToyInventory implements SchemaInventory {
  readonly #runner: StatementRunner;
  constructor(runner: StatementRunner) {
    this.#runner = runner;
  }
  async hasTables(names: readonly string[]): Promise<Set<string>> {
    const rows = await this.#runner.execDriverSql("SELECT name FROM sqlite_master").all();
    const there = new Set(rows.map(([name]) => String(name)));
    return new Set(names.filter((name) => there.has(name)));
  }
  async hasTable(name: string): Promise<boolean> {
    return (await this.hasTables([name])).has(name);
  }
  hasIndex(_table: string, name: string): Promise<boolean> {
    return this.hasTable(name);
  }
  hasSequence(): Promise<boolean> {
    return Promise.resolve(false);
  }
  hasType(): Promise<boolean> {
    return Promise.resolve(false);
  }
  hasTrigger(_table: string, name: string): Promise<boolean> {
    return this.hasTable(name);
  }
  hasRoutine(): Promise<boolean> {
    return Promise.resolve(false);
  }
  beforeCircularDrop(): Promise<void> {
    return Promise.resolve();
  }
}

/** How values are stored is SQLite's affair. */
const storage = new SqliteDialect();

export class ToyDialect extends DefaultDialect {
  override readonly name = "toy";
  override readonly driver: Driver;
  override readonly statementCompiler: SqlDialect["statementCompiler"] = ToyCompiler;
  override readonly ddlCompiler: SqlDialect["ddlCompiler"] = DdlCompiler;
  override readonly typeCompiler: TypeCompiler = new ToyTypeCompiler(this);
  override readonly identifierPreparer: IdentifierPreparer = new ToyPreparer();
  override readonly isolationLevels: readonly string[] = ["SERIALIZABLE", "AUTOCOMMIT"];
  override readonly defaultIsolationLevel = "SERIALIZABLE";

  override readonly supportsAlter = false;
  override readonly supportsSchemas = false;
  override readonly supportsDefaultValues = true;
  override readonly supportsEmptyInsert = false;
  override readonly tupleInValues = true;
  override readonly enforcesSizes = false;

  constructor(driver: Driver) {
    super();
    this.driver = driver;
  }

  override poolKind(url: Url): PoolKind {
    return url.database === null ? "static" : "queue";
  }

  override initialize(connection: DriverConnection): void {
    void connection;
    this.serverVersionInfo = [1, 0];
  }

  override getIsolationLevel(): string {
    return "SERIALIZABLE";
  }

  override adaptType<V>(type: TypeEngine<V>): TypeEngine<V> {
    return storage.adaptType(type);
  }

  override inventory(runner: StatementRunner): SchemaInventory {
    return new ToyInventory(runner);
  }
}

/** What a statement reads like in the tests below. */
export const inToy = (element: ClauseElement | ColumnElement<unknown>): string =>
  element.compile({ dialect: "toy" }).sql.replaceAll(/\s+/g, " ");

registerDialect({
  names: ["toy"],
  drivers: { box: () => nodeSqliteDriver },
  options: ["toySize"],
  make: (driver) => new ToyDialect(driver),
  unconnected: () => new ToyDialect(nodeSqliteDriver),
});
