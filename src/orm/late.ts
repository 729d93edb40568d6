import type { MaybePromise } from "../engine/driver.ts";
import { Slot } from "../sql/base/late.ts";
import type { ClauseElement } from "../sql/elements/clause-element.ts";
import type { ParameterRecord } from "../sql/compiler/compiled.ts";
import type { RowFeed } from "../engine/result/stream-result.ts";
import type { Result } from "../engine/result/result.ts";
import type { Mapper } from "./mapping/mapper.ts";
import type { IdentityToken } from "./state/identity-token.ts";
import type { InstanceState } from "./state/instance-state.ts";
import type { SessionInternals } from "./session/session-internals.ts";

/** Options of one execution, as `execute(stmt, { executionOptions })` and `stmt.executionOptions()` take them. */
export type OrmExecutionOptions = Readonly<Record<string, unknown>>;

/** What a single load of an object or of its attributes may say. */
export interface LoadIdentityOptions {
  /** loader options of the SELECT */
  readonly options?: readonly unknown[];
  /** overwrite what is already loaded */
  readonly populateExisting?: boolean;
  readonly withForUpdate?: unknown;
  /** the token of the object, by which it is told from others with the same primary key */
  readonly identityToken?: IdentityToken | null;
  readonly executionOptions?: OrmExecutionOptions;
}

/**
 * Runs a statement that names mapped things (SELECT of entities, ORM-enabled INSERT, UPDATE, DELETE) in a session.
 * Autoflush and the session's guard are the caller's. Filled by loading/execute-orm.ts.
 */
export const executeOrm: Slot<
  (
    session: SessionInternals,
    statement: ClauseElement,
    params: ParameterRecord | readonly ParameterRecord[] | null,
    options: OrmExecutionOptions,
  ) => MaybePromise<Result<unknown>>
> = new Slot("executeOrm");

/**
 * Starts an ORM statement whose rows are read as they arrive; objects are made, and what is loaded with them, batch by batch.
 * Filled by loading/stream-orm.ts.
 */
export const streamOrm: Slot<
  (
    session: SessionInternals,
    statement: ClauseElement,
    params: ParameterRecord | readonly ParameterRecord[] | null,
    options: OrmExecutionOptions,
  ) => MaybePromise<RowFeed>
> = new Slot("streamOrm");

/**
 * Loads an object by the values of its primary key, without looking into the identity map first; null when there is no such row.
 * Filled by loading/load-on-identity.ts.
 */
export const loadByPrimaryKey: Slot<
  (
    session: SessionInternals,
    mapper: Mapper,
    primaryKey: readonly unknown[],
    options?: LoadIdentityOptions,
  ) => MaybePromise<InstanceState | null>
> = new Slot("loadByPrimaryKey");

/**
 * Asks for an attribute that is not loaded, on demand (`awaitableAttrs`): what is asked for in the same tick goes out as one SELECT.
 * Resolves to the value. Filled by loading/attribute-loader.ts.
 * @throws DetachedInstanceError (by rejection) when the object belongs to no session
 * @throws ObjectDeletedError (by rejection) when its row is gone
 */
export const requestAttribute: Slot<(state: InstanceState, key: string) => Promise<unknown>> = new Slot("requestAttribute");

/**
 * Loads one attribute (relationship or column) of any number of objects with one SELECT (per 500), where it is not loaded yet.
 * For the unit of work: no autoflush, no guard. Filled by loading/attribute-loader.ts.
 */
export const loadAttributes: Slot<(session: SessionInternals, states: readonly InstanceState[], key: string) => Promise<void>> = new Slot(
  "loadAttributes",
);

/**
 * Loads columns (and with `attributeNames`, relationships) of persistent objects again and overwrites what they have.
 * Without names: every column, as `session.refresh()`; states of different mappers may be mixed. No autoflush.
 * Filled by loading/load-on-identity.ts.
 * @throws InvalidRequestError (by rejection) when a row is gone
 */
export const refreshStates: Slot<
  (
    session: SessionInternals,
    states: readonly InstanceState[],
    attributeNames: readonly string[] | null,
    options?: LoadIdentityOptions,
  ) => Promise<void>
> = new Slot("refreshStates");

/**
 * The cascades that follow a change of a relationship at once: an object that is put into a relationship of an object in a session
 * enters the session, a pending orphan leaves it. `initiatorKey` is the attribute where the change began: what comes from a back
 * reference brings nothing in. Filled by unit-of-work/cascade-events.ts.
 */
export const cascadeOnAppend: Slot<(state: InstanceState, key: string, item: unknown, initiatorKey: string) => void> = new Slot(
  "cascadeOnAppend",
);
export const cascadeOnRemove: Slot<(state: InstanceState, key: string, item: unknown) => void> = new Slot("cascadeOnRemove");
export const cascadeOnSet: Slot<(state: InstanceState, key: string, value: unknown, oldValue: unknown, initiatorKey: string) => void> =
  new Slot("cascadeOnSet");
