import { inspect } from "../../inspection.ts";
import { type Executable, withOptions } from "../../sql/base/executable.ts";
import { Delete } from "../../sql/dml/delete.ts";
import { Insert } from "../../sql/dml/insert.ts";
import { Update } from "../../sql/dml/update.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnDescription } from "../../sql/selectable/column-descriptions.ts";
import { SelectBase } from "../../sql/selectable/select-base.ts";
import { UserDefinedOption } from "../loading/user-defined-option.ts";
import type { Mapper } from "../mapping/mapper.ts";
import { FromStatement } from "../query/from-statement.ts";
import type { Session } from "./session.ts";

/**
 * What the ORM reads by itself: objects that belong to others, columns of objects that are there, an object by its key.
 */
export type LoadKind = "relationship" | "columns" | "object";

interface WithOptions {
  readonly _withOptions: readonly object[];
  readonly _memoizedSelectEntities: readonly { readonly _withOptions: readonly object[] }[];
}

/**
 * What `doOrmExecute` listeners get: the statement, which they may replace, and how it is going to be run.
 * @see https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.ORMExecuteState
 */
export class OrmExecuteState {
  readonly session: Session;
  /** may be assigned: what is run then is the new statement */
  statement: ClauseElement;
  readonly parameters: unknown;
  /** whether it is a SELECT of mapped things, or an INSERT, UPDATE or DELETE of a mapped class */
  readonly isOrmStatement: boolean;
  /** options of this execution alone */
  localExecutionOptions: Readonly<Record<string, unknown>>;
  readonly #sessionOptions: Readonly<Record<string, unknown>>;
  readonly #invoke: (state: OrmExecuteState, statement: ClauseElement) => Promise<unknown>;
  readonly #load: LoadKind | null;

  constructor(
    session: Session,
    statement: ClauseElement,
    parameters: unknown,
    isOrmStatement: boolean,
    sessionOptions: Readonly<Record<string, unknown>>,
    executionOptions: Readonly<Record<string, unknown>>,
    invoke: (state: OrmExecuteState, statement: ClauseElement) => Promise<unknown>,
    load: LoadKind | null = null,
  ) {
    this.session = session;
    this.statement = statement;
    this.parameters = parameters;
    this.isOrmStatement = isOrmStatement;
    this.#sessionOptions = sessionOptions;
    this.localExecutionOptions = executionOptions;
    this.#invoke = invoke;
    this.#load = load;
  }

  get isSelect(): boolean {
    return this.statement instanceof SelectBase;
  }

  get isInsert(): boolean {
    return this.statement instanceof Insert;
  }

  get isUpdate(): boolean {
    return this.statement instanceof Update;
  }

  get isDelete(): boolean {
    return this.statement instanceof Delete;
  }

  /** Whether parameters were given as a list: the statement runs for each, or for all. */
  get isExecutemany(): boolean {
    return Array.isArray(this.parameters);
  }

  /** Whether it loads a relationship, for a loader option or on demand, rather than running a statement of the program. */
  get isRelationshipLoad(): boolean {
    return this.#load === "relationship";
  }

  /** Whether it loads columns of objects that are there: deferred ones, expired ones, `refresh()`. Criteria of classes have no effect on it. */
  get isColumnLoad(): boolean {
    return this.#load === "columns";
  }

  /** The mapper that the statement is about; null where it is about none. */
  get bindMapper(): Mapper | null {
    const subject = this.statement._propagateAttrs as { readonly pluginSubject?: { readonly mapper: Mapper } | null };
    return subject.pluginSubject?.mapper ?? null;
  }

  /** The mappers of what the rows have, or of the class that is written; each once, those of columns included. */
  get allMappers(): readonly Mapper[] {
    const { bindMapper } = this;
    if (!this.isOrmStatement) return [];
    if (this.isInsert || this.isUpdate || this.isDelete) return bindMapper === null ? [] : [bindMapper];
    const { columnDescriptions = [] } = this.statement as { readonly columnDescriptions?: readonly ColumnDescription[] };
    const mappers = new Set<Mapper>();
    for (const { entity } of columnDescriptions) {
      if (entity !== null) mappers.add((inspect(entity) as { readonly mapper: Mapper }).mapper);
    }
    return [...mappers];
  }

  /** Whether its rows come from a statement that was written otherwise: `select(Film).fromStatement(text(…))`. */
  get isFromStatement(): boolean {
    return this.statement instanceof FromStatement;
  }

  /** Those of the session, of the statement and of the call; later ones win. */
  get executionOptions(): Readonly<Record<string, unknown>> {
    const own = (this.statement as { _executionOptions?: Readonly<Record<string, unknown>> })._executionOptions;
    return { ...this.#sessionOptions, ...own, ...this.localExecutionOptions };
  }

  /** The options of the program's own that the statement has, in the order in which they were given. */
  get userDefinedOptions(): readonly UserDefinedOption[] {
    const { _withOptions = [], _memoizedSelectEntities = [] } = this.statement as Partial<WithOptions>;
    // withOnlyColumns() keeps what came before apart
    const options = [..._memoizedSelectEntities.flatMap((each) => each._withOptions), ..._withOptions];
    return options.filter((option) => option instanceof UserDefinedOption);
  }

  /**
   * Adds loader options and the like to the statement that is run, such as `withLoaderCriteria()`.
   * @throws ArgumentError for what is no option
   */
  addOptions(...options: readonly object[]): void {
    this.statement = withOptions(this.statement as ClauseElement & Executable, options);
  }

  /** Adds execution options for this execution. */
  updateExecutionOptions(options: Readonly<Record<string, unknown>>): void {
    this.localExecutionOptions = { ...this.localExecutionOptions, ...options };
  }

  /** Runs the statement (or another one) now; the listener may give the result back, and it is not run again. */
  invokeStatement(statement: ClauseElement = this.statement): Promise<unknown> {
    return this.#invoke(this, statement);
  }
}
