import { describeParameters, describeRow, visibleControls } from "./util/repr.ts";
import { layOutSql, type SqlPaint } from "./util/sql-layout.ts";
import { warn } from "./util/warn.ts";

/**
 * How the SQL text of an execution was come by: it was in the cache ("hit"); it was compiled and is in the cache now ("miss"); it was
 * compiled and cannot be in a cache ("no key"), or there is none ("off"); or the text was sent as it is ("raw").
 */
export type CacheUse = "hit" | "miss" | "no key" | "off" | "raw";

/** One line of the log, in parts. */
export interface LogRecord {
  readonly level: "debug" | "info" | "warn" | "error";
  /** "engine" or "pool" */
  readonly area: string;
  /** `loggingName` of the engine */
  readonly name: string | null;
  /** the execution option `loggingToken`, where there is one */
  readonly token?: string;
  /** for statements their SQL, else a sentence */
  readonly message: string;
  /** the SQL text, for statements */
  readonly sql?: string;
  /** the values, already made presentable; absent when there are none or they are hidden */
  readonly params?: string;
  /** the values as they were sent, a list of lists for many executions; absent when there are none or they are hidden */
  readonly parameters?: readonly unknown[];
  /** how long the statement took, in milliseconds; of a streamed result, until its first rows were there */
  readonly duration?: number;
  /** how many rows came back, or were met; absent where that is not known */
  readonly rows?: number;
  readonly cacheUse?: CacheUse;
  /**
   * the same in words: "cached since … s ago", "generated in … ms", "no key, generated in … ms" where a part of the statement
   * keeps it out of the cache, "caching disabled, generated in … ms", "raw sql"
   */
  readonly cache?: string;
  /** why the statement failed; `level` is "error" then */
  readonly error?: unknown;
}

/** Takes the place of the log on the console: a function, or an object with the usual methods (`console`, a logger library). */
export type Logger =
  | ((record: LogRecord) => void)
  | {
      info(message: string): void;
      debug?(message: string): void;
      warn?(message: string): void;
      error?(message: string): void;
    };

/**
 * How the log is written where there is no logger: "pretty" has long statements laid out on several lines, "plain" one line for each,
 * "json" an object for each; "auto" is "pretty" on a terminal and "plain" elsewhere.
 */
export type EchoFormat = "auto" | "pretty" | "plain" | "json";

const DIM = "\u001b[2m";
const RED = "\u001b[31m";
const GREEN = "\u001b[32m";
const BLUE = "\u001b[34m";
const OFF = "\u001b[0m";

const PAINT: SqlPaint = {
  keyword: (text) => `${BLUE}${text}${OFF}`,
  string: (text) => `${GREEN}${text}${OFF}`,
  comment: (text) => `${DIM}${text}${OFF}`,
};

/** Whether the console shows colours: a terminal, unless NO_COLOR is set; FORCE_COLOR wins over both. */
export function wantsColor(
  stream: { readonly isTTY?: boolean } = process.stderr,
  env: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  if (env["NO_COLOR"]) return false;
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

/** How text is shown. */
export interface TextStyle {
  readonly color: boolean;
  /** lays long statements out for lines of this many characters; null leaves them on one */
  readonly width?: number | null;
}

/** A record as text. */
export function formatRecord(record: LogRecord, { color, width = null }: TextStyle): string {
  const dim = (text: string): string => (color ? `${DIM}${text}${OFF}` : text);
  const where = [record.area, record.name, record.token].filter((part) => part != null).join(" ");
  const head = dim(`[${where}]`);
  const isBad = record.level === "warn" || record.level === "error";
  if (record.sql === undefined) {
    const message = visibleControls(record.message);
    return `${head} ${color && isBad ? `${RED}${message}${OFF}` : message}`;
  }
  const params = record.params === undefined ? "" : dim(record.params);
  const tail = factsOf(record);
  const facts = tail.length === 0 ? "" : dim(`(${tail.join(", ")})`);
  const failure = record.error === undefined ? "" : `failed: ${firstLine(record.error)}`;
  const ended = color && failure !== "" ? `${RED}${failure}${OFF}` : failure;
  // what a terminal takes for commands would do more than be read
  const text = visibleControls(record.sql);
  const sql = layOutSql(text, width, color ? PAINT : null);
  const isLong = width !== null && (sql.includes("\n") || text.length + (record.params?.length ?? 0) > width);
  const parts = isLong ? [`${head} ${facts}`, sql, params, ended] : [head, sql, params, facts, ended];
  return parts.filter((part) => part !== "").join(isLong ? "\n" : " ");
}

function factsOf({ duration, rows, cache }: LogRecord): string[] {
  const facts: string[] = [];
  if (duration !== undefined) facts.push(`${duration.toFixed(duration < 10 ? 2 : 0)} ms`);
  if (rows !== undefined) facts.push(`${rows} ${rows === 1 ? "row" : "rows"}`);
  if (cache !== undefined) facts.push(cache);
  return facts;
}

/** The rest of an error's message has the statement and its values, which are there already. */
function firstLine(error: unknown): string {
  const text = String(error);
  const end = text.indexOf("\n");
  return visibleControls(end < 0 ? text : text.slice(0, end));
}

/** A record as one line of JSON, with the time. */
export function jsonRecord(record: LogRecord): string {
  const { level, area, name, token, message, sql, params, duration, rows, cacheUse, error } = record;
  return JSON.stringify({
    time: new Date().toISOString(),
    level,
    area,
    name: name ?? undefined,
    token,
    message: sql === undefined ? message : undefined,
    sql,
    params,
    duration: duration === undefined ? undefined : Math.round(duration * 1000) / 1000,
    rows,
    cache: cacheUse,
    error: error === undefined ? undefined : firstLine(error),
    code: (error as { readonly code?: unknown } | undefined)?.code,
  });
}

function consoleWriter(format: EchoFormat): (record: LogRecord) => void {
  const { stderr } = process;
  const write = (line: string): void => void stderr.write(`${line}\n`);
  if (format === "json") return (record) => write(jsonRecord(record));
  const color = wantsColor();
  const isPretty = format === "pretty" || (format === "auto" && stderr.isTTY);
  // the terminal may be made wider or narrower meanwhile
  const widthNow = (): number => Math.min(Math.max(stderr.columns ?? 100, 60), 120);
  return (record) => write(formatRecord(record, { color, width: isPretty ? widthNow() : null }));
}

function writerFor(logger: Logger | null, format: EchoFormat): (record: LogRecord) => void {
  if (logger === null) return consoleWriter(format);
  if (typeof logger === "function") return logger;
  return (record) => {
    const method = logger[record.level] ?? logger.info;
    method.call(logger, formatRecord(record, { color: false }));
  };
}

/** What is known about a statement that was run. */
export interface StatementRun {
  readonly sql: string;
  /** null when they are hidden */
  readonly parameters: readonly unknown[] | null;
  /** in milliseconds */
  readonly duration: number;
  /** -1 when it is not known */
  readonly rows: number;
  readonly cacheUse: CacheUse;
  /** when it was compiled, by `performance.now()` */
  readonly compiledAt: number;
  /** how long compiling took, in milliseconds */
  readonly compileTime: number;
  readonly token: unknown;
  readonly error: unknown;
}

/** Rows that the most talkative log shows of a result. */
const SHOWN_ROWS = 20;

/** What an engine or a pool writes to. */
export class Log {
  readonly #area: string;
  readonly #name: string | null;
  readonly #logger: Logger | null;
  readonly #format: EchoFormat;
  #writer: ((record: LogRecord) => void) | null = null;
  #hasFailed = false;
  /** "debug" adds the rows, and the pool's doings */
  readonly debugging: boolean;

  constructor(area: string, options: { name?: string | null; logger?: Logger | null; format?: EchoFormat; debug?: boolean } = {}) {
    this.#area = area;
    this.#name = options.name ?? null;
    this.#logger = options.logger ?? null;
    this.#format = options.format ?? "auto";
    this.debugging = options.debug ?? false;
  }

  info(message: string, token: unknown = null): void {
    this.#write("info", message, token);
  }

  debug(message: string): void {
    if (this.debugging) this.#write("debug", message);
  }

  warn(message: string): void {
    this.#write("warn", message);
  }

  error(message: string): void {
    this.#write("error", message);
  }

  /** Writes a statement that was run. */
  statement({ sql, parameters, duration, rows, cacheUse, compiledAt, compileTime, token, error }: StatementRun): void {
    const failed = error !== undefined;
    this.#send({
      level: failed ? "error" : "info",
      ...this.#origin(token),
      message: sql,
      sql,
      ...(parameters === null || parameters.length === 0 ? {} : { params: describeParameters(parameters), parameters }),
      duration,
      ...(rows < 0 || failed ? {} : { rows }),
      cacheUse,
      cache: cacheText(cacheUse, compiledAt, compileTime),
      ...(failed ? { error } : {}),
    });
  }

  /** Writes what came back, where the log is that talkative. */
  result(columns: readonly string[], rows: readonly (readonly unknown[])[], token: unknown): void {
    if (!this.debugging || columns.length === 0) return;
    this.#write("debug", `columns: ${columns.join(", ")}`, token);
    for (const row of rows.slice(0, SHOWN_ROWS)) this.#write("debug", `row: ${describeRow(row)}`, token);
    if (rows.length > SHOWN_ROWS) this.#write("debug", `… ${rows.length} rows in all`, token);
  }

  #origin(token: unknown): Pick<LogRecord, "area" | "name" | "token"> {
    return { area: this.#area, name: this.#name, ...(token == null ? {} : { token: String(token) }) };
  }

  #write(level: LogRecord["level"], message: string, token: unknown = null): void {
    this.#send({ level, ...this.#origin(token), message });
  }

  #send(record: LogRecord): void {
    // made when it is needed, so that an engine that writes nothing asks nothing of the console
    this.#writer ??= writerFor(this.#logger, this.#format);
    try {
      const written: unknown = this.#writer(record);
      if (written instanceof Promise) written.catch((error: unknown) => this.#failed(error));
    } catch (error) {
      this.#failed(error);
    }
  }

  /** What was logged has happened, so whoever did it must not get the error of a logger. */
  #failed(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    warn(`the logger of the ${this.#area} failed, and may have lost what it was given: ${String(error)}`, "ATHANOR_LOGGER");
  }
}

function cacheText(use: CacheUse, compiledAt: number, compileTime: number): string {
  const generated = `generated in ${compileTime.toFixed(2)} ms`;
  switch (use) {
    case "hit":
      return `cached since ${((performance.now() - compiledAt) / 1000).toFixed(2)} s ago`;
    case "miss":
      return generated;
    case "no key":
      return `no key, ${generated}`;
    case "off":
      return `caching disabled, ${generated}`;
    default:
      return "raw sql";
  }
}
