import { ArgumentError, NoSuchModuleError } from "../errors.ts";
import { dialectForUrl } from "../engine/create-engine.ts";
import type { Dialect } from "../engine/dialect.ts";
import type { Driver } from "../engine/driver.ts";
import { dialectByName, type SqlDialect } from "../sql/base/sql-dialect.ts";
import { STRING_DIALECT } from "../sql/compiler/string-dialect.ts";
import { didYouMean } from "../util/text.ts";
import { MysqlDialect } from "./mysql/dialect.ts";
import { mariadbDriver } from "./mysql/drivers/mariadb.ts";
import { mysql2Driver } from "./mysql/drivers/mysql2.ts";
import { MariadbDialect } from "./mysql/mariadb.ts";
import { PostgresqlDialect } from "./postgresql/dialect.ts";
import { pgDriver } from "./postgresql/drivers/pg.ts";
import { pgliteDriver } from "./postgresql/drivers/pglite.ts";
import { postgresDriver } from "./postgresql/drivers/postgres.ts";
import { SqliteDialect } from "./sqlite/dialect.ts";
import { betterSqlite3Driver } from "./sqlite/drivers/better-sqlite3.ts";
import { libsqlDriver } from "./sqlite/drivers/libsql.ts";
import { nodeSqliteDriver } from "./sqlite/drivers/node-sqlite.ts";

/** A dialect that can be named in URLs, and its drivers. */
export interface DialectEntry {
  /** the names in URLs before the plus sign */
  readonly names: readonly string[];
  /** by their names in URLs after the plus sign; the first is used where none is named */
  readonly drivers: Readonly<Record<string, () => Driver>>;
  /** options of `createEngine` that the dialect takes */
  readonly options: readonly string[];
  make(driver: Driver, options: Readonly<Record<string, unknown>>): Dialect;
  /** the dialect as it renders statements when nothing is connected */
  unconnected(): SqlDialect;
}

const entries: DialectEntry[] = [];

/**
 * Makes a dialect known to `createEngine`, so that dialects can live outside of this package.
 * @throws ArgumentError when a name is taken
 */
export function registerDialect(entry: DialectEntry): void {
  for (const name of entry.names) {
    if (entries.some(({ names }) => names.includes(name))) throw new ArgumentError(`there is a dialect "${name}" already`);
  }
  entries.push(entry);
}

const knownNames = (): string[] =>
  entries.flatMap(({ names, drivers }) => names.flatMap((name) => [name, ...Object.keys(drivers).map((driver) => `${name}+${driver}`)]));

const named = new Map<string, SqlDialect>([["default", STRING_DIALECT]]);

dialectByName.fill((name) => {
  const known = named.get(name);
  if (known) return known;
  const entry = entries.find(({ names }) => names.includes(name));
  if (!entry) throw noSuchDialect(name);
  const dialect = entry.unconnected();
  named.set(name, dialect);
  return dialect;
});

dialectForUrl.fill((url, options, commonOptions) => {
  const entry = entries.find(({ names }) => names.includes(url.backendName));
  if (!entry) throw noSuchDialect(url.drivername);
  const driverName = url.driverName ?? Object.keys(entry.drivers)[0]!;
  const makeDriver = Object.hasOwn(entry.drivers, driverName) ? entry.drivers[driverName] : undefined;
  if (!makeDriver) {
    throw new NoSuchModuleError(
      `${url.backendName} has no driver "${driverName}".${didYouMean(driverName, Object.keys(entry.drivers))} It has: ${Object.keys(entry.drivers).join(", ")}`,
    );
  }
  for (const name of Object.keys(options)) {
    if (entry.options.includes(name)) continue;
    const known = [...commonOptions, ...entry.options];
    throw new ArgumentError(
      `createEngine() knows no option "${name}" for ${url.backendName}.${didYouMean(name, known)} Known are: ${known.join(", ")}`,
    );
  }
  return entry.make(makeDriver(), options);
});

function noSuchDialect(name: string): NoSuchModuleError {
  const known = knownNames();
  return new NoSuchModuleError(`there is no dialect "${name}".${didYouMean(name, known)} Known are: ${known.join(", ")}`);
}

registerDialect({
  names: ["sqlite"],
  drivers: { "node-sqlite": () => nodeSqliteDriver, "better-sqlite3": () => betterSqlite3Driver, libsql: () => libsqlDriver },
  options: ["sqliteBegin"],
  make: (driver, options) => new SqliteDialect(driver, options),
  unconnected: () => SqliteDialect.unconnected(),
});

registerDialect({
  names: ["postgresql", "postgres"],
  drivers: { pg: () => pgDriver, postgresjs: () => postgresDriver, pglite: () => pgliteDriver },
  options: [],
  make: (driver) => new PostgresqlDialect(driver),
  unconnected: () => PostgresqlDialect.unconnected(),
});

registerDialect({
  names: ["mysql"],
  drivers: { mysql2: () => mysql2Driver, mariadb: () => mariadbDriver },
  options: [],
  make: (driver) => new MysqlDialect(driver),
  unconnected: () => MysqlDialect.unconnected(),
});

registerDialect({
  names: ["mariadb"],
  drivers: { mysql2: () => mysql2Driver, mariadb: () => mariadbDriver },
  options: [],
  make: (driver) => new MariadbDialect(driver),
  unconnected: () => MariadbDialect.unconnected(),
});
