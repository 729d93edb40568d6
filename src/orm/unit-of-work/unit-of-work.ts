import { CircularDependencyError, InvalidRequestError } from "../../errors.ts";
import { findCycles, layersWithoutCycles, sortIntoLayers, type Edge } from "../../util/topological.ts";
import type { SmallMap } from "../../util/small-map.ts";
import { warn } from "../../util/warn.ts";
import { loadAttributes, refreshStates } from "../late.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import type { SessionTransaction } from "../session/session-transaction.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { loadReplaced } from "./committed-values.ts";
import { dependencyOf, keySwitchesOf } from "./dependencies.ts";
import { executeLayer } from "./execute-layer.ts";
import type { DependencyProcessor } from "./dependency.ts";
import {
  DeleteAll,
  DeleteState,
  type FlushAction,
  PostUpdateAll,
  Preprocess,
  ProcessAll,
  ProcessState,
  SaveUpdateAll,
  SaveUpdateState,
} from "./flush-actions.ts";
import { keepOrder, ordersOf, shapeOf } from "./flush-orders.ts";
import { lateChanges, restoreLateChanges } from "./late-changes.ts";
import type { RowRecord } from "./table-plan.ts";
import { type FlushHistory, historyOf, isReplacedUnloaded, isUnchangedAttribute, isUnloaded, NO_HISTORY } from "./flush-history.ts";

/** What the flush does with a state. */
export interface StateAction {
  readonly state: InstanceState;
  isDelete: boolean;
  /** it takes part only so that others can find it: nothing is written for it */
  listOnly: boolean;
  /** what was sent for it; null while nothing was */
  written: RowRecord[] | null;
}

/** A mapper's rows that a relationship wants updated after everything else, and the columns that it set. */
interface PostUpdates {
  readonly states: Set<InstanceState>;
  readonly columns: Set<object>;
}

/**
 * One flush: which objects are written, and in which order. Mappers and relationships put in what they have to do and what must
 * come before what; the whole is sorted and run. Mappers that depend on each other in a circle are taken apart object by object.
 */
export class UowTransaction {
  readonly session: SessionInternals;
  readonly transaction: SessionTransaction;
  readonly states: Map<InstanceState, StateAction> = new Map();
  /** by class, what is done with its states, in the order in which they came in */
  readonly mappers: Map<Mapper, StateAction[]> = new Map();
  readonly postUpdates: Map<Mapper, PostUpdates> = new Map();
  /** dependency processors whose parent has this base mapper and that have work to do */
  readonly deps: Map<Mapper, Set<DependencyProcessor>> = new Map();
  /** states whose primary key followed a parent's by the database's own cascade, with the columns */
  readonly cascadedKeys: Map<InstanceState, Set<object>> = new Map();
  cycles: ReadonlySet<FlushAction> = new Set();

  readonly #edges: Map<FlushAction, Set<FlushAction>> = new Map();
  readonly #actions: Set<FlushAction> = new Set();
  readonly #presort: Map<DependencyProcessor, { fromParent: Preprocess | null; fromChild: Preprocess | null }> = new Map();
  readonly #preprocesses: Preprocess[] = [];
  readonly #processors: DependencyProcessor[] = [];
  #histories: Map<string, Map<InstanceState, FlushHistory>> | null = null;
  #memo: Map<unknown, Map<string, unknown>> | null = null;

  readonly #saveAll: Map<Mapper, SaveUpdateAll> = new Map();
  readonly #deleteAll: Map<Mapper, DeleteAll> = new Map();
  #processAll: Map<DependencyProcessor, Map<string, ProcessAll>> | null = null;
  #postUpdateAll: Map<Mapper, { save: PostUpdateAll | null; delete: PostUpdateAll | null }> | null = null;
  #saveState: Map<InstanceState, SaveUpdateState> | null = null;
  #deleteState: Map<InstanceState, DeleteState> | null = null;
  #processState: Map<DependencyProcessor, Map<InstanceState, ProcessState>> | null = null;

  constructor(session: SessionInternals, transaction: SessionTransaction) {
    this.session = session;
    this.transaction = transaction;
  }

  get hasWork(): boolean {
    return this.states.size > 0;
  }

  // --- what takes part -------------------------------------------------------------------------------------------------

  isDeleted(state: InstanceState): boolean {
    return this.states.get(state)?.isDelete === true;
  }

  /** Takes a state into the flush. False when it belongs to no session or to another one. */
  registerObject(
    state: InstanceState,
    options: { isDelete?: boolean; listOnly?: boolean; cancelDelete?: boolean; operation?: string; prop?: RelationshipProperty } = {},
  ): boolean {
    const { isDelete = false, listOnly = false, cancelDelete = false, operation, prop } = options;
    if (!this.session.containsState(state)) {
      // normal for what a cascade comes along; never so for what the session itself puts in
      if (!state._deleted && operation !== undefined) {
        warn(
          `Object of type ${state.mapper.name} is not in the session: the ${operation} operation along "${String(prop)}" will not proceed. ` +
            "Add the object to the session, or give the relationship the save-update cascade",
        );
      }
      return false;
    }
    const action = this.states.get(state);
    if (action === undefined) this.take(state, isDelete, listOnly);
    else if (!listOnly && (isDelete || cancelDelete)) {
      action.isDelete = isDelete;
      action.listOnly = false;
    }
    return true;
  }

  /** Takes in a state of the session that is no part of the flush yet. */
  take(state: InstanceState, isDelete: boolean, listOnly: boolean): void {
    const { mapper } = state;
    let actions = this.mappers.get(mapper);
    if (actions === undefined) {
      actions = [];
      this.mappers.set(mapper, actions);
      this.#perMapperPreprocessors(mapper);
    }
    const action: StateAction = { state, isDelete, listOnly, written: null };
    actions.push(action);
    this.states.set(state, action);
  }

  /** Leaves a state in the flush but writes nothing for it. */
  removeStateActions(state: InstanceState): void {
    this.states.get(state)!.listOnly = true;
  }

  registerPostUpdate(state: InstanceState, columns: readonly object[]): void {
    const mapper = state.mapper.baseMapper;
    let entry = this.postUpdates.get(mapper);
    if (entry === undefined) this.postUpdates.set(mapper, (entry = { states: new Set(), columns: new Set() }));
    entry.states.add(state);
    for (const column of columns) entry.columns.add(column);
  }

  /** Has a relationship take part in the order of the flush. */
  orderBy(processor: DependencyProcessor): void {
    this.#processors.push(processor);
  }

  #perMapperPreprocessors(mapper: Mapper): void {
    for (const dep of keySwitchesOf(mapper)) dep.perPropertyPreprocessors(this);
    for (const prop of mapper.relationships) if (!prop.viewonly) dependencyOf(prop).perPropertyPreprocessors(this);
  }

  registerPreprocessor(processor: DependencyProcessor, fromParent: boolean): void {
    let entry = this.#presort.get(processor);
    if (entry === undefined) this.#presort.set(processor, (entry = { fromParent: null, fromChild: null }));
    if (fromParent ? entry.fromParent !== null : entry.fromChild !== null) return;
    const preprocess = new Preprocess(processor, fromParent);
    if (fromParent) entry.fromParent = preprocess;
    else entry.fromChild = preprocess;
    this.#preprocesses.push(preprocess);
  }

  /** States of a mapper and those that inherit from it, of one kind of action. */
  statesForMapperHierarchy(mapper: Mapper, isDelete: boolean): InstanceState[] {
    const found: InstanceState[] = [];
    for (const [each, actions] of this.mappers) {
      // a class with concrete tables is a hierarchy of its own
      if (each.baseMapper !== mapper.baseMapper) continue;
      for (const action of actions) if (action.isDelete === isDelete && !action.listOnly) found.push(action.state);
    }
    return found;
  }

  /** One of the states of a mapper and those that inherit from it, of one kind of action; null when there is none. */
  firstState(mapper: Mapper, isDelete: boolean): InstanceState | null {
    for (const [each, actions] of this.mappers) {
      if (each.baseMapper !== mapper.baseMapper) continue;
      for (const action of actions) if (action.isDelete === isDelete && !action.listOnly) return action.state;
    }
    return null;
  }

  /** Anything that lives as long as the flush, per owner. */
  memo<V>(owner: unknown, name: string, make: () => V): V {
    let entries = this.#memo?.get(owner);
    if (entries === undefined) (this.#memo ??= new Map()).set(owner, (entries = new Map()));
    if (!entries.has(name)) entries.set(name, make());
    return entries.get(name) as V;
  }

  // --- actions and what must come before what ----------------------------------------------------------------------------

  dependency(first: FlushAction | null, second: FlushAction | null): void {
    if (first === null || second === null) return;
    const after = this.#edges.get(first);
    if (after === undefined) this.#edges.set(first, new Set([second]));
    else after.add(second);
  }

  #register<A extends FlushAction>(action: A): A {
    this.#actions.add(action);
    return action;
  }

  saveAll(mapper: Mapper): SaveUpdateAll {
    let action = this.#saveAll.get(mapper);
    if (action === undefined) this.#saveAll.set(mapper, (action = this.#register(new SaveUpdateAll(mapper))));
    return action;
  }

  deleteAll(mapper: Mapper): DeleteAll {
    let action = this.#deleteAll.get(mapper);
    if (action === undefined) this.#deleteAll.set(mapper, (action = this.#register(new DeleteAll(mapper))));
    return action;
  }

  processAll(processor: DependencyProcessor, isDelete: boolean, fromParent: boolean): ProcessAll {
    let actions = this.#processAll?.get(processor);
    if (actions === undefined) (this.#processAll ??= new Map()).set(processor, (actions = new Map()));
    const name = `${isDelete} ${fromParent}`;
    let action = actions.get(name);
    if (action === undefined) {
      actions.set(name, (action = this.#register(new ProcessAll(processor, isDelete, fromParent))));
      const base = processor.parent.baseMapper;
      const deps = this.deps.get(base);
      if (deps === undefined) this.deps.set(base, new Set([processor]));
      else deps.add(processor);
    }
    return action;
  }

  postUpdateAll(mapper: Mapper, isDelete: boolean): PostUpdateAll {
    let actions = this.#postUpdateAll?.get(mapper);
    if (actions === undefined) (this.#postUpdateAll ??= new Map()).set(mapper, (actions = { save: null, delete: null }));
    const which = isDelete ? "delete" : "save";
    return (actions[which] ??= this.#register(new PostUpdateAll(mapper, isDelete)));
  }

  saveState(state: InstanceState): SaveUpdateState {
    let action = this.#saveState?.get(state);
    if (action === undefined) (this.#saveState ??= new Map()).set(state, (action = this.#register(new SaveUpdateState(state))));
    return action;
  }

  deleteState(state: InstanceState): DeleteState {
    let action = this.#deleteState?.get(state);
    if (action === undefined) (this.#deleteState ??= new Map()).set(state, (action = this.#register(new DeleteState(state))));
    return action;
  }

  processState(processor: DependencyProcessor, isDelete: boolean, state: InstanceState): ProcessState {
    let actions = this.#processState?.get(processor);
    if (actions === undefined) (this.#processState ??= new Map()).set(processor, (actions = new Map()));
    let action = actions.get(state);
    if (action === undefined) actions.set(state, (action = this.#register(new ProcessState(processor, isDelete, state))));
    return action;
  }

  // --- histories ---------------------------------------------------------------------------------------------------------

  /**
   * The history of an attribute as states, kept for the whole flush once it was asked for: what is written may not change on the
   * way. What has to be loaded for it is loaded before, by {@link loadForHistory}.
   */
  getAttributeHistory(state: InstanceState, key: string): FlushHistory {
    let histories = this.#histories?.get(key);
    if (histories === undefined) (this.#histories ??= new Map()).set(key, (histories = new Map()));
    let history = histories.get(state);
    if (history === undefined) {
      history = historyOf(state, key);
      histories.set(state, history);
    }
    return history;
  }

  /** The history that was asked for in this flush. */
  knownHistory(state: InstanceState, key: string): FlushHistory | undefined {
    return this.#histories?.get(key)?.get(state);
  }

  /** Notes what is sent for a state. From now on, `modified` tells of changes that come too late for this flush. */
  noteWritten(state: InstanceState, record: RowRecord | null): void {
    const action = this.states.get(state);
    if (action === undefined) return;
    if (action.written === null) {
      state.modified = false;
      action.written = record === null ? [] : [record];
    } else if (record !== null) action.written.push(record);
  }

  /** As {@link getAttributeHistory}, where only changes matter: unchanged members may be left out. */
  getAttributeChanges(state: InstanceState, key: string): FlushHistory {
    const known = this.#histories?.get(key)?.get(state);
    if (known !== undefined) return known;
    return isUnchangedAttribute(state, key) ? NO_HISTORY : this.getAttributeHistory(state, key);
  }

  /**
   * Sees to it that histories of these states can be had in full. What was never loaded is loaded (one statement for all states),
   * with `all`; where the attribute was replaced without being loaded, what it had in the database is loaded in any case.
   */
  async loadForHistory(states: Iterable<InstanceState>, processor: DependencyProcessor, all: boolean): Promise<void> {
    const { key } = processor;
    const missing: InstanceState[] = [];
    const replaced: InstanceState[] = [];
    for (const state of states) {
      if (state.key === null || state._session === null) continue;
      if (isUnloaded(state, key)) {
        if (all) missing.push(state);
      } else if (isReplacedUnloaded(state, key) && processor.needsCommittedValue) replaced.push(state);
    }
    const histories = this.#histories?.get(key);
    if (histories !== undefined) for (const state of [...missing, ...replaced]) histories.delete(state);
    if (missing.length > 0) await loadAttributes.call(this.session, missing, key);
    if (replaced.length === 0) return;
    const members = await loadReplaced(this.session, replaced, key);
    // their back references have changed as well
    for (const member of members) if (member.modified && !this.states.has(member)) this.registerObject(member);
  }

  /** Whether states have to be asked for in the database before {@link getAttributeHistory} is complete. */
  needsLoadForHistory(states: Iterable<InstanceState>, processor: DependencyProcessor, all: boolean): boolean {
    const { key } = processor;
    for (const state of states) {
      if (state.key === null || state._session === null) continue;
      if (all && isUnloaded(state, key)) return true;
      if (processor.needsCommittedValue && isReplacedUnloaded(state, key)) return true;
    }
    return false;
  }

  /** Reads a column that has expired and that the flush needs, in one statement for all states. */
  async loadExpired(states: Iterable<InstanceState>, key: string): Promise<void> {
    const expired = [...new Set(states)].filter(
      (state) => state.key !== null && state._session !== null && state.values[key] === undefined,
    );
    if (expired.length > 0) await loadAttributes.call(this.session, expired, key);
  }

  /** True when a state that is expired turns out to have no row any more; it then leaves the session. */
  async wasAlreadyDeleted(state: InstanceState): Promise<boolean> {
    if (!state.expired) return false;
    try {
      await refreshStates.call(this.session, [state], null);
      return false;
    } catch (error) {
      if (!(error instanceof InvalidRequestError)) throw error;
      this.session.removeNewlyDeleted([state]);
      return true;
    }
  }

  // --- running -----------------------------------------------------------------------------------------------------------

  async execute(): Promise<void> {
    const layers = await this.#layers();
    if (this.cycles.size === 0) {
      for (const layer of layers) {
        const done = executeLayer(layer, this);
        if (done !== undefined) await done;
      }
      return;
    }
    for (const layer of layers) {
      const rest = new Set(layer);
      for (const action of layer) {
        if (!rest.delete(action)) continue;
        const done = action.executeAggregate(this, rest);
        if (done !== undefined) await done;
      }
    }
  }

  #edgeList(): Edge<FlushAction>[] {
    const edges: Edge<FlushAction>[] = [];
    for (const [first, after] of this.#edges) for (const second of after) edges.push([first, second]);
    return edges;
  }

  /** The actions in the order in which they are run: those of a layer may change places. */
  async #layers(): Promise<readonly (readonly FlushAction[])[]> {
    for (let again = true; again;) {
      again = false;
      // the list grows while states of further mappers come in
      for (let i = 0; i < this.#preprocesses.length; i++) {
        const found = this.#preprocesses[i]!.execute(this);
        if (typeof found === "boolean" ? found : await found) again = true;
      }
    }
    const orders = ordersOf(this.mappers);
    const shape = shapeOf(this.mappers, this.#processors);
    const known = orders.get(shape);
    if (known !== undefined && known !== null) return known;
    for (const mapper of this.mappers.keys()) this.dependency(this.saveAll(mapper.baseMapper), this.deleteAll(mapper.baseMapper));
    for (const processor of this.#processors) processor.perPropertyFlushActions(this);
    if (known === undefined) {
      const straight = layersWithoutCycles(this.#edgeList(), this.#sorted());
      keepOrder(orders, shape, straight);
      if (straight !== null) return straight;
    }
    this.cycles = findCycles(this.#edgeList(), this.#actions);
    await this.#breakCycles();
    return sortIntoLayers(this.#edgeList(), this.#sorted(), ({ cycles, edges }) => circular(cycles, edges));
  }

  #sorted(): FlushAction[] {
    const actions = [...this.#actions].filter((action) => !action.disabled && !this.cycles.has(action));
    return actions.sort((a, b) => (a.sortKey < b.sortKey ? -1 : a.sortKey > b.sortKey ? 1 : 0));
  }

  /** Replaces the actions for whole mappers that wait for each other by actions for single states. */
  async #breakCycles(): Promise<void> {
    const { cycles } = this;
    const converted = new Map<FlushAction, readonly FlushAction[]>();
    for (const action of cycles) converted.set(action, await action.perStateFlushActions(this));
    for (const [first, after] of [...this.#edges]) {
      for (const second of [...after]) {
        if (!first.disabled && !second.disabled && !cycles.has(first) && !cycles.has(second)) continue;
        after.delete(second);
        if (first.disabled || second.disabled || (cycles.has(first) && cycles.has(second))) continue;
        if (cycles.has(first)) for (const each of converted.get(first)!) this.dependency(each, second);
        else for (const each of converted.get(second)!) this.dependency(first, each);
      }
      if (after.size === 0) this.#edges.delete(first);
    }
  }

  /** After the flush: what was deleted leaves the session, everything else is clean. */
  finalizeFlushChanges(): void {
    const deleted: InstanceState[] = [];
    const others: InstanceState[] = [];
    for (const [state, { isDelete }] of this.states) (isDelete ? deleted : others).push(state);
    const late: [InstanceState, SmallMap<string, unknown>][] = [];
    for (const state of others) {
      const left = lateChanges(this, state);
      if (left !== null) late.push([state, left]);
    }
    if (deleted.length > 0) this.session.removeNewlyDeleted(deleted);
    if (others.length > 0) this.session.registerPersistent(others);
    for (const [state, left] of late) restoreLateChanges(state, left);
  }

  /** After an error: nothing counts as written. */
  abandon(): void {
    for (const { state, written } of this.states.values()) if (written !== null) state.modified = true;
  }
}

function circular(cycles: ReadonlySet<FlushAction>, edges: readonly Edge<FlushAction>[]): Error {
  const names = [...cycles].map(String);
  return new CircularDependencyError(
    `Circular dependency detected while ordering the statements of the flush: ${names.join(", ")}. ` +
      "These rows refer to each other, so none can be written first: set one of the references in a second flush, or give one of the " +
      "relationships { postUpdate: true }, which writes it by an UPDATE of its own",
    [...cycles],
    edges,
  );
}
