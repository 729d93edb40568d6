import type { Connection } from "../../engine/connection.ts";
import type { MaybePromise } from "../../engine/driver.ts";
import { BatchFeed } from "../../engine/result/batch-feed.ts";
import { ResultMetadata } from "../../engine/result/metadata.ts";
import type { RowFeed } from "../../engine/result/stream-result.ts";
import { feedOf, RawStream } from "../../engine/stream.ts";
import { InvalidRequestError } from "../../errors.ts";
import type { ParameterRecord } from "../../sql/compiler/compiled.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { Select } from "../../sql/selectable/select.ts";
import { executeOrm, type OrmExecutionOptions, streamOrm as streamOrmSlot } from "../late.ts";
import { FromStatement } from "../query/from-statement.ts";
import type { OrmStatement } from "../query/orm-compile-state.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import { ResultFeed } from "../session/result-feed.ts";
import { tokenOf } from "../state/identity-token.ts";
import { mapperOf, mergedOptions } from "./execute-orm.ts";
import { type LoadRequest, ormStateOf, readRows } from "./load-rows.ts";
import { loadOptionsFor } from "./query-context.ts";

type Params = ParameterRecord | readonly ParameterRecord[] | null;

/** The objects of a statement, batch by batch, each with all that is loaded with it. */
class OrmFeed extends BatchFeed {
  readonly objects = false;
  readonly #request: LoadRequest;
  readonly #source: RawStream;
  #metadata: ResultMetadata | null = null;

  constructor(request: LoadRequest) {
    super();
    this.#request = request;
    this.#source = new RawStream(request.connection, request.statement, request.params, request.executionOptions ?? {});
  }

  protected override get known(): ResultMetadata | null {
    return this.#metadata;
  }

  protected override async read(): Promise<readonly unknown[] | null> {
    const rows = await this.#rows();
    if (rows === null && this.#metadata !== null) return null;
    // where there are no rows at all, it is for the names of the columns
    const { compiled } = this.#source.prepared.entry!;
    const raw = { compiled, rows: rows ?? [], rowCount: -1, columns: this.#source.columns };
    const items = await readRows(this.#request, raw, null, (plan, arrived, run) => {
      this.#metadata ??= new ResultMetadata(plan.keys);
      return plan.single === null ? plan.rows(arrived, run) : plan.objects(arrived, run).map((object) => [object]);
    });
    return rows === null ? null : items;
  }

  async #rows(): Promise<unknown[][] | null> {
    const source = this.#source;
    const rows = await source.next();
    if (rows === null || ormStateOf(source.prepared.entry!.compiled)?.multiRowEagerLoaders !== true) return rows;
    if (this.#request.executionOptions?.["yieldPer"] !== undefined) {
      await source.close();
      throw new InvalidRequestError(
        "yieldPer cannot be used with collections that are loaded by join: the rows of one object may come in several batches. " +
          "Load them by selectinload(), or leave yieldPer out to have all rows read first.",
      );
    }
    const all = rows;
    for (let more = await source.next(); more !== null; more = await source.next()) for (const row of more) all.push(row);
    return all;
  }

  override close(): Promise<void> {
    return this.#source.close();
  }
}

function streamOrm(
  session: SessionInternals,
  statement: ClauseElement,
  params: Params,
  options: OrmExecutionOptions,
): MaybePromise<RowFeed> {
  const kind = statement as { _isInsert?: boolean; _isUpdate?: boolean; _isDelete?: boolean };
  // what changes rows is run as a whole: the session has to know of all of them
  if (kind._isInsert === true || kind._isUpdate === true || kind._isDelete === true) {
    const result = executeOrm.call(session, statement, params, options);
    return result instanceof Promise ? result.then((arrived) => new ResultFeed(arrived)) : new ResultFeed(result);
  }
  const merged = mergedOptions(session, statement, options);
  const start = (connection: Connection): RowFeed => {
    if (!(statement instanceof Select) && !(statement instanceof FromStatement)) return feedOf(connection, statement, params, merged);
    const loadOptions = loadOptionsFor(merged["populateExisting"] === true);
    return new OrmFeed({ session, connection, statement: statement as OrmStatement, params, executionOptions: merged, loadOptions });
  };
  const connection = session.connectionFor(mapperOf(statement), tokenOf(merged));
  return connection instanceof Promise ? connection.then(start) : start(connection);
}

streamOrmSlot.fill(streamOrm);
