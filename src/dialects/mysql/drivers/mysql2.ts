import type * as Mysql2Module from "mysql2";
import type { Connection, ConnectionOptions } from "mysql2";
import { NoDBAPILoaded } from "../../../errors.ts";
import type { ConnectParams, Driver, DriverConnection, DriverErrorInfo } from "../../../engine/driver.ts";
import { MysqlConnection } from "./mysql-connection.ts";
import { classifyMysqlError, isServerError, MysqlDriverError } from "./mysql-errors.ts";
import { mysqlConfig, SET_UP } from "./mysql2-config.ts";
import { Mysql2Transport } from "./mysql2-transport.ts";

type Mysql2 = typeof Mysql2Module;

let loaded: Promise<Mysql2> | null = null;

function load(): Promise<Mysql2> {
  loaded ??= import("mysql2").then(
    (module) => {
      const mysql2 = (module as unknown as { default?: Mysql2 }).default ?? (module as unknown as Mysql2);
      if (mysql2.TypedParameter === undefined) {
        loaded = null;
        throw new NoDBAPILoaded("the installed version of mysql2 cannot say the types of parameters: npm install mysql2@latest");
      }
      return mysql2;
    },
    (error: unknown) => {
      loaded = null;
      throw new NoDBAPILoaded("the driver of mysql:// and mariadb:// is the package mysql2, which is not installed: npm install mysql2", {
        cause: error,
      });
    },
  );
  return loaded;
}

function opened(mysql2: Mysql2, options: ConnectionOptions): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const connection = mysql2.createConnection(options);
    connection.once("error", reject);
    connection.once("connect", () => {
      connection.off("error", reject);
      resolve(connection);
    });
  });
}

async function connect(params: ConnectParams): Promise<DriverConnection> {
  const mysql2 = await load();
  const { options, statements, pipelining } = mysqlConfig(params);
  let raw: Connection;
  try {
    raw = await opened(mysql2, options);
  } catch (error) {
    throw connectError(error, options);
  }
  const transport = new Mysql2Transport(raw, mysql2.TypedParameter, () => killQuery(mysql2, options, raw));
  const connection = new MysqlConnection(transport, statements, pipelining);
  try {
    await connection.ask(SET_UP);
  } catch (error) {
    await connection.close();
    throw connectError(error, options);
  }
  return connection;
}

/** What went wrong while connecting, with the address and never with the password. */
function connectError(error: unknown, options: ConnectionOptions): Error {
  const where = options.socketPath ?? `${options.host ?? "localhost"}:${options.port ?? 3306}`;
  const reasons =
    error instanceof AggregateError ? [...new Set(error.errors.map((one: Error) => one.message))].join("; ") : (error as Error).message;
  const hint = isServerError(error) ? "" : ". Is the server running, and does it take connections there?";
  return new MysqlDriverError("operational", `could not connect to ${where}: ${reasons}${hint}`, error);
}

/** The server is told over a connection of its own. */
async function killQuery(mysql2: Mysql2, options: ConnectionOptions, raw: Connection): Promise<void> {
  try {
    const other = await opened(mysql2, options);
    other.on("error", () => undefined);
    await new Promise<void>((resolve) => other.query({ sql: `KILL QUERY ${Number(raw.threadId)}` }, () => resolve()));
    other.end();
  } catch {
    // the statement goes on, and whoever waits for it has given up already
  }
}

/** MySQL and MariaDB by the package mysql2: https://sidorares.github.io/node-mysql2/docs */
export const mysql2Driver: Driver = {
  name: "mysql2",
  connect,
  classifyError(error: unknown): DriverErrorInfo | null {
    return classifyMysqlError(error);
  },
};
