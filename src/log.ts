import { describeParameters } from "./util/repr.ts";

/** One line of the log, in parts. */
export interface LogRecord {
  readonly level: "debug" | "info" | "warn" | "error";
  /** "engine" or "pool" */
  readonly area: string;
  /** `loggingName` of the engine */
  readonly name: string | null;
  readonly message: string;
  /** the SQL text, for statements */
  readonly sql?: string;
  /** the values, already made presentable; absent when there are none or they are hidden */
  readonly params?: string;
  /** how long the statement took, in milliseconds */
  readonly duration?: number;
  /**
   * how the SQL text was come by: "cached since … s ago", "generated in … ms", "no key, generated in … ms" where a part of the statement
   * keeps it out of the cache, "caching disabled, generated in … ms", "raw sql"
   */
  readonly cache?: string;
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

const DIM = "\u001b[2m";
const BOLD = "\u001b[1m";
const BLUE = "\u001b[34m";
const OFF = "\u001b[0m";

const KEYWORDS =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|\b(?:SELECT|DISTINCT|FROM|WHERE|JOIN|LEFT|RIGHT|FULL|INNER|OUTER|CROSS|ON|AND|OR|NOT|IN|IS|NULL|AS|GROUP|ORDER|BY|HAVING|LIMIT|OFFSET|INSERT|INTO|VALUES|UPDATE|SET|DELETE|RETURNING|WITH|RECURSIVE|UNION|ALL|EXISTS|CASE|WHEN|THEN|ELSE|END|CREATE|DROP|ALTER|TABLE|INDEX|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|TO|ASC|DESC)\b/g;

/** Whether the console shows colours: a terminal, unless NO_COLOR is set; FORCE_COLOR wins. */
export function wantsColor(
  stream: { readonly isTTY?: boolean } = process.stderr,
  env: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  if (env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "0") return true;
  if (env["NO_COLOR"]) return false;
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

function colorSql(sql: string): string {
  return sql.replaceAll(KEYWORDS, (word) => (word.startsWith("'") || word.startsWith('"') ? word : `${BLUE}${word}${OFF}`));
}

/** A record as text: one line, or several when the SQL has several. */
export function formatRecord(record: LogRecord, color: boolean): string {
  const dim = (text: string): string => (color ? `${DIM}${text}${OFF}` : text);
  const where = record.name === null ? record.area : `${record.area} ${record.name}`;
  const head = dim(`[${where}]`);
  if (record.sql === undefined) {
    const message = color && record.level !== "info" && record.level !== "debug" ? `${BOLD}${record.message}${OFF}` : record.message;
    return `${head} ${message}`;
  }
  const tail: string[] = [];
  if (record.duration !== undefined) tail.push(`${record.duration.toFixed(record.duration < 10 ? 2 : 0)} ms`);
  if (record.cache !== undefined) tail.push(record.cache);
  const sql = color ? colorSql(record.sql) : record.sql;
  const params = record.params === undefined ? "" : ` ${dim(record.params)}`;
  return `${head} ${sql}${params}${tail.length > 0 ? ` ${dim(`(${tail.join(", ")})`)}` : ""}`;
}

/** What an engine or a pool writes to. */
export class Log {
  readonly #area: string;
  readonly #name: string | null;
  readonly #logger: Logger | null;
  readonly #color: boolean;
  /** "debug" adds the rows, and the pool's doings */
  readonly debugging: boolean;

  constructor(area: string, options: { name?: string | null; logger?: Logger | null; debug?: boolean } = {}) {
    this.#area = area;
    this.#name = options.name ?? null;
    this.#logger = options.logger ?? null;
    this.#color = this.#logger === null && wantsColor();
    this.debugging = options.debug ?? false;
  }

  info(message: string): void {
    this.#write({ level: "info", area: this.#area, name: this.#name, message });
  }

  debug(message: string): void {
    if (this.debugging) this.#write({ level: "debug", area: this.#area, name: this.#name, message });
  }

  warn(message: string): void {
    this.#write({ level: "warn", area: this.#area, name: this.#name, message });
  }

  error(message: string): void {
    this.#write({ level: "error", area: this.#area, name: this.#name, message });
  }

  /** Writes a statement that was run. `params` is null when there are none or they are hidden. */
  statement(sql: string, params: readonly unknown[] | null, duration: number, cache: string | null): void {
    this.#write({
      level: "info",
      area: this.#area,
      name: this.#name,
      message: sql,
      sql,
      duration,
      ...(params === null || params.length === 0 ? {} : { params: describeParameters(params) }),
      ...(cache === null ? {} : { cache }),
    });
  }

  #write(record: LogRecord): void {
    const logger = this.#logger;
    if (logger === null) {
      process.stderr.write(`${formatRecord(record, this.#color)}\n`);
    } else if (typeof logger === "function") {
      logger(record);
    } else {
      const text = formatRecord(record, false);
      const method = logger[record.level] ?? logger.info;
      method.call(logger, text);
    }
  }
}
