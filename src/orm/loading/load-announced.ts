import type { MaybePromise } from "../../engine/driver.ts";
import type { Result } from "../../engine/result/result.ts";
import type { ParameterRecord } from "../../sql/compiler/compiled.ts";
import type { OrmStatement } from "../query/orm-compile-state.ts";
import type { LoadKind } from "../session/orm-execute-state.ts";
import type { AnnouncedLoad } from "../session/session-internals.ts";
import type { LoadRun } from "./load-run.ts";
import { type LoadRequest, loadRows } from "./load-rows.ts";
import { ormResult } from "./orm-result.ts";

type Row = readonly unknown[];

/** What makes objects of the rows of a load. */
export interface RowReaders {
  reader(index: number): (row: Row, run: LoadRun) => unknown;
  objects(rows: readonly Row[], run: LoadRun): (object | null)[];
  readonly hasJoinedCollections: boolean;
}

/** Takes what a load has given. */
export type ConsumeLoad<T> = (readers: RowReaders, rows: readonly Row[], run: LoadRun) => T;

/** Of rows that a listener gave: they have their objects already. */
const GIVEN: RowReaders = {
  reader: (index) => (row) => row[index],
  objects: (rows) => rows.map((row) => row[0] as object | null),
  hasJoinedCollections: false,
};

/** Runs a SELECT that the ORM needs itself, as the listeners to `doOrmExecute` want it. */
export function loadAnnounced<T>(request: LoadRequest, kind: LoadKind, consume: ConsumeLoad<T>): MaybePromise<T> {
  const { session } = request;
  if (!session.announcesLoads) return loadRows(request, consume);
  const announced = session.announceLoad({
    kind,
    statement: request.statement,
    params: (request.params ?? null) as ParameterRecord | null,
    executionOptions: request.executionOptions ?? {},
    run: (statement, executionOptions) =>
      loadRows({ ...request, statement: statement as OrmStatement, executionOptions }, ormResult) as MaybePromise<never>,
  });
  return announced instanceof Promise ? announced.then((load) => perform(request, load, consume)) : perform(request, announced, consume);
}

function perform<T>(request: LoadRequest, load: AnnouncedLoad, consume: ConsumeLoad<T>): MaybePromise<T> {
  if (load.given !== null) return consume(GIVEN, givenRows(load.given), null as never);
  return loadRows({ ...request, statement: load.statement as OrmStatement, executionOptions: load.executionOptions }, consume);
}

/** The objects of joined collections may repeat. */
function givenRows(result: Result<unknown>): readonly Row[] {
  return result.unique().all() as readonly Row[];
}
