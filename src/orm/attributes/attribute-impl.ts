import { ArgumentError } from "../../errors.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { AttributeDispatch, AttributeEventToken } from "./attribute-event.ts";
import type { ClassManager } from "./class-manager.ts";
import type { History } from "./history.ts";
import { NO_VALUE, PASSIVE_NO_RESULT } from "./symbols.ts";

/** What an attribute is made with. */
export interface AttributeOptions {
  /** note on the other object that it has a parent by this attribute (orphans) */
  readonly trackParent?: boolean;
  /** the attribute of the superclass whose parents count as this one's */
  readonly parentToken?: AttributeImpl | null;
  readonly isEqual?: ((a: unknown, b: unknown) => boolean) | null;
  readonly activeHistory?: boolean;
  /** loaded by itself on demand, not with the other columns */
  readonly deferred?: boolean;
  /** no column of the class's tables lies behind it: changes are not flushed */
  readonly sendModifiedEvents?: boolean;
  readonly acceptsScalarLoader?: boolean;
  /** null where nothing gave it a value (query expressions) */
  readonly knownAsNull?: boolean;
}

/**
 * How one attribute of one class is read and changed, and what is remembered of a change. All of it is sync and nothing loads:
 * where SQLAlchemy would load, PASSIVE_NO_RESULT says that only the database knows.
 * @see https://docs.sqlalchemy.org/en/21/orm/internals.html
 */
export abstract class AttributeImpl {
  readonly manager: ClassManager;
  readonly key: string;
  /** a collection of objects */
  readonly collection: boolean;
  /** its values are mapped objects */
  readonly usesObjects: boolean;
  /** never loaded as a whole (dynamic, write-only) */
  readonly dynamic: boolean = false;
  /** loaded with the other columns when it is expired */
  readonly acceptsScalarLoader: boolean;
  readonly deferred: boolean;
  readonly sendModifiedEvents: boolean;
  /** the name is SQLAlchemy's; orphans are found by it */
  trackParent: boolean;
  readonly parentToken: AttributeImpl;
  readonly isEqual: (a: unknown, b: unknown) => boolean;
  readonly dispatch: AttributeDispatch = new AttributeDispatch();

  readonly appendToken: AttributeEventToken;
  readonly removeToken: AttributeEventToken = new AttributeEventToken(this, "remove");
  readonly replaceToken: AttributeEventToken = new AttributeEventToken(this, "replace");
  readonly bulkReplaceToken: AttributeEventToken = new AttributeEventToken(this, "bulkReplace");
  readonly modifiedToken: AttributeEventToken = new AttributeEventToken(this, "modified");

  constructor(manager: ClassManager, key: string, options: AttributeOptions, kind: "scalar" | "object" | "collection") {
    this.manager = manager;
    this.key = key;
    this.collection = kind === "collection";
    this.usesObjects = kind !== "scalar";
    this.acceptsScalarLoader = options.acceptsScalarLoader ?? kind === "scalar";
    this.deferred = options.deferred ?? false;
    this.sendModifiedEvents = options.sendModifiedEvents ?? true;
    this.trackParent = options.trackParent ?? false;
    this.parentToken = options.parentToken ?? this;
    this.isEqual = options.isEqual ?? Object.is;
    this.dispatch.activeHistory = options.activeHistory ?? false;
    // one object for both in scalars: to be given an object is to have it replaced
    this.appendToken = kind === "collection" ? new AttributeEventToken(this, "append") : this.replaceToken;
  }

  /** "Film.characters" */
  toString(): string {
    return `${this.manager.name}.${this.key}`;
  }

  /** Whether the object has a parent by this attribute; `optimistic` is the answer when nothing is known of it. */
  hasparent(state: InstanceState, optimistic = false): boolean {
    const parent = state.parents?.get(this.parentToken);
    return parent === undefined ? optimistic : parent !== false;
  }

  setHasparent(state: InstanceState, parent: InstanceState, value: boolean): void {
    const parents = (state.parents ??= new Map());
    if (value) {
      parents.set(this.parentToken, parent);
      return;
    }
    const last = parents.get(this.parentToken);
    // taken out of an earlier parent while it has a new one already
    if (last !== undefined && last !== false && last !== parent && (last.key === null || last.key !== parent.key)) return;
    parents.set(this.parentToken, false);
  }

  /**
   * The value if it is known: loaded, set, or known to be none. NO_VALUE where nothing was ever set, PASSIVE_NO_RESULT where only the
   * database knows. Stores nothing.
   */
  get(state: InstanceState): unknown {
    const value = state.values[this.key];
    if (value !== undefined) return value;
    return this.isKnown(state) ? NO_VALUE : PASSIVE_NO_RESULT;
  }

  /** Whether an attribute without a value is known to have none. */
  abstract isKnown(state: InstanceState): boolean;

  /** What reading gives when nothing was ever set: null, or an empty collection. */
  abstract defaultValue(state: InstanceState): unknown;

  abstract getHistory(state: InstanceState): History;

  /**
   * Changes the value with all events.
   * @param initiator - where the chain of events began; null when it begins here
   * @param checkOld - the value that is expected to be replaced
   * @param pop - do nothing, instead of throwing, when `checkOld` is not the value
   */
  abstract set(state: InstanceState, value: unknown, initiator?: AttributeEventToken | null, checkOld?: unknown, pop?: boolean): void;

  append(state: InstanceState, value: unknown, initiator: AttributeEventToken | null): void {
    this.set(state, value, initiator);
  }

  remove(state: InstanceState, value: unknown, initiator: AttributeEventToken | null): void {
    this.set(state, null, initiator, value);
  }

  pop(state: InstanceState, value: unknown, initiator: AttributeEventToken | null): void {
    this.set(state, null, initiator, value, true);
  }

  /** Puts a value in as if it had been loaded, without events and history; gives what the attribute then reads as. */
  setCommittedValue(state: InstanceState, value: unknown): unknown {
    state.values[this.key] = value;
    state._commit([this.key]);
    return value;
  }

  /** The value before the first change since the last flush: NO_VALUE or PASSIVE_NO_RESULT where it is not there. */
  getCommittedValue(state: InstanceState): unknown {
    const committed = state.committed;
    if (committed !== null && committed.has(this.key)) return committed.get(this.key);
    return this.get(state);
  }

  /**
   * Gives the value that an attribute had in the database before it was replaced without being loaded; history is complete from
   * then on. For the flush.
   * @param original - the object or null; for collections, the members
   */
  completeHistory(state: InstanceState, original: unknown): void {
    if (state.committed?.get(this.key) === PASSIVE_NO_RESULT) state.committed.set(this.key, original);
  }

  /** Whether the old value was not known when it was replaced, so that the history lacks it. */
  historyIncomplete(state: InstanceState): boolean {
    return state.committed?.get(this.key) === PASSIVE_NO_RESULT;
  }

  /** The objects that the attribute has and had since the last flush, for cascades; nothing for columns. */
  getAllPending(_state: InstanceState): (readonly [InstanceState, object])[] {
    return [];
  }

  /** @throws ArgumentError for undefined, which is no value */
  protected checkDefined(value: unknown): void {
    if (value === undefined) throw new ArgumentError(`${this.toString()} was set to undefined, which is not a value; use null for NULL`);
  }
}
