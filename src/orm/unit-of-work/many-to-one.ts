import type { InstanceState } from "../state/instance-state.ts";
import { warn } from "../../util/warn.ts";
import { DependencyProcessor, type PropertyActions, type StateActions } from "./dependency.ts";
import { isUnloaded, sumOf } from "./flush-history.ts";
import type { UowTransaction } from "./unit-of-work.ts";

/** The parent's row refers to the child's: the child's row comes first, then the parent takes its key. */
export class ManyToOneDependency extends DependencyProcessor {
  /** What a reference was before matters only where the object that it led to is deleted with it. */
  override get needsCommittedValue(): boolean {
    return this.prop.cascade.deleteOrphan;
  }

  protected perPropertyDependencies(uow: UowTransaction, actions: PropertyActions): void {
    const { parentSaves, childSaves, parentDeletes, childDeletes, afterSave, beforeDelete } = actions;
    if (this.prop.postUpdate) {
      const parentPostUpdates = uow.postUpdateAll(this.parent.baseMapper, false);
      const parentPreUpdates = uow.postUpdateAll(this.parent.baseMapper, true);
      uow.dependency(childSaves, afterSave);
      uow.dependency(parentSaves, afterSave);
      uow.dependency(afterSave, parentPostUpdates);
      uow.dependency(afterSave, parentPreUpdates);
      uow.dependency(beforeDelete, parentPreUpdates);
      uow.dependency(parentPreUpdates, childDeletes);
      uow.dependency(parentPreUpdates, parentDeletes);
      return;
    }
    uow.dependency(childSaves, afterSave);
    uow.dependency(afterSave, parentSaves);
    uow.dependency(parentSaves, childDeletes);
    uow.dependency(parentDeletes, childDeletes);
  }

  protected perStateDependencies(uow: UowTransaction, actions: StateActions, isDelete: boolean): void {
    const { saveParent, deleteParent, child, childIsDelete, afterSave, beforeDelete } = actions;
    if (this.prop.postUpdate) {
      if (isDelete) {
        const parentPreUpdates = uow.postUpdateAll(this.parent.baseMapper, true);
        uow.dependency(beforeDelete, parentPreUpdates);
        uow.dependency(parentPreUpdates, deleteParent);
        uow.dependency(parentPreUpdates, child);
        return;
      }
      const parentPostUpdates = uow.postUpdateAll(this.parent.baseMapper, false);
      uow.dependency(afterSave, parentPostUpdates);
      if (childIsDelete) {
        uow.dependency(parentPostUpdates, child);
      } else {
        uow.dependency(saveParent, afterSave);
        uow.dependency(child, afterSave);
      }
    } else if (isDelete) {
      if (childIsDelete) uow.dependency(deleteParent, child);
    } else {
      if (!childIsDelete) uow.dependency(child, afterSave);
      uow.dependency(afterSave, saveParent);
    }
  }

  /** Rows of one table that are deleted together have an order, loaded or not: their own columns tell. */
  override propHasChanges(uow: UowTransaction, states: readonly InstanceState[], isDelete: boolean): boolean {
    if (super.propHasChanges(uow, states, isDelete)) return true;
    return isDelete && this.prop._isSelfReferential && states.some((state) => this.pairs.mayReferTo(state, this.parent));
  }

  override presortDeletes(uow: UowTransaction, states: readonly InstanceState[]): Promise<void> | undefined {
    const { cascade } = this.prop;
    if (!cascade.delete && !cascade.deleteOrphan) return undefined;
    if (uow.needsLoadForHistory(states, this, this.loadsForDeletes)) {
      return uow.loadForHistory(states, this, this.loadsForDeletes).then(() => this.#presortDeletes(uow, states));
    }
    return this.#presortDeletes(uow, states);
  }

  #presortDeletes(uow: UowTransaction, states: readonly InstanceState[]): Promise<void> | undefined {
    const children: InstanceState[] = [];
    for (const state of states) {
      const history = uow.getAttributeHistory(state, this.key);
      const toDelete = this.prop.cascade.deleteOrphan ? sumOf(history) : [...history.added, ...history.unchanged];
      for (const child of toDelete) if (child !== null) children.push(child);
    }
    return this.deleteOrphans(uow, children);
  }

  override presortSaves(uow: UowTransaction, states: readonly InstanceState[]): Promise<void> | undefined {
    for (const state of states) uow.registerObject(state, { operation: "add", prop: this.prop });
    if (!this.prop.cascade.deleteOrphan) return undefined;
    // only a reference that was changed can have left an orphan
    const changed = states.filter((state) => state.committed?.has(this.key) === true);
    if (uow.needsLoadForHistory(changed, this, false)) {
      return uow.loadForHistory(changed, this, false).then(() => this.#findOrphans(uow, changed));
    }
    return this.#findOrphans(uow, changed);
  }

  #findOrphans(uow: UowTransaction, states: readonly InstanceState[]): Promise<void> | undefined {
    const orphans: InstanceState[] = [];
    for (const state of states) {
      for (const child of uow.getAttributeHistory(state, this.key).deleted)
        if (child !== null && !this.hasparent(child)) orphans.push(child);
    }
    return this.deleteOrphans(uow, orphans);
  }

  override processDeletes(uow: UowTransaction, states: readonly InstanceState[]): undefined {
    const { postUpdate, cascade, passiveDeletes } = this.prop;
    if (!postUpdate || cascade.deleteOrphan || passiveDeletes === "all") return;
    // the row must let go of the other one before either can be deleted
    for (const state of states) {
      // its own column tells whether there is another one, which need not be loaded
      const refers = isUnloaded(state, this.key) && this.pairs.mayReferTo(state, this.parent);
      this.pairs.clear(state, this.parent);
      this.postUpdateOf(state, uow, refers ? [state] : sumOf(uow.getAttributeHistory(state, this.key)), true);
    }
  }

  override processSaves(uow: UowTransaction, states: readonly InstanceState[]): Promise<void> | undefined {
    const expired: InstanceState[] = [];
    for (const state of states) {
      for (const child of uow.getAttributeChanges(state, this.key).added) {
        if (child !== null && child.key !== null && child.mapper.isa(this.mapper) && !this.pairs.hasSourceValues(child, this.mapper))
          expired.push(child);
      }
    }
    if (expired.length > 0) return this.pairs.load(uow, expired, this.mapper).then(() => this.#processSaves(uow, states));
    this.#processSaves(uow, states);
    return undefined;
  }

  #processSaves(uow: UowTransaction, states: readonly InstanceState[]): void {
    const { postUpdate } = this.prop;
    for (const state of states) {
      const history = postUpdate ? uow.getAttributeHistory(state, this.key) : uow.getAttributeChanges(state, this.key);
      if (history.added.length > 0) for (const child of history.added) this.#synchronize(state, child, uow);
      else if (history.deleted.length > 0) this.#synchronize(state, null, uow);
      if (postUpdate) this.postUpdateOf(state, uow, sumOf(history));
    }
  }

  #synchronize(state: InstanceState, child: InstanceState | null, uow: UowTransaction): void {
    if (!this.prop.postUpdate && uow.isDeleted(state)) return;
    if (child === null) {
      this.pairs.clear(state, this.parent);
      return;
    }
    if (!uow.session.containsState(child)) {
      warn(
        `Object of type ${child.mapper.name} is not in the session: the add operation along "${String(this.prop)}" will not proceed. ` +
          "Add the object to the session, or give the relationship the save-update cascade",
      );
      return;
    }
    this.verifyCanload(child);
    this.pairs.populate(child, this.mapper, state, this.parent, uow, false);
  }
}

/**
 * The other end of a many-to-one relationship without a back reference: when the primary key of an object changes, the objects that
 * refer to it are looked up in the session and follow.
 */
export class KeySwitchDependency extends DependencyProcessor {
  override perPropertyPreprocessors(uow: UowTransaction): void {
    const reverse = [...this.prop._reverseProperty];
    if (reverse.length > 0 && (this.prop.passiveUpdates || reverse.some((prop) => !prop.passiveUpdates))) return;
    uow.registerPreprocessor(this, false);
  }

  override perPropertyFlushActions(uow: UowTransaction): void {
    uow.dependency(uow.saveAll(this.parent.baseMapper), uow.processAll(this, false, false));
  }

  protected perPropertyDependencies(): void {}

  protected perStateDependencies(): void {}

  override async perStateFlushActions(): Promise<void> {}

  override presortSaves(uow: UowTransaction, states: readonly InstanceState[]): undefined {
    // without the database's help the rows that refer to it must be part of the flush
    if (!this.prop.passiveUpdates) this.#follow(uow, states);
  }

  override propHasChanges(uow: UowTransaction, states: readonly InstanceState[], isDelete: boolean): boolean {
    return !isDelete && this.prop.passiveUpdates && this.#switchers(uow, states).size > 0;
  }

  override processSaves(uow: UowTransaction, states: readonly InstanceState[]): undefined {
    this.#follow(uow, states);
  }

  #switchers(uow: UowTransaction, states: readonly InstanceState[]): Set<InstanceState> {
    const known = uow.memo(this, "switchers", () => ({ seen: new Set<InstanceState>(), switched: new Set<InstanceState>() }));
    for (const state of states) {
      if (known.seen.has(state)) continue;
      known.seen.add(state);
      if (state.key !== null && this.pairs.sourceModified(state, this.mapper)) known.switched.add(state);
    }
    return known.switched;
  }

  #follow(uow: UowTransaction, states: readonly InstanceState[]): void {
    const switched = this.#switchers(uow, states);
    if (switched.size === 0) return;
    for (const state of uow.session.identityMap.allStates()) {
      if (!state.mapper.isa(this.parent)) continue;
      const related = state.values[this.key];
      if (related === undefined || related === null) continue;
      for (const target of switched) {
        if (target.obj !== related) continue;
        uow.registerObject(state, { listOnly: this.prop.passiveUpdates });
        this.pairs.populate(target, this.mapper, state, this.parent, uow, this.prop.passiveUpdates);
      }
    }
  }
}
