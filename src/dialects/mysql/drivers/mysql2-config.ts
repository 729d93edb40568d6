import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "mysql2";
import { ArgumentError } from "../../../errors.ts";
import type { ConnectParams } from "../../../engine/driver.ts";

/** Parameters that a URL of MySQL or MariaDB may have. */
export const MYSQL_QUERY: readonly string[] = [
  "charset",
  "connect_timeout",
  "host",
  "pipelining",
  "preparedStatementCacheSize",
  "ssl",
  "ssl_ca",
  "ssl_cert",
  "ssl_check_hostname",
  "ssl_key",
  "unix_socket",
];

/** How many statements each connection keeps prepared, unless the user says so. */
const STATEMENTS = 100;
const CONNECT_TIMEOUT = 10;

/**
 * One round trip, so that sessions are the same whatever the server's defaults are. A mode that is listed twice counts once; NO_BACKSLASH_ESCAPES
 * would change what literals mean, and IGNORE_SPACE would make the names of functions reserved words (the package mariadb always asks for it).
 */
export const SET_UP: string =
  "SET NAMES utf8mb4, time_zone = '+00:00', autocommit = 0, group_concat_max_len = 4294967295, " +
  "sql_mode = CONCAT(REPLACE(REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', ''), 'IGNORE_SPACE', ''), ',STRICT_ALL_TABLES,STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO')";

/** What our own conventions rest on, so that it cannot be had otherwise. */
const OURS: readonly string[] = [
  "bigNumberStrings",
  "charset",
  "dateStrings",
  "decimalNumbers",
  "flags",
  "jsonStrings",
  "multipleStatements",
  "namedPlaceholders",
  "nestTables",
  "queryFormat",
  "rowsAsArray",
  "supportBigNumbers",
  "timezone",
  "typeCast",
];

function option({ url, connectArgs }: ConnectParams, name: string): unknown {
  return connectArgs[name] ?? url.queryValue(name) ?? undefined;
}

function numberOption(params: ConnectParams, name: string, otherwise: number): number {
  const value = option(params, name);
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0) throw new ArgumentError(`${name} is a number, at least 0, not ${String(value)}`);
  return number;
}

/** What a connection is made with. */
export interface MysqlConfig {
  readonly options: ConnectionOptions;
  /** how many statements are kept prepared; 0 for none */
  readonly statements: number;
  /** whether statements may be sent before the answers to those before them have come */
  readonly pipelining: boolean;
}

/** Puts together what the URL and `connectArgs` say. */
export function mysqlConfig(params: ConnectParams): MysqlConfig {
  const { url, connectArgs } = params;
  const {
    preparedStatementCacheSize: _size,
    connect_timeout: _timeout,
    unix_socket: _socket,
    pipelining: _pipelining,
    ...rest
  } = connectArgs;
  for (const name of Object.keys(rest)) {
    if (OURS.includes(name)) throw new ArgumentError(`connectArgs cannot set "${name}" of mysql2: the types rest on it being as it is`);
  }
  const charset = option(params, "charset");
  if (charset !== undefined && String(charset).toLowerCase() !== "utf8mb4") {
    throw new ArgumentError(`the character set of connections is utf8mb4, which holds all text; "${String(charset)}" does not`);
  }
  const statements = numberOption(params, "preparedStatementCacheSize", STATEMENTS);
  const options: ConnectionOptions = {
    connectTimeout: numberOption(params, "connect_timeout", CONNECT_TIMEOUT) * 1000,
    enableKeepAlive: true,
    maxPreparedStatements: Math.max(statements, 1),
  };
  const socket = option(params, "unix_socket");
  if (socket === undefined) {
    options.host = url.host ?? (option(params, "host") as string | undefined) ?? "localhost";
    options.port = url.port ?? 3306;
  } else {
    options.socketPath = String(socket);
  }
  if (url.username !== null) options.user = url.username;
  if (url.password !== null) options.password = url.password;
  if (url.database !== null) options.database = url.database;
  const ssl = sslOptions(params);
  if (ssl !== undefined) options.ssl = ssl;
  return {
    options: {
      ...options,
      ...(rest as ConnectionOptions),
      charset: "utf8mb4",
      timezone: "Z",
      rowsAsArray: true,
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      decimalNumbers: false,
      jsonStrings: true,
      multipleStatements: false,
      namedPlaceholders: false,
      typeCast: true,
      // IGNORE_SPACE would make the names of all functions reserved words, ODBC changes what IS NULL means
      flags: ["+FOUND_ROWS", "-IGNORE_SPACE", "-ODBC", "-LOCAL_FILES"],
    },
    statements,
    pipelining: connectArgs["pipelining"] !== false && flag(params, "pipelining") !== false,
  };
}

function flag(params: ConnectParams, name: string): boolean | undefined {
  const value = params.url.queryValue(name);
  if (value === null) return undefined;
  if (!["true", "false", "1", "0"].includes(value)) throw new ArgumentError(`${name} is "true" or "false", not "${value}"`);
  return value === "true" || value === "1";
}

function sslOptions(params: ConnectParams): Exclude<ConnectionOptions["ssl"], string> {
  const wanted = flag(params, "ssl");
  const file = (name: string): string | undefined => {
    const path = params.url.queryValue(name);
    return path === null ? undefined : readFileSync(path, "utf8");
  };
  const [ca, cert, key] = [file("ssl_ca"), file("ssl_cert"), file("ssl_key")];
  const checkHostname = flag(params, "ssl_check_hostname");
  const isNamed = ca !== undefined || cert !== undefined || key !== undefined || checkHostname !== undefined;
  if (wanted === false) {
    if (isNamed) throw new ArgumentError('the URL says "ssl=false" and yet how to encrypt; leave one of them out');
    return undefined;
  }
  if (wanted === undefined && !isNamed) return undefined;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    rejectUnauthorized: true,
    verifyIdentity: checkHostname !== false,
  };
}
