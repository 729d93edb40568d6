import type { InstanceState } from "../state/instance-state.ts";
import type { AttributeImpl } from "./attribute-impl.ts";

export type AttributeOperation = "append" | "remove" | "replace" | "bulkReplace" | "modified";

/**
 * Where a chain of attribute events began. Listeners get it as `initiator`; back references use it to know when to stop.
 * @see https://docs.sqlalchemy.org/en/21/orm/internals.html#sqlalchemy.orm.AttributeEventToken
 */
export class AttributeEventToken {
  readonly impl: AttributeImpl;
  readonly op: AttributeOperation;

  constructor(impl: AttributeImpl, op: AttributeOperation) {
    this.impl = impl;
    this.op = op;
  }

  get key(): string {
    return this.impl.key;
  }

  get parentToken(): AttributeImpl {
    return this.impl.parentToken;
  }
}

/** Called with a value that is put in; what it returns is taken in its place. */
export type AppendListener = (state: InstanceState, value: unknown, initiator: AttributeEventToken, key?: unknown) => unknown;
export type RemoveListener = (state: InstanceState, value: unknown, initiator: AttributeEventToken, key?: unknown) => void;
export type SetListener = (state: InstanceState, value: unknown, old: unknown, initiator: AttributeEventToken) => unknown;
export type BulkReplaceListener = (
  state: InstanceState,
  values: unknown[],
  initiator: AttributeEventToken,
  keys?: readonly unknown[] | null,
) => void;
export type CollectionListener = (state: InstanceState, collection: object) => void;
/** Gives the value of an attribute that was never set, or undefined to leave it; put into `values`, it is written with the object. */
export type InitScalarListener = (state: InstanceState, value: unknown, values: Record<string, unknown>) => unknown;

/**
 * The listeners of one attribute, in the order in which they are called; null while there are none, so that setting costs nothing.
 * All take states: what `listen()` adds for users is wrapped by the events of the ORM.
 */
export class AttributeDispatch {
  append: AppendListener[] | null = null;
  appendWoMutation: AppendListener[] | null = null;
  remove: RemoveListener[] | null = null;
  set: SetListener[] | null = null;
  bulkReplace: BulkReplaceListener[] | null = null;
  initCollection: CollectionListener[] | null = null;
  disposeCollection: CollectionListener[] | null = null;
  initScalar: InitScalarListener[] | null = null;
  modified: ((state: InstanceState, initiator: AttributeEventToken) => void)[] | null = null;
  /** something listens that must be told the old value, even if it would have to be known from the database */
  activeHistory = false;

  /** Adds a listener; `first` puts it before those that are there. */
  listen<N extends ListenerName>(name: N, fn: NonNullable<AttributeDispatch[N]>[number], first = false): void {
    const list = [...((this[name] as unknown[] | null) ?? [])];
    if (first) list.unshift(fn);
    else list.push(fn);
    // a new array, so that one that is being walked through stays as it is
    (this as Record<ListenerName, unknown>)[name] = list;
  }

  unlisten<N extends ListenerName>(name: N, fn: NonNullable<AttributeDispatch[N]>[number]): void {
    const list = ((this[name] as unknown[] | null) ?? []).filter((other) => other !== fn);
    (this as Record<ListenerName, unknown>)[name] = list.length > 0 ? list : null;
  }
}

export type ListenerName =
  | "append"
  | "appendWoMutation"
  | "remove"
  | "set"
  | "bulkReplace"
  | "initCollection"
  | "disposeCollection"
  | "initScalar"
  | "modified";
