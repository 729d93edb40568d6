import type { DriverErrorInfo, DriverErrorKind } from "../../../engine/driver.ts";

/** Errors that are ours rather than SQLite's, thrown where SQLite would have said too little. */
export class SqliteDriverError extends Error {
  readonly kind: DriverErrorKind;

  constructor(kind: DriverErrorKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }

  override get name(): string {
    return "SqliteDriverError";
  }
}

export function severalStatements(cause?: unknown): SqliteDriverError {
  return new SqliteDriverError(
    "programming",
    "the text has more than one statement, and only one can be executed at a time: execute them one after the other",
    cause,
  );
}

const BUSY = 5;
const LOCKED = 6;
const BUSY_SNAPSHOT = 517;

/** Primary result codes (https://www.sqlite.org/rescode.html) and what they are; the others are operational. */
const kinds: Readonly<Record<number, DriverErrorKind>> = {
  2: "internal",
  [BUSY]: "locked",
  [LOCKED]: "locked",
  8: "read-only",
  11: "database",
  12: "internal",
  18: "data",
  19: "integrity",
  20: "integrity",
  21: "interface",
  25: "interface",
  26: "database",
};

const codeNames: readonly string[] =
  "OK ERROR INTERNAL PERM ABORT BUSY LOCKED NOMEM READONLY INTERRUPT IOERR CORRUPT NOTFOUND FULL CANTOPEN PROTOCOL EMPTY SCHEMA TOOBIG CONSTRAINT MISMATCH MISUSE NOLFS AUTH FORMAT RANGE NOTADB".split(
    " ",
  );

/** Extended codes, by their names; those that matter to somebody. */
const extendedNames: Readonly<Record<number, string>> = {
  275: "SQLITE_CONSTRAINT_CHECK",
  531: "SQLITE_CONSTRAINT_COMMITHOOK",
  787: "SQLITE_CONSTRAINT_FOREIGNKEY",
  1299: "SQLITE_CONSTRAINT_NOTNULL",
  1555: "SQLITE_CONSTRAINT_PRIMARYKEY",
  1811: "SQLITE_CONSTRAINT_TRIGGER",
  2067: "SQLITE_CONSTRAINT_UNIQUE",
  2579: "SQLITE_CONSTRAINT_ROWID",
  3091: "SQLITE_CONSTRAINT_DATATYPE",
  [BUSY_SNAPSHOT]: "SQLITE_BUSY_SNAPSHOT",
  261: "SQLITE_BUSY_RECOVERY",
  773: "SQLITE_BUSY_TIMEOUT",
};

/** The result code of an error of either driver, as [number, name]; null when SQLite did not report it. */
function codeOf(error: unknown): readonly [code: number, name: string] | null {
  if (!(error instanceof Error)) return null;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (typeof errcode === "number") return [errcode, extendedNames[errcode] ?? `SQLITE_${codeNames[errcode & 0xff] ?? errcode}`];
  if (typeof code !== "string" || !code.startsWith("SQLITE_")) return null;
  const extended = Object.entries(extendedNames).find(([, name]) => name === code);
  if (extended) return [Number(extended[0]), code];
  const primary = codeNames.findIndex((name) => code === `SQLITE_${name}` || code.startsWith(`SQLITE_${name}_`));
  return [Math.max(primary, 1), code];
}

/** Whether somebody else has the lock, so that another try may succeed. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error)?.[0];
  return code !== undefined && ((code & 0xff) === BUSY || (code & 0xff) === LOCKED) && code !== BUSY_SNAPSHOT;
}

/** Whether the database was changed since the transaction first read: it can never write any more. */
export function isStaleSnapshot(error: unknown): boolean {
  return codeOf(error)?.[0] === BUSY_SNAPSHOT;
}

/** What an error means. */
export function classifySqliteError(error: unknown): DriverErrorInfo | null {
  if (error instanceof SqliteDriverError) {
    const inner = codeOf(error.cause);
    return { kind: error.kind, message: error.message, sqlstate: inner?.[1] ?? null };
  }
  const found = codeOf(error);
  if (found === null) return classifyMisuse(error);
  const [code, name] = found;
  const { message } = error as Error;
  const kind = code === BUSY_SNAPSHOT ? "serialization" : (kinds[code & 0xff] ?? "operational");
  return { kind, message, sqlstate: name, ...whatFailed(message) };
}

function whatFailed(message: string): Partial<DriverErrorInfo> {
  const failed = /^(UNIQUE|NOT NULL|CHECK) constraint failed: (.+)$/s.exec(message);
  if (failed === null) {
    const strict = /^cannot store \w+ value in \w+ column (.+)$/s.exec(message);
    return strict === null ? {} : columnsIn(strict[1]!);
  }
  const what = failed[2]!;
  // without a name, SQLite shows the expression
  if (failed[1] === "CHECK") return /^\w+$/.test(what) ? { constraint: what } : {};
  const index = /^index '(.+)'$/s.exec(what);
  return index === null ? columnsIn(what) : { constraint: index[1]! };
}

/** "table.column, table.column"; names that have these signs themselves cannot be told apart, and are left out. */
function columnsIn(text: string): Partial<DriverErrorInfo> {
  const names = text.split(", ").map((name) => /^([^.]+)\.([^.]+)$/s.exec(name));
  const table = names[0]?.[1];
  if (table === undefined || names.some((name) => name?.[1] !== table)) return {};
  return names.length === 1 ? { table, column: names[0]![2]! } : { table };
}

/** Values that cannot be bound, and the like, which the drivers find before SQLite does. */
function classifyMisuse(error: unknown): DriverErrorInfo | null {
  if (!(error instanceof Error)) return null;
  const { code } = error as { code?: unknown };
  if (code === "ERR_OUT_OF_RANGE") return { kind: "data", message: error.message };
  if (code === "ERR_INVALID_ARG_TYPE" || code === "ERR_INVALID_ARG_VALUE") return { kind: "interface", message: error.message };
  if (code === "ERR_INVALID_STATE") return { kind: "interface", message: error.message };
  if (
    /^(?:SQLite3 can only bind|Too (?:few|many) parameter values|The database connection is not open|BigInts must be)/.test(error.message)
  ) {
    return { kind: "interface", message: error.message };
  }
  return null;
}
