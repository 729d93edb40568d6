import { FlushError } from "../../errors.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { DependencyProcessor, type PropertyActions, type StateActions } from "./dependency.ts";
import type { UowTransaction } from "./unit-of-work.ts";

/** The child's row refers to the parent's: children take the parent's key once its row is there, and lose it when they part. */
export class OneToManyDependency extends DependencyProcessor {
  protected perPropertyDependencies(uow: UowTransaction, actions: PropertyActions): void {
    const { parentSaves, childSaves, parentDeletes, childDeletes, afterSave, beforeDelete } = actions;
    if (this.prop.postUpdate) {
      const childPostUpdates = uow.postUpdateAll(this.mapper.baseMapper, false);
      const childPreUpdates = uow.postUpdateAll(this.mapper.baseMapper, true);
      uow.dependency(childSaves, afterSave);
      uow.dependency(parentSaves, afterSave);
      uow.dependency(afterSave, childPostUpdates);
      uow.dependency(beforeDelete, childPreUpdates);
      uow.dependency(childPreUpdates, parentDeletes);
      uow.dependency(childPreUpdates, childDeletes);
      return;
    }
    uow.dependency(parentSaves, afterSave);
    uow.dependency(afterSave, childSaves);
    uow.dependency(afterSave, childDeletes);
    uow.dependency(childSaves, parentDeletes);
    uow.dependency(childDeletes, parentDeletes);
    uow.dependency(beforeDelete, childSaves);
    uow.dependency(beforeDelete, childDeletes);
  }

  protected perStateDependencies(uow: UowTransaction, actions: StateActions, isDelete: boolean): void {
    const { saveParent, deleteParent, child, childIsDelete, afterSave, beforeDelete } = actions;
    if (this.prop.postUpdate) {
      if (isDelete) {
        const childPreUpdates = uow.postUpdateAll(this.mapper.baseMapper, true);
        uow.dependency(beforeDelete, childPreUpdates);
        uow.dependency(childPreUpdates, deleteParent);
        return;
      }
      const childPostUpdates = uow.postUpdateAll(this.mapper.baseMapper, false);
      if (!childIsDelete) uow.dependency(saveParent, afterSave);
      uow.dependency(child, afterSave);
      uow.dependency(afterSave, childPostUpdates);
    } else if (isDelete) {
      uow.dependency(beforeDelete, child);
      uow.dependency(child, deleteParent);
    } else {
      uow.dependency(saveParent, afterSave);
      uow.dependency(afterSave, child);
      uow.dependency(saveParent, child);
    }
  }

  override presortDeletes(uow: UowTransaction, states: readonly InstanceState[]): Promise<void> | undefined {
    if (uow.needsLoadForHistory(states, this, this.loadsForDeletes)) {
      return uow.loadForHistory(states, this, this.loadsForDeletes).then(() => this.#presortDeletes(uow, states));
    }
    this.#presortDeletes(uow, states);
    return undefined;
  }

  #presortDeletes(uow: UowTransaction, states: readonly InstanceState[]): void {
    const { cascade, passiveDeletes } = this.prop;
    const shouldNullKeys = !cascade.delete && passiveDeletes !== "all";
    for (const state of states) {
      const history = uow.getAttributeHistory(state, this.key);
      for (const child of history.deleted) {
        if (child !== null && !this.hasparent(child)) uow.registerObject(child, { isDelete: cascade.deleteOrphan });
      }
      if (!shouldNullKeys) continue;
      for (const child of history.unchanged) {
        if (child !== null) uow.registerObject(child, { operation: "delete", prop: this.prop });
      }
    }
  }

  override presortSaves(uow: UowTransaction, states: readonly InstanceState[]): Promise<void> | undefined {
    if (!this.prop.passiveUpdates) {
      const switched = states.filter((state) => this.pksChanged(state));
      if (uow.needsLoadForHistory(switched, this, true)) {
        return uow
          .loadForHistory(switched, this, true)
          .then(() => uow.loadForHistory(states, this, false))
          .then(() => this.#presortSaves(uow, states));
      }
    }
    if (uow.needsLoadForHistory(states, this, false)) {
      return uow.loadForHistory(states, this, false).then(() => this.#presortSaves(uow, states));
    }
    return this.#presortSaves(uow, states);
  }

  #presortSaves(uow: UowTransaction, states: readonly InstanceState[]): Promise<void> | undefined {
    const { cascade, passiveDeletes, passiveUpdates } = this.prop;
    const childrenAdded = uow.memo(this, "childrenAdded", () => new Set<InstanceState | null>());
    const shouldNullKeys = !cascade.deleteOrphan && passiveDeletes !== "all";
    const orphans: InstanceState[] = [];
    for (const state of states) {
      const pksChanged = this.pksChanged(state);
      const history = pksChanged ? uow.getAttributeHistory(state, this.key) : uow.getAttributeChanges(state, this.key);
      for (const child of history.added) {
        childrenAdded.add(child);
        if (child !== null) uow.registerObject(child, { cancelDelete: true, operation: "add", prop: this.prop });
      }
      for (const child of history.deleted) {
        if (child === null) continue;
        if (!cascade.deleteOrphan) {
          if (shouldNullKeys) uow.registerObject(child, { operation: "delete", prop: this.prop });
        } else if (!this.hasparent(child)) orphans.push(child);
      }
      if (!pksChanged) continue;
      for (const child of history.unchanged) {
        if (child !== null) uow.registerObject(child, { listOnly: passiveUpdates, operation: "pk change", prop: this.prop });
      }
    }
    return this.deleteOrphans(uow, orphans);
  }

  override processDeletes(uow: UowTransaction, states: readonly InstanceState[]): undefined {
    // children of a parent that is deleted lose their key, unless they are deleted as well
    const { cascade, passiveDeletes, postUpdate } = this.prop;
    if (!postUpdate && passiveDeletes === "all") return;
    const childrenAdded = uow.memo(this, "childrenAdded", () => new Set<InstanceState | null>());
    for (const state of states) {
      const history = uow.getAttributeHistory(state, this.key);
      for (const child of history.deleted) {
        if (child === null || this.hasparent(child)) continue;
        this.#clear(child, uow);
        if (postUpdate) this.postUpdateOf(child, uow, [state]);
      }
      if (!postUpdate && cascade.delete) continue;
      for (const child of history.unchanged) {
        if (child === null || childrenAdded.has(child)) continue;
        this.#clear(child, uow);
        if (postUpdate) this.postUpdateOf(child, uow, [state]);
      }
    }
  }

  override processSaves(uow: UowTransaction, states: readonly InstanceState[]): Promise<void> | undefined {
    const expired = states.filter(
      (state) => !this.pairs.hasSourceValues(state, this.parent) && state.key !== null && this.#hasWork(uow, state),
    );
    if (expired.length > 0) return this.pairs.load(uow, expired, this.parent).then(() => this.#processSaves(uow, states));
    this.#processSaves(uow, states);
    return undefined;
  }

  #hasWork(uow: UowTransaction, state: InstanceState): boolean {
    return uow.getAttributeChanges(state, this.key).added.length > 0;
  }

  #processSaves(uow: UowTransaction, states: readonly InstanceState[]): void {
    const { cascade, passiveDeletes, passiveUpdates, postUpdate } = this.prop;
    const shouldNullKeys = !cascade.deleteOrphan && passiveDeletes !== "all";
    for (const state of states) {
      const pksChanged = this.pksChanged(state);
      const history = pksChanged ? uow.getAttributeHistory(state, this.key) : uow.getAttributeChanges(state, this.key);
      for (const child of history.added) {
        this.#synchronize(state, child, uow, false);
        if (child !== null && postUpdate) this.postUpdateOf(child, uow, [state]);
      }
      if (shouldNullKeys) for (const child of history.deleted) if (child !== null && !this.hasparent(child)) this.#clear(child, uow);
      if (pksChanged) for (const child of history.unchanged) this.#synchronize(state, child, uow, passiveUpdates);
    }
  }

  #synchronize(parent: InstanceState, child: InstanceState | null, uow: UowTransaction, flagCascaded: boolean): void {
    this.verifyCanload(child);
    if (child === null || (!this.prop.postUpdate && uow.isDeleted(child))) return;
    // a member that is no part of the session keeps its key: a later flush of it carries the right one
    if (child._session === null && child.key !== null) return;
    if (child === parent && !this.prop.postUpdate && parent.key === null) {
      throw new FlushError(`${String(child)} is a member of its own ${String(this.prop)} and has no key yet: use { postUpdate: true }`);
    }
    this.pairs.populate(parent, this.parent, child, this.mapper, uow, flagCascaded);
  }

  #clear(child: InstanceState, uow: UowTransaction): void {
    this.verifyCanload(child);
    if (!this.prop.postUpdate && uow.isDeleted(child)) return;
    this.pairs.clear(child, this.mapper);
  }

  protected pksChanged(state: InstanceState): boolean {
    return this.pairs.sourceModified(state, this.parent);
  }
}
