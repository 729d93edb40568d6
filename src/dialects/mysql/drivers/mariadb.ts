import { Socket } from "node:net";
import type * as MariadbModule from "mariadb";
import type { Connection, ConnectionConfig } from "mariadb";
import type { ConnectionOptions } from "mysql2";
import { NoDBAPILoaded } from "../../../errors.ts";
import type { ConnectParams, Driver, DriverConnection, DriverErrorInfo } from "../../../engine/driver.ts";
import { MariadbTransport } from "./mariadb-transport.ts";
import { MysqlConnection } from "./mysql-connection.ts";
import { classifyMysqlError, isServerError, MysqlDriverError } from "./mysql-errors.ts";
import { mysqlConfig, SET_UP } from "./mysql2-config.ts";

type Mariadb = typeof MariadbModule;

let loaded: Promise<Mariadb> | null = null;

function load(): Promise<Mariadb> {
  loaded ??= import("mariadb").then(
    (module) => (module as unknown as { default?: Mariadb }).default ?? (module as unknown as Mariadb),
    (error: unknown) => {
      loaded = null;
      throw new NoDBAPILoaded(
        "the driver of mariadb+mariadb:// and mysql+mariadb:// is the package mariadb, which is not installed: npm install mariadb",
        {
          cause: error,
        },
      );
    },
  );
  return loaded;
}

/** What the URL says, in the words of this package: the options of both have the same meaning, and mostly the same names. */
function configOf(options: ConnectionOptions, statements: number, opened: (socket: Socket) => void): ConnectionConfig {
  const { host = "localhost", port = 3306, socketPath, user, password, database, ssl, connectTimeout } = options;
  return {
    ...(socketPath === undefined ? { host, port } : { socketPath }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    ...(ssl === undefined ? {} : { ssl: ssl as object }),
    connectTimeout: connectTimeout ?? 10_000,
    keepAliveDelay: 10_000,
    // as all drivers of this dialect give values
    rowsAsArray: true,
    metaAsArray: true,
    dateStrings: true,
    bigIntAsNumber: false,
    insertIdAsNumber: false,
    decimalAsNumber: false,
    autoJsonMap: false,
    timezone: "Z",
    foundRows: true,
    multipleStatements: false,
    logParam: false,
    allowPublicKeyRetrieval: true,
    prepareCacheLength: Math.max(statements, 1),
    typeCast: (column, next) => (column.type === "GEOMETRY" ? column.buffer() : next()),
    // one's own, so that an idle connection need not keep the process alive
    stream: (callback) => {
      const socket = new Socket();
      socket.setNoDelay(true);
      opened(socket);
      if (socketPath === undefined) socket.connect(port, host);
      else socket.connect(socketPath);
      (callback as unknown as (error: null, socket: Socket) => void)(null, socket);
    },
  };
}

async function connect(params: ConnectParams): Promise<DriverConnection> {
  const mariadb = await load();
  const { options, statements, pipelining } = mysqlConfig(params);
  let socket: Socket | null = null;
  const config = configOf(options, statements, (one) => (socket = one));
  let raw: Connection;
  try {
    raw = await mariadb.createConnection(config);
  } catch (error) {
    (socket as Socket | null)?.destroy();
    throw connectError(error, options);
  }
  const transport = new MariadbTransport(raw, socket!, () =>
    killQuery(
      mariadb,
      configOf(options, 0, () => undefined),
      raw,
    ),
  );
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
  const { sqlMessage, message } = error as { readonly sqlMessage?: string; readonly message: string };
  const hint =
    isServerError(error) && !message.includes("ECONNREFUSED") ? "" : ". Is the server running, and does it take connections there?";
  return new MysqlDriverError("operational", `could not connect to ${where}: ${sqlMessage ?? message}${hint}`, error);
}

/** The server is told over a connection of its own. */
async function killQuery(mariadb: Mariadb, config: ConnectionConfig, raw: Connection): Promise<void> {
  try {
    const other = await mariadb.createConnection(config);
    await other.query(`KILL QUERY ${Number(raw.threadId)}`);
    await other.end();
  } catch {
    // the statement goes on, and whoever waits for it has given up already
  }
}

/** MySQL and MariaDB by the package mariadb: https://github.com/mariadb-corporation/mariadb-connector-nodejs */
export const mariadbDriver: Driver = {
  name: "mariadb",
  connect,
  classifyError(error: unknown): DriverErrorInfo | null {
    return classifyMysqlError(error);
  },
};
