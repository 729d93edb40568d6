import type { Mapper } from "../mapping/mapper.ts";
import type { InstanceState } from "../state/instance-state.ts";
import type { DependencyProcessor } from "./dependency.ts";
import { deleteObj } from "./delete-obj.ts";
import { mapperSortKey } from "./mapper-order.ts";
import { postUpdate } from "./post-update.ts";
import { saveObj } from "./save-obj.ts";
import type { UowTransaction } from "./unit-of-work.ts";

type Done = Promise<void> | undefined;

interface LookedAt {
  /** how many mappers the registry had: a further class may extend one of these */
  readonly count: number;
  readonly mappers: readonly Mapper[];
}

const fromParents: WeakMap<DependencyProcessor, LookedAt> = new WeakMap();
const fromChildren: WeakMap<DependencyProcessor, LookedAt> = new WeakMap();

/** Mappers whose states a dependency processor looks at. */
function mappersOf(processor: DependencyProcessor, fromParent: boolean): readonly Mapper[] {
  const cache = fromParent ? fromParents : fromChildren;
  const root = fromParent ? processor.parent : processor.mapper;
  const count = root.registry.mappers.size;
  const known = cache.get(processor);
  if (known !== undefined && known.count === count) return known.mappers;
  const all = [...root.selfAndDescendants];
  const mappers = fromParent ? all.filter((mapper) => mapper.props.get(processor.key) === processor.prop) : all;
  cache.set(processor, { count, mappers });
  return mappers;
}

/** Looks at states before the order of the flush is known: a relationship may bring further states in. */
export class Preprocess {
  readonly processor: DependencyProcessor;
  readonly #mappers: readonly Mapper[];
  readonly #processed: Set<InstanceState> = new Set();
  #setupFlushActions = false;

  constructor(processor: DependencyProcessor, fromParent: boolean) {
    this.processor = processor;
    this.#mappers = mappersOf(processor, fromParent);
  }

  /** True when there were states that it had not seen before. */
  execute(uow: UowTransaction): boolean | Promise<boolean> {
    const deletes: InstanceState[] = [];
    const saves: InstanceState[] = [];
    for (const mapper of this.#mappers) {
      const actions = uow.mappers.get(mapper);
      if (actions === undefined) continue;
      for (const { state, isDelete, listOnly } of actions) {
        if (!listOnly && !this.#processed.has(state)) (isDelete ? deletes : saves).push(state);
      }
    }
    if (deletes.length === 0 && saves.length === 0) return false;
    for (const state of deletes) this.#processed.add(state);
    for (const state of saves) this.#processed.add(state);
    const waiting = deletes.length > 0 ? this.processor.presortDeletes(uow, deletes) : undefined;
    if (waiting !== undefined) return this.#finishAsync(uow, waiting, deletes, saves);
    const saving = saves.length > 0 ? this.processor.presortSaves(uow, saves) : undefined;
    if (saving !== undefined) return saving.then(() => this.#finish(uow, deletes, saves));
    return this.#finish(uow, deletes, saves);
  }

  async #finishAsync(uow: UowTransaction, waiting: Promise<void>, deletes: InstanceState[], saves: InstanceState[]): Promise<boolean> {
    await waiting;
    if (saves.length > 0) await this.processor.presortSaves(uow, saves);
    return this.#finish(uow, deletes, saves);
  }

  #finish(uow: UowTransaction, deletes: InstanceState[], saves: InstanceState[]): boolean {
    if (
      !this.#setupFlushActions &&
      (this.processor.propHasChanges(uow, deletes, true) || this.processor.propHasChanges(uow, saves, false))
    ) {
      uow.orderBy(this.processor);
      this.#setupFlushActions = true;
    }
    return true;
  }
}

/** A part of the flush that has its place in the order. */
export abstract class FlushAction {
  /** replaced by actions for single states */
  disabled = false;
  abstract readonly sortKey: string;

  abstract execute(uow: UowTransaction): Done;

  /** Runs together with others of its kind among `others`, which are then taken out. */
  executeAggregate(uow: UowTransaction, _others: Set<FlushAction>): Done {
    return this.execute(uow);
  }

  /** What it consists of when it must be taken apart. */
  perStateFlushActions(_uow: UowTransaction): Promise<readonly FlushAction[]> | readonly FlushAction[] {
    return [];
  }

  abstract toString(): string;
}

/** INSERT and UPDATE of everything of one hierarchy of classes. */
export class SaveUpdateAll extends FlushAction {
  readonly mapper: Mapper;
  readonly sortKey: string;

  constructor(mapper: Mapper) {
    super();
    this.mapper = mapper;
    this.sortKey = `4 ${mapperSortKey(mapper)}`;
  }

  execute(uow: UowTransaction): Done {
    const states = uow.statesForMapperHierarchy(this.mapper, false);
    return states.length === 0 ? undefined : saveObj(this.mapper, states, uow);
  }

  override async perStateFlushActions(uow: UowTransaction): Promise<readonly FlushAction[]> {
    const states = uow.statesForMapperHierarchy(this.mapper, false);
    const deleteAll = uow.deleteAll(this.mapper);
    const actions: FlushAction[] = [];
    for (const state of states) {
      // saves come before deletes, so that a row can be switched from a deleted object to a new one
      const action = uow.saveState(state);
      uow.dependency(action, deleteAll);
      actions.push(action);
    }
    await perStateDependencies(uow, this.mapper, states, false);
    return actions;
  }

  toString(): string {
    return `save ${this.mapper.name}`;
  }
}

/** DELETE of everything of one hierarchy of classes. */
export class DeleteAll extends FlushAction {
  readonly mapper: Mapper;
  readonly sortKey: string;

  constructor(mapper: Mapper) {
    super();
    this.mapper = mapper;
    this.sortKey = `0 ${mapperSortKey(mapper)}`;
  }

  execute(uow: UowTransaction): Done {
    const states = uow.statesForMapperHierarchy(this.mapper, true);
    return states.length === 0 ? undefined : deleteObj(this.mapper, states, uow);
  }

  override async perStateFlushActions(uow: UowTransaction): Promise<readonly FlushAction[]> {
    const states = uow.statesForMapperHierarchy(this.mapper, true);
    const saveAll = uow.saveAll(this.mapper);
    const actions: FlushAction[] = [];
    for (const state of states) {
      const action = uow.deleteState(state);
      uow.dependency(saveAll, action);
      actions.push(action);
    }
    await perStateDependencies(uow, this.mapper, states, true);
    return actions;
  }

  toString(): string {
    return `delete ${this.mapper.name}`;
  }
}

async function perStateDependencies(uow: UowTransaction, mapper: Mapper, states: InstanceState[], isDelete: boolean): Promise<void> {
  const deps = uow.deps.get(mapper);
  if (deps === undefined) return;
  for (const dep of [...deps]) {
    const mine = states.filter((state) => state.mapper.props.get(dep.key) === dep.prop);
    await dep.perStateFlushActions(uow, mine, isDelete);
  }
}

/** Carries keys along one relationship, for all states. */
export class ProcessAll extends FlushAction {
  readonly processor: DependencyProcessor;
  readonly isDelete: boolean;
  readonly fromParent: boolean;
  readonly sortKey: string;

  constructor(processor: DependencyProcessor, isDelete: boolean, fromParent: boolean) {
    super();
    this.processor = processor;
    this.isDelete = isDelete;
    this.fromParent = fromParent;
    this.sortKey = `3 ${processor.sortKey} ${isDelete ? 1 : 0}`;
  }

  execute(uow: UowTransaction): Done {
    const states: InstanceState[] = [];
    for (const mapper of mappersOf(this.processor, this.fromParent)) {
      for (const action of uow.mappers.get(mapper) ?? [])
        if (action.isDelete === this.isDelete && !action.listOnly) states.push(action.state);
    }
    return this.isDelete ? this.processor.processDeletes(uow, states) : this.processor.processSaves(uow, states);
  }

  toString(): string {
    return `${String(this.processor.prop)} (${this.isDelete ? "delete" : "save"})`;
  }
}

/** UPDATEs that a relationship with `postUpdate` wants after (or, for deletes, before) everything else. */
export class PostUpdateAll extends FlushAction {
  readonly mapper: Mapper;
  readonly isDelete: boolean;
  readonly sortKey: string;

  constructor(mapper: Mapper, isDelete: boolean) {
    super();
    this.mapper = mapper;
    this.isDelete = isDelete;
    this.sortKey = `2 ${mapperSortKey(mapper)} ${isDelete ? 1 : 0}`;
  }

  execute(uow: UowTransaction): Done {
    const entry = uow.postUpdates.get(this.mapper);
    if (entry === undefined) return undefined;
    const states = [...entry.states].filter((state) => uow.isDeleted(state) === this.isDelete);
    return postUpdate(this.mapper, states, uow, entry.columns);
  }

  toString(): string {
    return `post update ${this.mapper.name}`;
  }
}

/** Actions of the same class for single states run together when they come at the same time. */
function takeAlike<A extends FlushAction>(others: Set<FlushAction>, alike: (action: FlushAction) => action is A): InstanceState[] {
  const states: InstanceState[] = [];
  for (const action of others) {
    if (!alike(action)) continue;
    others.delete(action);
    states.push((action as A & { state: InstanceState }).state);
  }
  return states;
}

export class SaveUpdateState extends FlushAction {
  readonly state: InstanceState;
  readonly mapper: Mapper;
  readonly sortKey: string;

  constructor(state: InstanceState) {
    super();
    this.state = state;
    this.mapper = state.mapper.baseMapper;
    this.sortKey = `5 ${mapperSortKey(this.mapper)}`;
  }

  execute(uow: UowTransaction): Done {
    return saveObj(this.mapper, [this.state], uow);
  }

  override executeAggregate(uow: UowTransaction, others: Set<FlushAction>): Done {
    const alike = takeAlike(
      others,
      (action): action is SaveUpdateState => action instanceof SaveUpdateState && action.mapper === this.mapper,
    );
    return saveObj(this.mapper, [this.state, ...alike], uow);
  }

  toString(): string {
    return `save ${String(this.state)}`;
  }
}

export class DeleteState extends FlushAction {
  readonly state: InstanceState;
  readonly mapper: Mapper;
  readonly sortKey: string;

  constructor(state: InstanceState) {
    super();
    this.state = state;
    this.mapper = state.mapper.baseMapper;
    this.sortKey = `1 ${mapperSortKey(this.mapper)}`;
  }

  execute(uow: UowTransaction): Done {
    return uow.isDeleted(this.state) ? deleteObj(this.mapper, [this.state], uow) : undefined;
  }

  override executeAggregate(uow: UowTransaction, others: Set<FlushAction>): Done {
    const alike = takeAlike(others, (action): action is DeleteState => action instanceof DeleteState && action.mapper === this.mapper);
    // a switched row is no delete any more
    const states = [this.state, ...alike].filter((state) => uow.isDeleted(state) && !uow.states.get(state)!.listOnly);
    return deleteObj(this.mapper, states, uow);
  }

  toString(): string {
    return `delete ${String(this.state)}`;
  }
}

/** Carries keys along one relationship, for one state. */
export class ProcessState extends FlushAction {
  readonly processor: DependencyProcessor;
  readonly isDelete: boolean;
  readonly state: InstanceState;
  readonly sortKey: string;

  constructor(processor: DependencyProcessor, isDelete: boolean, state: InstanceState) {
    super();
    this.processor = processor;
    this.isDelete = isDelete;
    this.state = state;
    this.sortKey = `3 ${processor.sortKey} ${isDelete ? 1 : 0}`;
  }

  execute(uow: UowTransaction): Done {
    return this.#run(uow, [this.state]);
  }

  override executeAggregate(uow: UowTransaction, others: Set<FlushAction>): Done {
    const alike = takeAlike(
      others,
      (action): action is ProcessState =>
        action instanceof ProcessState && action.processor === this.processor && action.isDelete === this.isDelete,
    );
    return this.#run(uow, [this.state, ...alike]);
  }

  #run(uow: UowTransaction, states: InstanceState[]): Done {
    return this.isDelete ? this.processor.processDeletes(uow, states) : this.processor.processSaves(uow, states);
  }

  toString(): string {
    const columns = this.processor.prop.synchronizePairs.map(([, column]) => String(column)).join(", ");
    return `${String(this.processor.prop)} (${columns}) of ${String(this.state)}`;
  }
}
