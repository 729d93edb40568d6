import { Socket } from "node:net";
import type * as PostgresModule from "postgres";
import type { Options, Sql } from "postgres";
import { NoDBAPILoaded } from "../../../errors.ts";
import type { ConnectParams, Driver, DriverConnection, DriverErrorInfo } from "../../../engine/driver.ts";
import { cancelRequest } from "./cancel-request.ts";
import { clientConfig, numberOption, type PgConfig } from "./pg-config.ts";
import { DEFAULT_STATEMENTS } from "./postgres-connection.ts";
import { classifyPostgresError, PostgresDriverError, sqlstateOf } from "./postgres-errors.ts";
import { PostgresJsConnection } from "./postgres-js-connection.ts";

type Postgres = typeof PostgresModule.default;

let loaded: Promise<Postgres> | null = null;

function load(): Promise<Postgres> {
  loaded ??= import("postgres").then(
    (module) => module.default,
    (error: unknown) => {
      loaded = null;
      throw new NoDBAPILoaded(
        "the driver of postgresql+postgresjs:// is the package postgres, which is not installed: npm install postgres",
        { cause: error },
      );
    },
  );
  return loaded;
}

/** Values go out and come back as text, so that types do not depend on drivers. */
const asText = (
  ...oids: readonly number[]
): { to: number; from: number[]; serialize: (value: unknown) => unknown; parse: (text: string) => unknown } => ({
  to: oids[0]!,
  from: [...oids],
  serialize: (value) => value,
  parse: (text) => text,
});

/** All types that the package would make something else of. */
const TYPES = {
  string: asText(25),
  number: asText(21, 20, 23, 26, 700, 701),
  bigint: asText(20),
  json: asText(114, 3802),
  jsonb: asText(3802),
  boolean: asText(16),
  date: asText(1184, 1082, 1114),
  timestamp: asText(1114),
  day: asText(1082),
  bytea: asText(17),
  smallint: asText(21),
  integer: asText(23),
  oid: asText(26),
  real: asText(700),
};

function open(config: PgConfig): Promise<Socket> {
  const socket = new Socket();
  const { host = "localhost", port = 5432 } = config;
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => failed(new Error("timeout expired")), config.connectionTimeoutMillis ?? 0);
    socket.once("error", failed);
    socket.once("close", () => clearTimeout(timer));
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", failed);
      resolve(socket);
    });
    socket.setNoDelay(true);
    if (host.startsWith("/")) socket.connect(`${host}/.s.PGSQL.${port}`);
    else socket.connect(port, host);
  });
}

/** What a connection is made with, in the package's words. */
function optionsOf(config: PgConfig, socket: () => Promise<Socket>): Options<typeof TYPES> {
  const settings: Record<string, string | number> = {};
  if (config.application_name !== undefined) settings["application_name"] = config.application_name;
  for (const name of ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"] as const) {
    const value = config[name];
    if (typeof value === "number") settings[name] = value;
  }
  if (config.options !== undefined) settings["options"] = config.options;
  return {
    max: 1,
    fetch_types: false,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: (config.connectionTimeoutMillis ?? 0) / 1000,
    onnotice: () => undefined,
    types: TYPES,
    connection: settings as never,
    ...(config.user === undefined ? {} : { username: config.user }),
    ...(config.password === undefined ? {} : { password: config.password as string }),
    ...(config.database === undefined ? {} : { database: config.database }),
    ...(config.ssl === undefined || config.ssl === false ? {} : { ssl: config.ssl as object }),
    // it takes this one, which its types do not tell
    ...({ socket } as object),
  };
}

async function connect(params: ConnectParams): Promise<DriverConnection> {
  const postgres = await load();
  const config = clientConfig(params);
  const sockets: Socket[] = [];
  const socket = async (): Promise<Socket> => {
    // it would connect anew by itself: in the middle of a transaction nobody would notice
    if (sockets.length > 0) throw new PostgresDriverError("disconnect", "the connection to the server was lost");
    const opened = await open(config);
    sockets.push(opened);
    return opened;
  };
  let sql: Sql;
  let key: { readonly pid: number; readonly secret: number };
  try {
    sql = postgres(optionsOf(config, socket) as never) as unknown as Sql;
    const first = sql.unsafe("SELECT 1").simple();
    await first;
    // the package's own way of cancelling would need another socket of us, and does not say when it is through
    key = (first as unknown as { readonly state: typeof key }).state;
  } catch (error) {
    sockets[0]?.destroy();
    throw connectError(error, config);
  }
  const statements = numberOption(params, "preparedStatementCacheSize") ?? DEFAULT_STATEMENTS;
  return new PostgresJsConnection(sql, sockets[0]!, statements, () => cancelRequest(config, key));
}

/** What went wrong while connecting, with the address and never with the password. */
function connectError(error: unknown, config: PgConfig): Error {
  const where = config.host?.startsWith("/") ? `the socket in ${config.host}` : `${config.host ?? "localhost"}:${config.port ?? 5432}`;
  const reasons =
    error instanceof AggregateError ? [...new Set(error.errors.map((one: Error) => one.message))].join("; ") : (error as Error).message;
  const hint = sqlstateOf(error) === null ? ". Is the server running, and does it take connections there?" : "";
  return new PostgresDriverError("operational", `could not connect to ${where}: ${reasons}${hint}`, error);
}

/** PostgreSQL by the package postgres: https://github.com/porsager/postgres */
export const postgresDriver: Driver = {
  name: "postgresjs",
  connect,
  classifyError(error: unknown): DriverErrorInfo | null {
    return classifyPostgresError(error);
  },
};
