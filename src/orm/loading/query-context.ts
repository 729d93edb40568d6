import type { Connection } from "../../engine/connection.ts";
import type { InstanceState } from "../state/instance-state.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import type { OrmCompileState } from "../query/orm-compile-state.ts";
import type { LoaderOption } from "./loader-option.ts";

/** What one load was told, beyond its statement. @internal */
export interface LoadOptions {
  /** overwrite what objects have */
  readonly populateExisting: boolean;
  /** the object that is loaded again; its row is the only one */
  readonly refreshState: InstanceState | null;
  /** the attributes that are loaded, and no others */
  readonly onlyLoadProps: ReadonlySet<string> | null;
  /** options load relationships for objects that were loaded before, too */
  readonly invokeAllEagers: boolean;
  readonly yieldPer: number | null;
}

export const DEFAULT_LOAD_OPTIONS: LoadOptions = Object.freeze({
  populateExisting: false,
  refreshState: null,
  onlyLoadProps: null,
  invokeAllEagers: true,
  yieldPer: null,
});

let runs = 0;

/** One execution of a statement that gives entities: the number of its run, its options, and what is still to be loaded. @internal */
export class QueryContext {
  readonly session: SessionInternals;
  readonly connection: Connection;
  readonly compileState: OrmCompileState;
  readonly loadOptions: LoadOptions;
  /** the loader options, with the values of this execution */
  readonly options: readonly LoaderOption[];
  /** distinct for each run: objects that carry it were met in it before */
  readonly runId: number;
  /** objects whose missing attributes this run fills, by state */
  partials: Map<InstanceState, readonly string[]> | null = null;
  /** the run that this one belongs to (the loads of relationships belong to the run of their query) */
  readonly topLevel: QueryContext;

  constructor(
    session: SessionInternals,
    connection: Connection,
    compileState: OrmCompileState,
    loadOptions: LoadOptions,
    options: readonly LoaderOption[],
    topLevel: QueryContext | null,
  ) {
    runs += 1;
    this.session = session;
    this.connection = connection;
    this.compileState = compileState;
    this.loadOptions = loadOptions;
    this.options = options;
    this.runId = runs;
    this.topLevel = topLevel ?? this;
  }
}
