import type { Connection, FieldPacket, PrepareStatementInfo } from "mysql2";
import type { Socket } from "node:net";
import type { HoldableSocket } from "../../../engine/socket-hold.ts";
import { sendEarly } from "./mysql2-early.ts";
import { connectionLost } from "./mysql-errors.ts";
import {
  answerOf,
  foreignSetting,
  IN_TRANSACTION,
  type MysqlAnswer,
  type MysqlRowSource,
  type MysqlTransport,
  type Outcome,
} from "./mysql-transport.ts";
import { encodeParameters, MysqlColumns, readAsBytes, type Typed, type WireField } from "./mysql-wire.ts";

/** What the package tells with an outcome. */
type Told = Outcome & {
  readonly serverStatus: number;
  readonly stateChanges?: { readonly systemVariables?: Readonly<Record<string, string>> };
};

/** A command of the package: it emits `fields` before it reads rows. */
interface Command {
  on(event: "fields", fn: (fields: readonly FieldPacket[] | undefined) => void): unknown;
  on(event: "result", fn: (row: unknown) => void): unknown;
  on(event: "error", fn: (error: unknown) => void): unknown;
  on(event: "end", fn: () => void): unknown;
}

/** A connection by the package mysql2. */
export class Mysql2Transport implements MysqlTransport {
  readonly raw: Connection;
  readonly socket: HoldableSocket;
  foreign: string | null = null;
  readonly #typed: Typed;
  readonly #kill: () => Promise<void>;
  #closed = false;

  constructor(connection: Connection, typed: Typed, kill: () => Promise<void>) {
    this.raw = connection;
    this.socket = (connection as unknown as { stream: HoldableSocket }).stream;
    this.#typed = typed;
    this.#kill = kill;
  }

  readonly #inTransaction = (outcome: Outcome | null): boolean | null => {
    if (outcome === null) return null;
    const { serverStatus, stateChanges } = outcome as Told;
    this.foreign ??= foreignSetting(serverStatus, stateChanges?.systemVariables?.["character_set_client"]);
    return (serverStatus & IN_TRANSACTION) !== 0;
  };

  onGone(tell: (error: unknown) => void): void {
    const gone = (error: unknown): void => {
      this.#closed = true;
      tell(error);
    };
    // they stay for the life of the connection: an error event without a listener would end the process
    this.raw.on("error", gone);
    this.raw.on("end", () => gone(connectionLost()));
  }

  encode(params: readonly unknown[]): unknown[] {
    return encodeParameters(params, this.#typed);
  }

  query(sql: string): Promise<MysqlAnswer> {
    return new Promise((resolve, reject) => {
      const command = this.raw.query({ sql }, (error, rows, fields) => {
        if (error) reject(error);
        else resolve(answerOf(rows, fields, this.#inTransaction));
      });
      (command as unknown as Command).on("fields", readAsBytes);
    });
  }

  prepared(sql: string, values: unknown[], keep: boolean): Promise<MysqlAnswer> {
    return new Promise((resolve, reject) => {
      const command = this.raw.execute({ sql, values: values as never }, (error, rows, fields) => {
        if (!keep) this.unprepare(sql);
        if (error) reject(error);
        else resolve(answerOf(rows, fields, this.#inTransaction));
      });
      (command as unknown as Command).on("fields", readAsBytes);
    });
  }

  together(sql: string, sets: readonly unknown[][]): Promise<MysqlAnswer>[] {
    const prepared = new Promise<PrepareStatementInfo>((resolve, reject) => {
      this.raw.prepare(sql, (error, statement) => (error ? reject(error) : resolve(statement)));
    });
    let sent: Promise<MysqlAnswer>[] | null = null;
    // all in one go, when the statement is there
    const sending = prepared.then((statement) => (sent = this.#executeAll(statement, sets)));
    return sets.map((_, i) => sending.then(() => sent![i]!));
  }

  #executeAll(statement: PrepareStatementInfo, sets: readonly unknown[][]): Promise<MysqlAnswer>[] {
    const socket = this.socket as Socket;
    socket.cork();
    try {
      return sets.map(
        (values) =>
          new Promise((resolve, reject) => {
            const command: unknown = statement.execute(values as never, (error, rows, fields) => {
              if (error) reject(error);
              else resolve(answerOf(rows, fields, this.#inTransaction));
            });
            (command as Command).on("fields", readAsBytes);
            sendEarly(this.raw, command);
          }),
      );
    } finally {
      socket.uncork();
    }
  }

  unprepare(sql: string): void {
    if (!this.#closed) this.raw.unprepare(sql);
  }

  stream(sql: string, values: unknown[]): MysqlRowSource {
    const connection = this.raw;
    const command = connection.execute({ sql, values: values as never }) as unknown as Command;
    return {
      read: ({ columns, row, error, end }) => {
        command.on("fields", (fields) => {
          readAsBytes(fields);
          if (fields !== undefined) columns(new MysqlColumns(fields as unknown as readonly WireField[]));
        });
        command.on("result", (given) => {
          if (Array.isArray(given)) row(given as unknown[]);
        });
        command.on("error", error);
        command.on("end", end);
      },
      pause: () => connection.pause(),
      resume: () => connection.resume(),
    };
  }

  ping(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.raw.ping((error: unknown) => (error ? reject(error as Error) : resolve()));
    });
  }

  kill(): Promise<void> {
    return this.#kill();
  }

  end(): Promise<void> {
    return new Promise((resolve) => {
      this.raw.end(() => resolve());
    });
  }

  destroy(): void {
    // the package alone would go on waiting for answers, and so would whoever asked
    (this.socket as Socket).destroy(connectionLost());
    this.raw.destroy();
  }
}
