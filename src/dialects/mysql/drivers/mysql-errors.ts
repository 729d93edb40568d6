import type { DriverErrorInfo, DriverErrorKind } from "../../../engine/driver.ts";

/** Errors that are ours rather than the server's, and errors of connecting, which need more words than the driver has. */
export class MysqlDriverError extends Error {
  readonly kind: DriverErrorKind;
  readonly errno: number | null;
  readonly sqlState: string | null;

  constructor(kind: DriverErrorKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.errno = isServerError(cause) ? cause.errno : null;
    this.sqlState = isServerError(cause) ? cause.sqlState : null;
  }

  override get name(): string {
    return "MysqlDriverError";
  }
}

/** The server ended the connection, without a word that a package would pass on. */
export function connectionLost(): MysqlDriverError {
  return new MysqlDriverError("disconnect", "the connection to the server was lost: the server closed it");
}

/** What the server tells about an error. */
interface ServerError {
  readonly message: string;
  readonly errno: number;
  readonly sqlState: string;
  readonly sqlMessage?: string;
  readonly fatal?: boolean;
}

/** Whether the error came from the server; its number counts then, and never its text, which may hold anything. */
export function isServerError(error: unknown): error is ServerError {
  if (typeof error !== "object" || error === null) return false;
  const { errno, sqlState } = error as Partial<ServerError>;
  return typeof errno === "number" && errno >= 1000 && typeof sqlState === "string";
}

/** The server's number of an error; null for other errors. */
export function errnoOf(error: unknown): number | null {
  return isServerError(error) ? error.errno : null;
}

/** A deadlock: the server has rolled back the whole transaction. */
export const DEADLOCK = 1213;
/** This statement cannot be prepared. */
export const NOT_PREPARABLE = 1295;
/** The prepared statement has to be prepared again, or is unknown. */
export const STALE_STATEMENT: ReadonlySet<number> = new Set([1243, 1615]);
/** A procedure, or a savepoint. */
const NO_SUCH = 1305;
const COMMITTED_BY_ITSELF =
  "a statement that commits by itself (DDL, above all) has ended the transaction since, and its savepoints; what came before it is saved";
const TOO_MANY: ReadonlySet<number> = new Set([1040, 1203, 1226]);

const BY_KIND: Readonly<Partial<Record<DriverErrorKind, readonly number[]>>> = {
  // the server goes away, or has put an end to the connection
  disconnect: [1053, 1080, 1152, 1153, 1154, 1158, 1159, 1160, 1161, 1184, 1927, 2006, 2013, 2014, 2045, 2055, 3168, 3169, 4031],
  serialization: [DEADLOCK, 1020],
  locked: [1205, 3572],
  "query-timeout": [1317, 1969, 3024],
  "read-only": [1290, 1792, 1836, 3100],
  integrity: [1022, 1048, 1062, 1169, 1171, 1215, 1216, 1217, 1364, 1451, 1452, 1557, 1586, 1761, 1762, 1859, 3673, 3819, 4025],
  data: [
    1230, 1231, 1263, 1264, 1265, 1292, 1365, 1366, 1367, 1406, 1411, 1425, 1426, 1427, 1441, 1525, 1690, 3140, 3141, 3156, 3157, 3158,
    4038,
  ],
  "not-supported": [1196, 1235, 1286, 1289, NOT_PREPARABLE],
  programming: [
    1007, 1008, 1049, 1050, 1051, 1052, 1054, 1055, 1056, 1058, 1060, 1061, 1063, 1064, 1065, 1066, 1068, 1071, 1072, 1075, 1090, 1091,
    1102, 1103, 1109, 1110, 1111, 1112, 1113, 1115, 1128, 1136, 1140, 1146, 1149, 1166, 1170, 1210, 1221, 1222, 1227, 1241, 1242, 1248,
    1248, 1273, 1279, 1288, 1304, 1305, 1318, 1327, 1331, 1386, 1442, 1582, 1583, 1584, 1630, 3065, 4161,
  ],
};

const kinds: ReadonlyMap<number, DriverErrorKind> = new Map(
  Object.entries(BY_KIND).flatMap(([kind, numbers]) => numbers.map((number) => [number, kind as DriverErrorKind] as const)),
);

const LOST = new Set([
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ECONNABORTED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "ERR_STREAM_DESTROYED",
  "PROTOCOL_CONNECTION_LOST",
  "PROTOCOL_PACKETS_OUT_OF_ORDER",
]);

/** What the driver mysql2 says itself when there is no connection any more. */
const LOST_TEXTS = new Set([
  "Can't add new command when connection is in closed state",
  "Can't write in closed state",
  "This socket has been ended by the other party",
]);

/** What an error means. */
export function classifyMysqlError(error: unknown): DriverErrorInfo | null {
  if (error instanceof MysqlDriverError) {
    return {
      kind: error.kind,
      message: error.message,
      sqlstate: error.sqlState,
      tooManyConnections: error.errno !== null && TOO_MANY.has(error.errno),
    };
  }
  if (isServerError(error)) return classifyServerError(error);
  if (!(error instanceof Error)) return null;
  const { code, fatal } = error as { code?: unknown; fatal?: unknown };
  if ((typeof code === "string" && LOST.has(code)) || LOST_TEXTS.has(error.message) || fatal === true || error.name === "SqlError") {
    return { kind: "disconnect", message: `the connection to the server was lost: ${error.message}` };
  }
  return null;
}

function classifyServerError(error: ServerError): DriverErrorInfo {
  const { errno, sqlState } = error;
  const told = error.sqlMessage ?? error.message;
  const message = errno === NO_SUCH && told.startsWith("SAVEPOINT ") ? `${told}: ${COMMITTED_BY_ITSELF}` : told;
  // what the packages call fatal is not the end of the connection in all cases: the package mariadb says it of interrupted statements too
  const kind = kinds.get(errno) ?? (error.fatal === true && !TOO_MANY.has(errno) ? "disconnect" : byState(sqlState));
  return {
    kind,
    message: `(${errno}) ${message}`,
    sqlstate: sqlState,
    tooManyConnections: TOO_MANY.has(errno),
    ...(kind === "integrity" ? violated(errno, message) : {}),
  };
}

/** By the class of the SQLSTATE, for numbers that are not known one by one: signals of triggers and procedures, above all. */
function byState(state: string): DriverErrorKind {
  switch (state.slice(0, 2)) {
    case "08":
      return "disconnect";
    case "22":
      return "data";
    case "23":
      return "integrity";
    case "40":
      return "serialization";
    case "42":
      return "programming";
    case "0A":
      return "not-supported";
    default:
      return "operational";
  }
}

interface Violated {
  readonly constraint?: string;
  readonly table?: string;
  readonly column?: string;
}

const unquoted = (name: string): string => name.replaceAll("``", "`");

/** Which constraint it was. The values that the server quotes stand before its name, so it is looked for from the end. */
function violated(errno: number, message: string): Violated {
  switch (errno) {
    case 1022:
    case 1062:
    case 1586: {
      const name = /^.* for key '(.+)'$/s.exec(message)?.[1];
      if (name === undefined) return {};
      // "table.key" since MySQL 8.0.19
      const dot = name.indexOf(".");
      return dot === -1 ? { constraint: name } : { table: name.slice(0, dot), constraint: name.slice(dot + 1) };
    }
    case 1048: {
      const column = /^Column '(.+)' cannot be null$/.exec(message)?.[1];
      return column === undefined ? {} : { column };
    }
    case 1364: {
      const column = /^Field '(.+)' doesn't have a default value$/.exec(message)?.[1];
      return column === undefined ? {} : { column };
    }
    case 1451:
    case 1452: {
      const [, table, constraint, column] =
        /`((?:[^`]|``)+)`, CONSTRAINT `((?:[^`]|``)+)` FOREIGN KEY \((?:`((?:[^`]|``)+)`\))?/.exec(message) ?? [];
      if (table === undefined || constraint === undefined) return {};
      // a key of several columns has none of its own
      return { table: unquoted(table), constraint: unquoted(constraint), ...(column === undefined ? {} : { column: unquoted(column) }) };
    }
    case 3819: {
      const constraint = /^Check constraint '(.+)' is violated/.exec(message)?.[1];
      return constraint === undefined ? {} : { constraint };
    }
    case 4025: {
      const [, constraint, table] = /^CONSTRAINT `(.+)` failed for `(?:[^`]|``)+`\.`((?:[^`]|``)+)`$/.exec(message) ?? [];
      return constraint === undefined || table === undefined
        ? {}
        : { constraint: unquoted(constraint).replace(/^.*`\.`/, ""), table: unquoted(table) };
    }
    default:
      return {};
  }
}
