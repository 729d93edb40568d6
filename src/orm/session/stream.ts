import { ResultMetadata } from "../../engine/result/metadata.ts";
import type { Result } from "../../engine/result/result.ts";
import { type RowFeed, StreamResult } from "../../engine/result/stream-result.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { type ExecuteOptions, type ExecuteParams, perform } from "./execute.ts";
import type { SessionCore } from "./session-core.ts";

const BATCH_SIZE = 1000;

/** A statement of a session whose rows are given in batches. It is sent when the first row is asked for. */
export function streamSession(
  core: SessionCore,
  statement: object,
  params: ExecuteParams,
  options: ExecuteOptions | undefined,
): StreamResult<never> {
  core.checkActive("stream()");
  return new StreamResult(new SessionFeed(core, statement as ClauseElement, params, options)) as unknown as StreamResult<never>;
}

class SessionFeed implements RowFeed {
  readonly isScalar = false;
  readonly uniqueStrategies = null;
  readonly #core: SessionCore;
  readonly #statement: ClauseElement;
  readonly #params: ExecuteParams;
  readonly #options: ExecuteOptions | undefined;
  #result: Result<unknown> | null = null;
  #metadata: ResultMetadata | null = null;

  constructor(core: SessionCore, statement: ClauseElement, params: ExecuteParams, options: ExecuteOptions | undefined) {
    this.#core = core;
    this.#statement = statement;
    this.#params = params;
    this.#options = options;
  }

  get objects(): boolean {
    return ((this.#statement as { readonly _shape?: readonly string[] | null })._shape ?? null) !== null;
  }

  async metadata(): Promise<ResultMetadata> {
    await this.#start();
    return this.#metadata!;
  }

  async #start(): Promise<Result<unknown>> {
    if (this.#result !== null) return this.#result;
    this.#core.guard.enter("stream", this.#statement);
    try {
      const result = await perform(this.#core, this.#statement, this.#params, this.#options);
      this.#metadata = new ResultMetadata(result.keys());
      this.#result = result.tuples() as Result<unknown>;
      return this.#result;
    } finally {
      this.#core.guard.leave();
    }
  }

  async next(): Promise<readonly unknown[] | null> {
    const result = await this.#start();
    const rows = result.fetchmany(this.#batchSize());
    return rows.length === 0 ? null : rows;
  }

  #batchSize(): number {
    const carried = (this.#statement as { readonly _executionOptions?: Readonly<Record<string, unknown>> })._executionOptions;
    const size = this.#options?.executionOptions?.["yieldPer"] ?? carried?.["yieldPer"];
    return typeof size === "number" ? size : BATCH_SIZE;
  }

  async close(): Promise<void> {
    this.#result?.close();
  }
}
