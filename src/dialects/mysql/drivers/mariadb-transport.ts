import type { Connection, FieldInfo, Prepare } from "mariadb";
import type { Socket } from "node:net";
import type { HoldableSocket } from "../../../engine/socket-hold.ts";
import { castDecimals } from "./mariadb-decimals.ts";
import { checkParameters } from "./mariadb-parameters.ts";
import { connectionLost } from "./mysql-errors.ts";
import { answerOf, foreignSetting, IN_TRANSACTION, type MysqlAnswer, type MysqlRowSource, type MysqlTransport } from "./mysql-transport.ts";
import { MysqlColumns, type WireField } from "./mysql-wire.ts";

type Answer = readonly [rows: unknown, fields: readonly FieldInfo[] | readonly (readonly FieldInfo[])[]];

/** What the package keeps of what the server told. */
interface Told {
  readonly status: number;
  readonly collation?: { readonly charset: string; readonly maxLength: number };
}
const NOTHING: Told = { status: 0 };

/** A connection by the package mariadb. */
export class MariadbTransport implements MysqlTransport {
  readonly raw: Connection;
  readonly socket: HoldableSocket;
  foreign: string | null = null;
  readonly #kill: () => Promise<void>;

  constructor(connection: Connection, socket: HoldableSocket, kill: () => Promise<void>) {
    this.raw = connection;
    this.socket = socket;
    this.#kill = kill;
  }

  onGone(tell: (error: unknown) => void): void {
    this.raw.on("error", tell);
    this.raw.on("end", () => tell(connectionLost()));
  }

  encode(params: readonly unknown[]): unknown[] {
    return checkParameters(params);
  }

  async query(sql: string): Promise<MysqlAnswer> {
    return this.#answer(await this.raw.query<Answer>(sql));
  }

  async prepared(sql: string, values: unknown[]): Promise<MysqlAnswer> {
    const { text, plain } = castDecimals(sql, values, this.#isMariadb);
    return this.#answer(await this.raw.execute<Answer>(text, plain));
  }

  together(sql: string, sets: readonly unknown[][]): Promise<MysqlAnswer>[] {
    // the package does not wait of its own accord
    const socket = this.socket as Socket;
    socket.cork();
    const answers = sets.map((values) => this.prepared(sql, values));
    process.nextTick(() => socket.uncork());
    return answers;
  }

  unprepare(): void {
    // the package keeps as many as it was told to, and lets go of the others
  }

  get #isMariadb(): boolean {
    return this.raw.serverVersion().includes("MariaDB");
  }

  #answer([rows, fields]: Answer): MysqlAnswer {
    const named = (fields as readonly (FieldInfo | readonly FieldInfo[] | null | undefined)[]).map((field) =>
      // what a procedure ends with has no columns
      Array.isArray(field) ? field.map(fieldOf) : field == null ? undefined : fieldOf(field as FieldInfo),
    );
    const { status, collation } = (this.raw.info ?? NOTHING) as Told;
    const inTransaction = (status & IN_TRANSACTION) !== 0;
    // the package calls both UTF-8 of this family utf8
    const charset = collation?.charset === "utf8" && collation.maxLength === 4 ? undefined : collation?.charset;
    this.foreign ??= foreignSetting(status, charset);
    const answer = answerOf(rows, named, () => inTransaction);
    for (const row of answer.result.rows) asText(row);
    return answer;
  }

  stream(sql: string, values: unknown[]): MysqlRowSource {
    const { text, plain } = castDecimals(sql, values, this.#isMariadb);
    let paused = false;
    let readable: ReturnType<Prepare["executeStream"]> | null = null;
    return {
      read: ({ columns, row, error, end }) => {
        let prepared: Prepare | null = null;
        const ended = (): void => {
          prepared?.close();
          end();
        };
        const failed = (problem: unknown): void => {
          if (problem == null) return;
          error(problem);
          prepared?.close();
        };
        this.raw.prepare(text).then((statement) => {
          prepared = statement;
          readable = statement.executeStream(plain);
          readable.on("fields", (fields: readonly FieldInfo[]) => columns(new MysqlColumns(fields.map(fieldOf))));
          readable.on("data", (given: unknown[]) => {
            asText(given);
            row(given);
          });
          readable.on("error", failed);
          readable.on("end", ended);
          if (paused) readable.pause();
        }, failed);
      },
      pause: () => {
        paused = true;
        readable?.pause();
      },
      resume: () => {
        paused = false;
        readable?.resume();
      },
    };
  }

  ping(): Promise<void> {
    return this.raw.ping();
  }

  kill(): Promise<void> {
    return this.#kill();
  }

  end(): Promise<void> {
    return this.raw.end();
  }

  destroy(): void {
    // the package's own way would open another connection for the farewell
    (this.socket as Socket).destroy(connectionLost());
  }
}

function fieldOf(field: FieldInfo): WireField {
  const { columnType, collation } = field as FieldInfo & { readonly columnType: number; readonly collation?: { readonly index: number } };
  return { name: field.name(), columnType, characterSet: collation?.index ?? 63 };
}

/** Big integers come as text, as with the other driver. */
function asText(row: unknown[]): void {
  for (let i = 0; i < row.length; i++) if (typeof row[i] === "bigint") row[i] = String(row[i]);
}
