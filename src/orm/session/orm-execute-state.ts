import { Delete } from "../../sql/dml/delete.ts";
import { Insert } from "../../sql/dml/insert.ts";
import { Update } from "../../sql/dml/update.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { SelectBase } from "../../sql/selectable/select-base.ts";
import type { Session } from "./session.ts";

/**
 * What `doOrmExecute` listeners get: the statement, which they may replace, and how it is going to be run.
 * @see https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.ORMExecuteState
 */
export class OrmExecuteState {
  readonly session: Session;
  /** may be assigned: what is run then is the new statement */
  statement: ClauseElement;
  readonly parameters: unknown;
  readonly isOrmStatement: boolean;
  localExecutionOptions: Readonly<Record<string, unknown>>;
  readonly #sessionOptions: Readonly<Record<string, unknown>>;
  readonly #invoke: (state: OrmExecuteState, statement: ClauseElement) => Promise<unknown>;

  constructor(
    session: Session,
    statement: ClauseElement,
    parameters: unknown,
    isOrmStatement: boolean,
    sessionOptions: Readonly<Record<string, unknown>>,
    executionOptions: Readonly<Record<string, unknown>>,
    invoke: (state: OrmExecuteState, statement: ClauseElement) => Promise<unknown>,
  ) {
    this.session = session;
    this.statement = statement;
    this.parameters = parameters;
    this.isOrmStatement = isOrmStatement;
    this.#sessionOptions = sessionOptions;
    this.localExecutionOptions = executionOptions;
    this.#invoke = invoke;
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

  /** Whether it loads a relationship or an object's columns, rather than running a statement of the program. */
  get isRelationshipLoad(): boolean {
    return this.localExecutionOptions["_ormRelationshipLoad"] === true;
  }

  get isColumnLoad(): boolean {
    return this.localExecutionOptions["_ormColumnLoad"] === true;
  }

  /** Those of the session, of the statement and of the call; later ones win. */
  get executionOptions(): Readonly<Record<string, unknown>> {
    const own = (this.statement as { _executionOptions?: Readonly<Record<string, unknown>> })._executionOptions;
    return { ...this.#sessionOptions, ...own, ...this.localExecutionOptions };
  }

  /** Adds options for this execution. */
  updateExecutionOptions(options: Readonly<Record<string, unknown>>): void {
    this.localExecutionOptions = { ...this.localExecutionOptions, ...options };
  }

  /** Runs the statement (or another one) now; the result can be given back by the listener. */
  invokeStatement(statement: ClauseElement = this.statement): Promise<unknown> {
    return this.#invoke(this, statement);
  }
}
