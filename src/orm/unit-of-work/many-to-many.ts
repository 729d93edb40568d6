import { StaleDataError } from "../../errors.ts";
import { delete_, insert, update } from "../../sql/dml/constructors.ts";
import type { Delete } from "../../sql/dml/delete.ts";
import type { Insert } from "../../sql/dml/insert.ts";
import type { Update } from "../../sql/dml/update.ts";
import { bindparam } from "../../sql/elements/constructors.ts";
import type { Table } from "../../sql/schema/table.ts";
import { warn } from "../../util/warn.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import { byToken, type IdentityToken } from "../state/identity-token.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { DependencyProcessor, type PropertyActions, type StateActions } from "./dependency.ts";
import { runMany } from "./run-statement.ts";
import { SyncPairs } from "./sync-keys.ts";
import type { UowTransaction } from "./unit-of-work.ts";

type Row = Record<string, unknown>;

/** What is to be done in the secondary table. */
interface SecondaryWork {
  readonly inserts: Row[];
  readonly updates: Row[];
  readonly deletes: Row[];
  /** of the objects on this side, whose database has the rows */
  readonly identityToken: IdentityToken | null;
}

/** Rows of a table in between refer to both sides: they come after both, and go before either. */
export class ManyToManyDependency extends DependencyProcessor {
  readonly #secondaryPairs: SyncPairs;

  constructor(prop: RelationshipProperty) {
    super(prop);
    this.#secondaryPairs = new SyncPairs(prop.secondarySynchronizePairs);
  }

  protected perPropertyDependencies(uow: UowTransaction, actions: PropertyActions): void {
    const { parentSaves, childSaves, parentDeletes, childDeletes, afterSave, beforeDelete } = actions;
    uow.dependency(parentSaves, afterSave);
    uow.dependency(childSaves, afterSave);
    uow.dependency(afterSave, childDeletes);
    // a row switch may turn the parent's delete into a save that takes members out
    uow.dependency(beforeDelete, parentSaves);
    uow.dependency(beforeDelete, parentDeletes);
    uow.dependency(beforeDelete, childDeletes);
    uow.dependency(beforeDelete, childSaves);
  }

  protected perStateDependencies(uow: UowTransaction, actions: StateActions, isDelete: boolean): void {
    const { saveParent, deleteParent, child, childIsDelete, afterSave, beforeDelete } = actions;
    if (isDelete) {
      uow.dependency(beforeDelete, child);
      uow.dependency(beforeDelete, deleteParent);
      return;
    }
    uow.dependency(saveParent, afterSave);
    if (childIsDelete) uow.dependency(afterSave, child);
    else uow.dependency(child, afterSave);
  }

  override presortDeletes(uow: UowTransaction, states: readonly InstanceState[]): Promise<void> | undefined {
    if (!uow.needsLoadForHistory(states, this, this.loadsForDeletes)) return undefined;
    return uow.loadForHistory(states, this, this.loadsForDeletes);
  }

  override presortSaves(uow: UowTransaction, states: readonly InstanceState[]): Promise<void> | undefined {
    const switched = this.prop.passiveUpdates ? [] : states.filter((state) => this.pairs.sourceModified(state, this.parent));
    const loadsAll = uow.needsLoadForHistory(switched, this, true);
    if (loadsAll || uow.needsLoadForHistory(states, this, false)) return this.#loadThenPresort(uow, states, loadsAll ? switched : []);
    return this.#presortSaves(uow, states);
  }

  async #loadThenPresort(uow: UowTransaction, states: readonly InstanceState[], switched: readonly InstanceState[]): Promise<void> {
    if (switched.length > 0) await uow.loadForHistory(switched, this, true);
    await uow.loadForHistory(states, this, false);
    await this.#presortSaves(uow, states);
  }

  #presortSaves(uow: UowTransaction, states: readonly InstanceState[]): Promise<void> | undefined {
    if (!this.prop.cascade.deleteOrphan) return undefined;
    const orphans: InstanceState[] = [];
    for (const state of states) {
      for (const child of uow.getAttributeChanges(state, this.key).deleted)
        if (child !== null && !this.hasparent(child)) orphans.push(child);
    }
    return this.deleteOrphans(uow, orphans);
  }

  override processDeletes(uow: UowTransaction, states: readonly InstanceState[]): Promise<void> | undefined {
    const byTokens = byToken(states);
    if (byTokens !== null) return inTurn(byTokens, (group) => this.processDeletes(uow, group));
    const work: SecondaryWork = { inserts: [], updates: [], deletes: [], identityToken: states[0]?.identityToken ?? null };
    const processed = this.#processedPairs(uow);
    for (const state of states) {
      const history = uow.getAttributeHistory(state, this.key);
      for (const child of [...history.unchanged, ...history.deleted]) {
        if (child === null || processed?.has(state, child)) continue;
        const row = this.#row(state, child, uow, "delete");
        if (row !== null) work.deletes.push(row);
      }
    }
    if (processed !== null) {
      for (const state of states) {
        const history = uow.getAttributeHistory(state, this.key);
        for (const child of [...history.unchanged, ...history.deleted]) if (child !== null) processed.add(child, state);
      }
    }
    return this.#runCrud(uow, work);
  }

  override processSaves(uow: UowTransaction, states: readonly InstanceState[]): Promise<void> | undefined {
    const parents: InstanceState[] = [];
    const children: InstanceState[] = [];
    for (const state of states) {
      const { added, deleted } = uow.getAttributeChanges(state, this.key);
      if (added.length === 0 && deleted.length === 0) continue;
      if (state.key !== null && !this.pairs.hasSourceValues(state, this.parent)) parents.push(state);
      for (const child of [...added, ...deleted]) {
        if (
          child !== null &&
          child.key !== null &&
          child.mapper.isa(this.mapper) &&
          !this.#secondaryPairs.hasSourceValues(child, this.mapper)
        )
          children.push(child);
      }
    }
    if (parents.length > 0 || children.length > 0) {
      return this.pairs
        .load(uow, parents, this.parent)
        .then(() => this.#secondaryPairs.load(uow, children, this.mapper))
        .then(() => this.#processSaves(uow, states));
    }
    return this.#processSaves(uow, states);
  }

  #processSaves(uow: UowTransaction, states: readonly InstanceState[]): Promise<void> | undefined {
    const byTokens = byToken(states);
    if (byTokens !== null) return inTurn(byTokens, (group) => this.#processSaves(uow, group));
    const work: SecondaryWork = { inserts: [], updates: [], deletes: [], identityToken: states[0]?.identityToken ?? null };
    const processed = this.#processedPairs(uow);
    const done: [InstanceState, InstanceState][] = [];
    for (const state of states) {
      const followsKey = !this.prop.passiveUpdates && this.pairs.sourceModified(state, this.parent);
      const history = followsKey ? uow.getAttributeHistory(state, this.key) : uow.getAttributeChanges(state, this.key);
      for (const child of history.added) {
        this.verifyCanload(child);
        if (child === null || processed?.has(state, child)) continue;
        const row = this.#row(state, child, uow, "add");
        if (row !== null) work.inserts.push(row);
      }
      for (const child of history.deleted) {
        if (child === null || processed?.has(state, child)) continue;
        const row = this.#row(state, child, uow, "delete");
        if (row !== null) work.deletes.push(row);
      }
      for (const child of [...history.added, ...history.deleted]) if (child !== null) done.push([child, state]);
      if (followsKey) for (const child of history.unchanged) if (child !== null) work.updates.push(this.#updateRow(state, child));
    }
    if (processed !== null) for (const [child, state] of done) processed.add(child, state);
    return this.#runCrud(uow, work);
  }

  /** The pairs that this relationship or its back reference has dealt with: each row is written once. */
  #processedPairs(uow: UowTransaction): ProcessedPairs | null {
    const reverse = this.prop._reverseProperty;
    if (reverse.size === 0) return null;
    // both sides must find the same memo
    let owner = this.prop;
    for (const prop of reverse) if (`${prop.key} ${prop.parent.name}` < `${owner.key} ${owner.parent.name}`) owner = prop;
    return uow.memo(owner, "processedPairs", () => new ProcessedPairs());
  }

  #row(state: InstanceState, child: InstanceState, uow: UowTransaction, operation: string): Row | null {
    this.verifyCanload(child);
    if (!uow.session.containsState(child)) {
      if (!child._deleted) {
        warn(
          `Object of type ${child.mapper.name} is not in the session: the ${operation} operation along "${String(this.prop)}" won't proceed. ` +
            "Add the object to the session, or give the relationship the save-update cascade",
        );
      }
      return null;
    }
    const row: Row = {};
    this.pairs.populateRow(state, this.parent, row);
    this.#secondaryPairs.populateRow(child, this.mapper, row);
    return row;
  }

  #updateRow(state: InstanceState, child: InstanceState): Row {
    const row: Row = {};
    this.pairs.updateRow(state, this.parent, row, "old_");
    this.#secondaryPairs.updateRow(child, this.mapper, row, "old_");
    return row;
  }

  #runCrud(uow: UowTransaction, work: SecondaryWork): Promise<void> | undefined {
    if (work.deletes.length === 0 && work.updates.length === 0 && work.inserts.length === 0) return undefined;
    return this.#emit(uow, work);
  }

  async #emit(uow: UowTransaction, { inserts, updates, deletes, identityToken }: SecondaryWork): Promise<void> {
    const connection = await uow.session.connectionFor(this.mapper, identityToken);
    const table = this.prop.secondary as Table;
    const statements = secondaryStatements(this.prop, table);
    if (deletes.length > 0) {
      const count = await runMany(connection, statements.delete(Object.keys(deletes[0]!)), deletes);
      if (count >= 0 && count !== deletes.length) throw stale("DELETE", "delete", table, deletes.length, count);
    }
    if (updates.length > 0) {
      const keys = Object.keys(updates[0]!).filter((key) => !key.startsWith("old_"));
      const count = await runMany(connection, statements.update(keys), updates);
      if (count >= 0 && count !== updates.length) throw stale("UPDATE", "update", table, updates.length, count);
    }
    if (inserts.length > 0) await runMany(connection, statements.insert, inserts);
  }
}

async function inTurn<T>(groups: readonly T[], work: (group: T) => Promise<void> | undefined): Promise<void> {
  for (const group of groups) await work(group);
}

class ProcessedPairs {
  readonly #pairs: Map<InstanceState, Set<InstanceState>> = new Map();

  add(first: InstanceState, second: InstanceState): void {
    const seconds = this.#pairs.get(first);
    if (seconds === undefined) this.#pairs.set(first, new Set([second]));
    else seconds.add(second);
  }

  has(first: InstanceState, second: InstanceState): boolean {
    return this.#pairs.get(first)?.has(second) === true;
  }
}

interface SecondaryStatements {
  readonly insert: Insert;
  readonly delete: (keys: readonly string[]) => Delete;
  readonly update: (keys: readonly string[]) => Update;
}

const made: WeakMap<RelationshipProperty, SecondaryStatements> = new WeakMap();

/** The statements on a secondary table, made once. */
function secondaryStatements(prop: RelationshipProperty, table: Table): SecondaryStatements {
  let statements = made.get(prop);
  if (statements === undefined) {
    let del: Delete | null = null;
    let upd: Update | null = null;
    const where = (keys: readonly string[], prefix: string): never[] =>
      [...table.c]
        .filter((column) => keys.includes(column.key!))
        .map((column) => column.eq(bindparam(prefix + column.key, { type: column.type })) as never);
    statements = {
      insert: insert(table),
      delete: (keys) => (del ??= delete_(table).where(...where(keys, ""))),
      update: (keys) => (upd ??= update(table).where(...where(keys, "old_"))),
    };
    made.set(prop, statements);
  }
  return statements;
}

function stale(verb: string, action: string, table: Table, expected: number, found: number): StaleDataError {
  return new StaleDataError(
    `${verb} statement on table "${table.name}" expected to ${action} ${expected} row(s); only ${found} were matched. ` +
      "Another transaction has changed these rows: roll back and try again",
  );
}
