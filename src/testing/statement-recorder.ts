import type { Engine } from "../engine/engine.ts";
import type { ExecutionContext } from "../engine/execution-context.ts";
import { listen, remove } from "../event/listen.ts";

/** One execution as it was sent: a statement, and how many times its text went out (batches of many rows go out in parts). */
export interface RecordedStatement {
  readonly sql: string;
  /** the parameters of the first part */
  readonly parameters: readonly unknown[];
  parts: number;
}

/**
 * Notes every statement that an engine sends, so that a test can say how many there may be.
 * @example
 * using sent = new StatementRecorder(engine);
 * await Promise.all(films.map((film) => film.awaitableAttrs.characters));
 * expect(sent.statements).toHaveLength(1);
 */
export class StatementRecorder implements Disposable {
  readonly #engine: Engine;
  #statements: RecordedStatement[] = [];
  #last: ExecutionContext | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
    listen(engine, "beforeCursorExecute", this.#note);
  }

  readonly #note = (
    _connection: unknown,
    _cursor: unknown,
    sql: string,
    parameters: readonly unknown[],
    context: ExecutionContext,
  ): void => {
    const last = this.#statements.at(-1);
    if (context === this.#last && last !== undefined) {
      last.parts += 1;
      return;
    }
    this.#last = context;
    this.#statements.push({ sql, parameters, parts: 1 });
  };

  /** What was sent since the start, or since the last `clear()`; the parts of one execution are one entry. */
  get statements(): readonly RecordedStatement[] {
    return this.#statements;
  }

  /** The SQL texts alone. */
  get sql(): readonly string[] {
    return this.#statements.map((statement) => statement.sql);
  }

  /** Forgets what was sent, and gives it back. */
  clear(): readonly RecordedStatement[] {
    const sent = this.#statements;
    this.#statements = [];
    this.#last = null;
    return sent;
  }

  /** Stops listening. */
  stop(): void {
    remove(this.#engine, "beforeCursorExecute", this.#note);
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}
