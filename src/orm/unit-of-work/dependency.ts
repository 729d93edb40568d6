import { ArgumentError, FlushError } from "../../errors.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import { loadDeleteCascade, needsDeleteCascadeLoad } from "../session/cascade-walk.ts";
import type { InstanceState } from "../state/instance-state.ts";
import type { DeleteAll, FlushAction, ProcessAll, ProcessState, SaveUpdateAll } from "./flush-actions.ts";
import { isEmptyHistory, isUnchangedAttribute, NO_HISTORY, sumOf } from "./flush-history.ts";
import { mapperSortKey } from "./mapper-order.ts";
import { SyncPairs } from "./sync-keys.ts";
import type { UowTransaction } from "./unit-of-work.ts";

/** The actions that a relationship puts in order, for whole mappers. */
export interface PropertyActions {
  readonly parentSaves: SaveUpdateAll;
  readonly childSaves: SaveUpdateAll;
  readonly parentDeletes: DeleteAll;
  readonly childDeletes: DeleteAll;
  readonly afterSave: ProcessAll;
  readonly beforeDelete: ProcessAll;
}

/** The actions that a relationship puts in order, for one parent and one child. */
export interface StateActions {
  readonly saveParent: FlushAction | null;
  readonly deleteParent: FlushAction | null;
  readonly child: FlushAction | null;
  readonly childIsDelete: boolean;
  readonly afterSave: ProcessState | null;
  readonly beforeDelete: ProcessState | null;
}

let serials = 0;

/**
 * What one relationship means for a flush: which further objects take part, in which order rows are written, and which keys are
 * carried from one object to another in between. One class per direction.
 */
export abstract class DependencyProcessor {
  readonly prop: RelationshipProperty;
  readonly key: string;
  readonly sortKey: string;
  /** no other one has it */
  readonly serial: number = (serials += 1);
  /** key columns of the parent (or of the child, many to one) and the foreign key columns that take their values */
  readonly pairs: SyncPairs;

  constructor(prop: RelationshipProperty) {
    this.prop = prop;
    this.key = prop.key;
    this.sortKey = `${mapperSortKey(prop.parent)} ${prop.key}`;
    if (prop.synchronizePairs.length === 0) {
      throw new ArgumentError(
        `${String(prop)} has no columns by which a flush could write it: its join compares no column with a foreign key. ` +
          "Give the relationship foreignKeys, or make it { viewonly: true }",
      );
    }
    this.pairs = new SyncPairs(prop.synchronizePairs);
  }

  get mapper(): Mapper {
    return this.prop.mapper;
  }

  get parent(): Mapper {
    return this.prop.parent;
  }

  hasparent(state: InstanceState): boolean {
    return this.parent.classManager.getImpl(this.key).hasparent(state);
  }

  /** Whether rows of unloaded members are left to the database's own cascades. */
  protected get loadsForDeletes(): boolean {
    return !this.prop.passiveDeletes;
  }

  /** Whether the flush must know what a relationship that was replaced without being loaded had before. */
  get needsCommittedValue(): boolean {
    return true;
  }

  perPropertyPreprocessors(uow: UowTransaction): void {
    uow.registerPreprocessor(this, true);
  }

  perPropertyFlushActions(uow: UowTransaction): void {
    const parentBase = this.parent.baseMapper;
    const childBase = this.mapper.baseMapper;
    this.perPropertyDependencies(uow, {
      afterSave: uow.processAll(this, false, true),
      beforeDelete: uow.processAll(this, true, true),
      parentSaves: uow.saveAll(parentBase),
      childSaves: uow.saveAll(childBase),
      parentDeletes: uow.deleteAll(parentBase),
      childDeletes: uow.deleteAll(childBase),
    });
  }

  protected abstract perPropertyDependencies(uow: UowTransaction, actions: PropertyActions): void;

  protected abstract perStateDependencies(uow: UowTransaction, actions: StateActions, isDelete: boolean): void;

  /** Orders single states, where whole mappers wait for each other. */
  async perStateFlushActions(uow: UowTransaction, states: readonly InstanceState[], isDelete: boolean): Promise<void> {
    const childBase = this.mapper.baseMapper;
    const childSaves = uow.saveAll(childBase);
    const childDeletes = uow.deleteAll(childBase);
    uow.processAll(this, isDelete, true).disabled = true;
    const childInCycles = uow.cycles.has(childSaves);
    const parentBase = this.parent.baseMapper;
    const parentAll = isDelete ? uow.deleteAll(parentBase) : uow.saveAll(parentBase);
    const parentInCycles = uow.cycles.has(parentAll);

    if (isDelete && this.loadsForDeletes && uow.needsLoadForHistory(states, this, true)) await uow.loadForHistory(states, this, true);
    for (const state of states) {
      const members = sumOf(uow.getAttributeHistory(state, this.key));
      if (members.length === 0) continue;
      const process = uow.processState(this, isDelete, state);
      const parentAction = !parentInCycles ? parentAll : isDelete ? uow.deleteState(state) : uow.saveState(state);
      const actions = {
        saveParent: isDelete ? null : parentAction,
        deleteParent: isDelete ? parentAction : null,
        afterSave: isDelete ? null : process,
        beforeDelete: isDelete ? process : null,
      };
      if (childInCycles) {
        for (const member of members) {
          const action = member === null ? undefined : uow.states.get(member);
          const childIsDelete = action?.isDelete === true;
          const child = action === undefined ? null : childIsDelete ? uow.deleteState(member!) : uow.saveState(member!);
          this.perStateDependencies(uow, { ...actions, child, childIsDelete }, isDelete);
        }
      } else {
        this.perStateDependencies(uow, { ...actions, child: childSaves, childIsDelete: false }, isDelete);
        this.perStateDependencies(uow, { ...actions, child: childDeletes, childIsDelete: true }, isDelete);
      }
    }
  }

  presortDeletes(_uow: UowTransaction, _states: readonly InstanceState[]): Promise<void> | undefined {
    return undefined;
  }

  presortSaves(_uow: UowTransaction, _states: readonly InstanceState[]): Promise<void> | undefined {
    return undefined;
  }

  processDeletes(_uow: UowTransaction, _states: readonly InstanceState[]): Promise<void> | undefined {
    return undefined;
  }

  processSaves(_uow: UowTransaction, _states: readonly InstanceState[]): Promise<void> | undefined {
    return undefined;
  }

  /** Whether the relationship takes part in the order of this flush. */
  propHasChanges(uow: UowTransaction, states: readonly InstanceState[], _isDelete: boolean): boolean {
    if (states.length === 0) return false;
    for (const state of states) {
      // a relationship that is neither loaded nor set has nothing to say
      if (isUnchangedAttribute(state, this.key) && state.values[this.key] === undefined) continue;
      const history = uow.getAttributeHistory(state, this.key);
      if (history !== NO_HISTORY && !isEmptyHistory(history)) return true;
    }
    // what is not loaded may still matter where both sides are in the flush
    return !this.prop._isSelfReferential && uow.mappers.has(this.mapper);
  }

  /** Takes orphans into the flush, to be deleted together with what their delete cascades reach. */
  protected deleteOrphans(uow: UowTransaction, orphans: readonly InstanceState[]): Promise<void> | undefined {
    if (orphans.length === 0) return undefined;
    if (needsDeleteCascadeLoad(orphans)) return loadDeleteCascade(uow.session, orphans).then(() => this.#registerOrphans(uow, orphans));
    this.#registerOrphans(uow, orphans);
    return undefined;
  }

  #registerOrphans(uow: UowTransaction, orphans: readonly InstanceState[]): void {
    for (const child of orphans) {
      uow.registerObject(child, { isDelete: true, operation: "delete", prop: this.prop });
      for (const step of this.mapper.cascadeIterator("delete", child)) uow.registerObject(step.state, { isDelete: true });
    }
  }

  /** Refuses objects of a class that the relationship cannot hold. */
  protected verifyCanload(state: InstanceState | null): void {
    if (state === null) {
      if (this.prop.uselist) throw new FlushError(`Can't flush null: it was put into the collection ${String(this.prop)}`);
      return;
    }
    const { mapper } = this;
    if (state.mapper.isa(mapper)) return;
    if (this.prop.enableTypechecks === false && state.mapper.baseMapper === mapper.baseMapper) return;
    throw new FlushError(
      `Attempting to flush an item of type ${state.mapper.name} as a member of ${String(this.prop)}. ` +
        `Expected an object of type ${mapper.name} or of a subclass of it`,
    );
  }

  protected postUpdateOf(
    state: InstanceState,
    uow: UowTransaction,
    related: readonly (InstanceState | null)[],
    isManyToOneDelete = false,
  ): void {
    if (related.some((each) => !isManyToOneDelete || each !== null)) {
      uow.registerPostUpdate(
        state,
        this.prop.synchronizePairs.map(([, column]) => column),
      );
    }
  }

  toString(): string {
    return String(this.prop);
  }
}
