import type { DriverResult } from "../../../engine/driver.ts";
import type { HoldableSocket } from "../../../engine/socket-hold.ts";
import { MysqlColumns, type WireField } from "./mysql-wire.ts";

/** What a statement gave, and whether a transaction is open since; null when the server did not say. */
export interface MysqlAnswer {
  readonly result: DriverResult;
  readonly inTransaction: boolean | null;
}

/** Rows as they arrive. */
export interface MysqlRowSource {
  /** Begins to read; `row` is not called before `columns`. */
  read(handlers: {
    readonly columns: (columns: MysqlColumns) => void;
    readonly row: (row: unknown[]) => void;
    readonly error: (error: unknown) => void;
    readonly end: () => void;
  }): void;
  pause(): void;
  resume(): void;
}

/** What a package does for a connection to MySQL or MariaDB. Values go in and out as `mysql-wire.ts` has them. */
export interface MysqlTransport {
  /** the connection object of the package */
  readonly raw: unknown;
  readonly socket: HoldableSocket;
  /** what the session was told since that changes how SQL is read: another character set, another meaning of the backslash; null for nothing */
  foreign: string | null;
  /** Says whom to tell when the connection is lost. */
  onGone(tell: (error: unknown) => void): void;
  /** Values as the package takes them: scalars alone, which it cannot take for anything else than what they are. */
  encode(params: readonly unknown[]): unknown[];
  /** By the text protocol, without parameters. */
  query(sql: string): Promise<MysqlAnswer>;
  /** By a prepared statement, which is kept when it is to come again. */
  prepared(sql: string, values: unknown[], keep: boolean): Promise<MysqlAnswer>;
  /** One prepared statement with many sets of values, which are sent without waiting for each other's answers; these come in order. */
  together(sql: string, sets: readonly unknown[][]): Promise<MysqlAnswer>[];
  /** Forgets a prepared statement. */
  unprepare(sql: string): void;
  stream(sql: string, values: unknown[]): MysqlRowSource;
  ping(): Promise<void>;
  /** Asks the server to give up what runs on this connection. */
  kill(): Promise<void>;
  end(): Promise<void>;
  destroy(): void;
}

/** A bit of the server's status: a transaction is open. */
export const IN_TRANSACTION = 1;

/** A bit of the server's status: the backslash begins no escape. */
const NO_BACKSLASH_ESCAPES = 512;

/** The character set in which packages are to send all text. */
const CHARACTER_SET = "utf8mb4";

/** What gives a session back what SQL is written for. */
export const RESTORE: string = `SET NAMES ${CHARACTER_SET}, sql_mode = REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', '')`;

/**
 * What a session has been told that would have it read strings otherwise than they are written, and find the end of one where there is none;
 * null for nothing.
 * @param characterSet - as the server told; undefined where it told nothing
 */
export function foreignSetting(status: number, characterSet: string | undefined): string | null {
  if ((status & NO_BACKSLASH_ESCAPES) !== 0) return "the sql_mode NO_BACKSLASH_ESCAPES";
  return characterSet === undefined || characterSet === CHARACTER_SET ? null : `the character set ${characterSet}`;
}

/** What a statement without rows gave. */
export interface Outcome {
  readonly affectedRows: number | bigint;
  readonly insertId: number | bigint | string;
}

/**
 * The answer of both packages: rows with their columns, or an outcome; of a procedure, a list of such. The first that has rows counts.
 * @param inTransaction - as the server said with an outcome
 */
export function answerOf(rows: unknown, fields: unknown, inTransaction: (outcome: Outcome | null) => boolean | null): MysqlAnswer {
  if (!Array.isArray(rows)) return outcomeOf(rows as Outcome, inTransaction);
  const several = (fields ?? []) as readonly (readonly WireField[] | undefined)[];
  if (!Array.isArray(several[0]) && !(several.length > 0 && several[0] === undefined))
    return { result: rowsOf(rows as unknown[][], fields as readonly WireField[]), inTransaction: inTransaction(null) };
  const at = several.findIndex((one) => Array.isArray(one) && one.length > 0);
  const outcome = (rows as unknown[]).findLast((one) => !Array.isArray(one)) as Outcome | undefined;
  if (at === -1) return outcomeOf(outcome!, inTransaction);
  return { result: rowsOf(rows[at] as unknown[][], several[at]!), inTransaction: inTransaction(outcome ?? null) };
}

function outcomeOf(outcome: Outcome, inTransaction: (outcome: Outcome) => boolean | null): MysqlAnswer {
  const { affectedRows, insertId } = outcome;
  const result = { columns: [], rows: [], rowCount: Number(affectedRows), lastInsertId: insertedId(insertId), command: null };
  return { result, inTransaction: inTransaction(outcome) };
}

function rowsOf(rows: unknown[][], fields: readonly WireField[]): DriverResult {
  const columns = new MysqlColumns(fields);
  return { columns: columns.names, rows: columns.convertAll(rows), rowCount: rows.length, lastInsertId: null, command: null };
}

/** Ids that a number cannot hold come as text, or as bigint. */
function insertedId(id: number | bigint | string): number | bigint | null {
  if (id === 0 || id === 0n || id === "0") return null;
  if (typeof id === "number") return id;
  const big = BigInt(id);
  return big <= 9_007_199_254_740_991n ? Number(big) : big;
}
