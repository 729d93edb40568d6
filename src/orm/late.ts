/**
 * What one part of the ORM needs of a part that is loaded after it: mapping and attributes, session and unit of work, loading.
 * Each slot is filled by exactly one file.
 */
import type { Result } from "../engine/result/result.ts";
import { Slot } from "../sql/base/late.ts";
import type { ClauseElement } from "../sql/elements/clause-element.ts";
import type { Mapper } from "./mapping/mapper.ts";
import type { SessionInternals } from "./session/session-internals.ts";
import type { InstanceState } from "./state/instance-state.ts";

/** Options of one execution, as the loader gets them. */
export interface OrmExecuteOptions {
  readonly executionOptions?: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

/** Options of `get` and `refresh`. */
export interface LoadOnIdentityOptions {
  readonly options?: readonly object[];
  readonly populateExisting?: boolean;
  readonly withForUpdate?: unknown;
  readonly executionOptions?: Readonly<Record<string, unknown>>;
}

/** Runs a statement that has to do with mapped classes. Filled by the loading part. */
export const executeOrm: Slot<
  (session: SessionInternals, statement: ClauseElement, params: unknown, options: OrmExecuteOptions) => Promise<Result<unknown>>
> = new Slot("executeOrm");

/** Loads one object by its primary key (not looking into the identity map first); null when there is no row. Filled by the loading part. */
export const loadByIdentity: Slot<
  (session: SessionInternals, mapper: Mapper, identity: readonly unknown[], options: LoadOnIdentityOptions) => Promise<object | null>
> = new Slot("loadByIdentity");

/**
 * Loads one attribute (a relationship or a column) of many states in as few statements as there can be, into the states.
 * States that have it already are left alone. No autoflush. Filled by the loading part.
 */
export const loadAttributes: Slot<(session: SessionInternals, states: readonly InstanceState[], key: string) => Promise<void>> = new Slot(
  "loadAttributes",
);

/**
 * What a relationship of these states has in the database, whatever was set on the objects meanwhile: per state the object (or null)
 * or the array of objects. Nothing is put into the states. No autoflush. Filled by the loading part.
 */
export const loadCommittedValues: Slot<
  (session: SessionInternals, states: readonly InstanceState[], key: string) => Promise<Map<InstanceState, unknown>>
> = new Slot("loadCommittedValues");

/**
 * Reads states anew from their rows: the given attributes, or, with null, all columns and what loads eagerly. Gives the states that
 * have no row any more. No autoflush. Filled by the loading part.
 */
export const refreshStates: Slot<
  (
    session: SessionInternals,
    states: readonly InstanceState[],
    keys: readonly string[] | null,
    options: LoadOnIdentityOptions,
  ) => Promise<readonly InstanceState[]>
> = new Slot("refreshStates");

/**
 * The cascades that follow a change of a relationship at once: an object that is put into a relationship of an object in a session
 * enters the session; a pending orphan leaves it. Filled by the unit of work.
 */
export const cascadeOnAppend: Slot<(state: InstanceState, key: string, item: object | null, initiatorKey: string) => void> = new Slot(
  "cascadeOnAppend",
);
export const cascadeOnRemove: Slot<(state: InstanceState, key: string, item: object | null) => void> = new Slot("cascadeOnRemove");
export const cascadeOnSet: Slot<
  (state: InstanceState, key: string, value: object | null, oldValue: object | null | undefined, initiatorKey: string) => void
> = new Slot("cascadeOnSet");
