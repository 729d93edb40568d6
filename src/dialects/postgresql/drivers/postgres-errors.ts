import type { DriverErrorInfo, DriverErrorKind } from "../../../engine/driver.ts";

/** Errors that are ours rather than the server's, and errors of connecting, which need more words than the driver has. */
export class PostgresDriverError extends Error {
  readonly kind: DriverErrorKind;
  readonly sqlstate: string | null;

  constructor(kind: DriverErrorKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.sqlstate = sqlstateOf(cause);
  }

  override get name(): string {
    return "PostgresDriverError";
  }
}

/** The encoding in which packages send all text, whatever the session is told. */
export const ENCODING = "UTF8";

/** What gives a session back the encoding that it has to have. */
export const SET_ENCODING: string = `SET client_encoding = '${ENCODING}'`;

/** A session that takes our UTF-8 for something else would read other characters, and may find the end of a string where there is none. */
export function foreignEncoding(told: string): PostgresDriverError {
  return new PostgresDriverError(
    "not-supported",
    `the client_encoding of connections is ${ENCODING}, which holds all text: that the session was told to use ${told} has been taken back`,
  );
}

/** What the server tells about an error; both drivers give it these names. */
interface ServerError {
  readonly message: string;
  readonly severity: string;
  readonly code: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly where?: string | undefined;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly constraint?: string | undefined;
}

/** Whether the error came from the server; only its code counts then, never its text, which may hold anything. */
export function isServerError(error: unknown): error is ServerError {
  if (typeof error !== "object" || error === null) return false;
  const { severity, code } = error as Partial<ServerError>;
  return typeof severity === "string" && typeof code === "string" && code.length === 5;
}

/** Whether the server ends the connection with this error. */
export function isFatal(error: unknown): boolean {
  return isServerError(error) && (error.severity === "FATAL" || error.severity === "PANIC");
}

export function sqlstateOf(error: unknown): string | null {
  return isServerError(error) ? error.code : null;
}

/** Codes that say more than their class (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const byCode: Readonly<Record<string, DriverErrorKind>> = {
  "08000": "disconnect",
  "08003": "disconnect",
  "08006": "disconnect",
  "25006": "read-only",
  "25P03": "disconnect",
  "40001": "serialization",
  "40P01": "serialization",
  "40002": "integrity",
  "55P03": "locked",
  "57014": "query-timeout",
  "57P01": "disconnect",
  "57P02": "disconnect",
  "57P03": "disconnect",
  "57P04": "disconnect",
  "57P05": "disconnect",
};

const byClass: Readonly<Record<string, DriverErrorKind>> = {
  "0A": "not-supported",
  "20": "programming",
  "21": "programming",
  "22": "data",
  "23": "integrity",
  "24": "internal",
  "25": "internal",
  "2B": "internal",
  "2D": "internal",
  "2F": "internal",
  "38": "internal",
  "39": "internal",
  "3B": "internal",
  "3D": "programming",
  "3F": "programming",
  "42": "programming",
  "44": "programming",
  F0: "internal",
  P0: "internal",
  XX: "internal",
};

const LOST = new Set([
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ECONNABORTED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "ERR_STREAM_DESTROYED",
]);

/** What the driver pg says itself when there is no connection any more. */
const LOST_TEXTS = new Set([
  "Connection terminated",
  "Connection terminated unexpectedly",
  "Client has encountered a connection error and is not queryable",
  "Client was closed and is not queryable",
  "PGlite is closed",
  "PGlite is closing",
]);

/** A server that does not keep to its protocol: nobody knows what it will say next. */
export function unreadable(error: unknown): PostgresDriverError {
  return new PostgresDriverError("disconnect", `what the server answered could not be read: ${(error as Error).message}`, error);
}

/** What an error means. */
export function classifyPostgresError(error: unknown): DriverErrorInfo | null {
  if (error instanceof PostgresDriverError) {
    return { kind: error.kind, message: error.message, sqlstate: error.sqlstate, tooManyConnections: error.sqlstate === "53300" };
  }
  if (isServerError(error)) return classifyServerError(error);
  if (!(error instanceof Error)) return null;
  const { code } = error as { code?: unknown };
  if ((typeof code === "string" && LOST.has(code)) || LOST_TEXTS.has(error.message)) {
    return { kind: "disconnect", message: `the connection to the server was lost: ${error.message}` };
  }
  return null;
}

/** The number of the parameter whose text could not be read; the server tells it as the place of the error. */
function parameterOf({ where }: ServerError): number | null {
  const number = where === undefined ? undefined : /^(?:unnamed portal|portal ".*") parameter \$(\d+)/m.exec(where)?.[1];
  return number === undefined ? null : Number(number);
}

function classifyServerError(error: ServerError): DriverErrorInfo {
  const { code } = error;
  let kind = byCode[code] ?? byClass[code.slice(0, 2)] ?? "operational";
  if (isFatal(error)) kind = "disconnect";
  const more = [error.detail && `DETAIL: ${error.detail}`, error.hint && `HINT: ${error.hint}`].filter(Boolean).join("\n");
  return {
    kind,
    message: error.message,
    sqlstate: code,
    constraint: error.constraint ?? null,
    table: error.table ?? null,
    column: error.column ?? null,
    schema: error.schema ?? null,
    parameter: parameterOf(error),
    detail: more === "" ? null : more,
    tooManyConnections: code === "53300",
  };
}
