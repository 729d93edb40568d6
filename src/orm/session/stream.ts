import type { ResultMetadata } from "../../engine/result/metadata.ts";
import { type RowFeed, StreamResult } from "../../engine/result/stream-result.ts";
import { feedOf } from "../../engine/stream.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { shapeOf } from "../../sql/selectable/select-shape.ts";
import { streamOrm } from "../late.ts";
import { type ExecuteOptions, type ExecuteParams, perform, splitArguments, type StatementRunner } from "./execute.ts";
import { ResultFeed } from "./result-feed.ts";
import type { SessionCore } from "./session-core.ts";

const STREAM: StatementRunner<RowFeed> = {
  orm: (core, statement, params, options) => streamOrm.call(core, statement, params, options),
  core: (connection, statement, params, options) => feedOf(connection, statement, params, options),
  given: (result) => new ResultFeed(result),
};

/**
 * A statement of a session whose rows are read as they arrive. It is sent when the first row is asked for. The options may stand in the place
 * of the parameters.
 */
export function streamSession(
  core: SessionCore,
  statement: object,
  given: ExecuteParams | ExecuteOptions | undefined,
  more: ExecuteOptions | undefined,
): StreamResult<never> {
  const [params, options] = splitArguments(given, more);
  core.checkActive("stream()");
  return new StreamResult(new SessionFeed(core, statement as ClauseElement, params, options)) as unknown as StreamResult<never>;
}

/** Lets nothing else of the session run while rows are on their way; between two batches it may. */
class SessionFeed implements RowFeed {
  readonly isScalar = false;
  readonly uniqueStrategies = null;
  readonly #core: SessionCore;
  readonly #statement: ClauseElement;
  readonly #params: ExecuteParams;
  readonly #options: ExecuteOptions | undefined;
  #feed: RowFeed | null = null;

  constructor(core: SessionCore, statement: ClauseElement, params: ExecuteParams, options: ExecuteOptions | undefined) {
    this.#core = core;
    this.#statement = statement;
    this.#params = params;
    this.#options = options;
  }

  get objects(): boolean {
    return shapeOf(this.#statement) !== null;
  }

  metadata(): Promise<ResultMetadata> {
    return this.#guarded((feed) => feed.metadata());
  }

  next(): Promise<readonly unknown[] | null> {
    return this.#guarded((feed) => feed.next());
  }

  #guarded<T>(fn: (feed: RowFeed) => Promise<T>): Promise<T> {
    const core = this.#core;
    return core.guard.run(
      "stream",
      async () => {
        core.checkActive("stream()");
        this.#feed ??= await perform(core, this.#statement, this.#params, this.#options, STREAM);
        return fn(this.#feed);
      },
      this.#statement,
    );
  }

  async close(): Promise<void> {
    await this.#feed?.close();
  }
}
