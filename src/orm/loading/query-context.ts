import type { Connection } from "../../engine/connection.ts";
import { replacementTraverse } from "../../sql/base/traversal.ts";
import type { BindParameter } from "../../sql/elements/bind-parameter.ts";
import { cacheKeyOf, type ClauseElement } from "../../sql/elements/clause-element.ts";
import type { OrmCompileState, OrmStatement } from "../query/orm-compile-state.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { LoaderOption } from "./loader-option.ts";

/** What one load was told, beyond its statement. */
export interface LoadOptions {
  /** overwrite what objects have */
  readonly populateExisting: boolean;
  /** objects that are loaded again: what they have is overwritten */
  readonly refreshStates: ReadonlySet<InstanceState> | null;
  /** options load relationships for objects that were loaded before, too */
  readonly invokeAllEagers: boolean;
}

export const DEFAULT_LOAD_OPTIONS: LoadOptions = Object.freeze({
  populateExisting: false,
  refreshStates: null,
  invokeAllEagers: true,
});

const POPULATE_EXISTING: LoadOptions = Object.freeze({ ...DEFAULT_LOAD_OPTIONS, populateExisting: true });

/** The usual ones, or those that overwrite what is loaded. */
export function loadOptionsFor(populateExisting: boolean): LoadOptions {
  return populateExisting ? POPULATE_EXISTING : DEFAULT_LOAD_OPTIONS;
}

let runs = 0;

const NO_OPTIONS: readonly LoaderOption[] = Object.freeze([]);

/** One execution of a statement that gives entities: the number of its run, its options, and the values of the statement that runs. */
export class QueryContext {
  readonly session: SessionInternals;
  readonly connection: Connection;
  readonly state: OrmCompileState;
  /** the statement that runs; the compiled one may be another one of the same structure */
  readonly statement: OrmStatement;
  readonly params: Readonly<Record<string, unknown>> | null;
  readonly executionOptions: Readonly<Record<string, unknown>>;
  readonly loadOptions: LoadOptions;
  /** the loader options, with the values of this execution */
  readonly options: readonly LoaderOption[];
  /** distinct for each run: objects that carry it were met in it before */
  readonly runId: number;
  /** how many further levels recursive relationships are followed */
  readonly recursion: ReadonlyMap<RelationshipProperty, number> | null;
  #replacements: Map<object, ClauseElement> | null = null;

  constructor(
    session: SessionInternals,
    connection: Connection,
    state: OrmCompileState,
    statement: OrmStatement,
    params: Readonly<Record<string, unknown>> | null,
    executionOptions: Readonly<Record<string, unknown>>,
    loadOptions: LoadOptions,
    recursion: ReadonlyMap<RelationshipProperty, number> | null,
  ) {
    runs += 1;
    this.runId = runs;
    this.session = session;
    this.connection = connection;
    this.state = state;
    this.statement = statement;
    this.params = params;
    this.executionOptions = executionOptions;
    this.loadOptions = loadOptions;
    this.recursion = recursion;
    this.options = this.#currentOptions();
  }

  /** The options of the compiled statement, whose aliases the plan knows, with the values of the one that runs. */
  #currentOptions(): readonly LoaderOption[] {
    const compiled = this.state.selectStatement;
    if (compiled._withOptions.length === 0) return NO_OPTIONS;
    const options = compiled._withOptions.filter((option) => option instanceof LoaderOption);
    if (compiled === this.statement || !options.some((option) => option.hasBinds)) return options;
    const current = this.statement._withOptions.filter((option) => option instanceof LoaderOption);
    return options.map((option, i) => {
      if (!option.hasBinds) return option;
      // of one structure, and of one order: but for aliases, which the plan knows, the option itself is the one
      const own = current[i]!;
      return option.isAboutAlias ? option.adaptCriteria((element) => this.adapt(element as unknown as ClauseElement) as never) : own;
    });
  }

  /** The options of the statement that runs, with its own aliases; those of loads that follow speak of the compiled one's. */
  get givenOptions(): readonly LoaderOption[] {
    if (this.state.selectStatement === this.statement) return this.options;
    return this.statement._withOptions.filter((option) => option instanceof LoaderOption);
  }

  /** An expression of the compiled statement with the values of the one that runs. */
  adapt<E extends ClauseElement>(element: E): E {
    if (this.state.selectStatement === this.statement) return element;
    const replacements = (this.#replacements ??= this.#findReplacements());
    return replacementTraverse(element, (each) =>
      each._isBindParameter ? (replacements.get((each as BindParameter<unknown>)._origin) ?? null) : null,
    );
  }

  #findReplacements(): Map<object, ClauseElement> {
    const compiled = cacheKeyOf(this.state.selectStatement).binds as BindParameter<unknown>[];
    const current = cacheKeyOf(this.statement).binds as BindParameter<unknown>[];
    const replacements = new Map<object, ClauseElement>();
    compiled.forEach((bind, i) => {
      const now = current[i];
      if (now !== undefined) replacements.set(bind._origin, now);
    });
    return replacements;
  }
}
