import type { DriverStream } from "../../../engine/driver.ts";
import type { MysqlRowSource } from "./mysql-transport.ts";
import type { MysqlColumns } from "./mysql-wire.ts";

/** What a stream does by its connection. */
export interface StreamHost {
  readonly batchSize: number;
  /** Sends the statement. */
  start(): { readonly entering: Promise<unknown> | null; readonly source: MysqlRowSource };
  begun(stream: MysqlStream): void;
  ended(stream: MysqlStream): void;
  failed(error: unknown): unknown;
}

/**
 * Rows as they arrive. The server sends them without being asked, so reading pauses while there are enough; what else is to be run on the
 * connection has to wait for the last of them, which are then kept in memory.
 */
export class MysqlStream implements DriverStream {
  readonly #host: StreamHost;
  #source: MysqlRowSource | null = null;
  #columns: MysqlColumns | null = null;
  #rows: unknown[][] = [];
  #done = false;
  #error: { readonly error: unknown } | null = null;
  #wake: (() => void) | null = null;
  #paused = false;
  /** nobody wants the rows any more, or all of them are wanted in memory */
  #mode: "paced" | "buffered" | "dropped" = "paced";

  constructor(host: StreamHost) {
    this.#host = host;
  }

  get columns(): readonly string[] {
    return this.#columns?.names ?? [];
  }

  /** Somebody else needs the connection: the rest of the rows goes to memory. */
  release(): void {
    if (this.#mode === "paced") this.#mode = "buffered";
    this.#resume();
  }

  close(): void {
    this.#mode = "dropped";
    this.#rows = [];
    this.#resume();
  }

  /** The connection is gone, and with it the rest of the rows: not every package says so to whoever reads them. */
  lost(error: unknown): void {
    if (this.#done) return;
    this.#error ??= { error };
    this.#finish();
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#source?.resume();
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = null;
  }

  #finish(): void {
    if (this.#done) return;
    this.#done = true;
    this.#host.ended(this);
    this.#notify();
  }

  #start(): void {
    const { batchSize } = this.#host;
    const { entering, source } = this.#host.start();
    this.#source = source;
    this.#host.begun(this);
    entering?.catch((error: unknown) => {
      this.#error ??= { error };
    });
    source.read({
      columns: (columns) => {
        this.#columns ??= columns;
      },
      row: (row) => {
        if (this.#mode === "dropped") return;
        this.#rows.push(this.#columns!.convert(row));
        if (this.#rows.length < batchSize) return;
        if (this.#mode === "paced" && !this.#paused) {
          this.#paused = true;
          source.pause();
        }
        this.#notify();
      },
      error: (error) => {
        this.#error ??= { error: this.#host.failed(error) };
        this.#finish();
      },
      end: () => this.#finish(),
    });
  }

  async *[Symbol.asyncIterator](): AsyncIterator<unknown[][]> {
    this.#start();
    try {
      for (;;) {
        while (!this.#done && this.#rows.length < this.#host.batchSize) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
        if (this.#error !== null) throw this.#error.error;
        if (this.#rows.length === 0 && this.#done) return;
        const batch = this.#rows.splice(0, this.#host.batchSize);
        if (this.#rows.length < this.#host.batchSize) this.#resume();
        yield batch;
      }
    } finally {
      this.close();
      // the connection is free again when the last row has arrived
      while (!this.#done) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
