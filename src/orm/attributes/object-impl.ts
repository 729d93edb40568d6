import { ArgumentError } from "../../errors.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import { type InstanceState, STATE, type Stateful } from "../state/instance-state.ts";
import type { AttributeEventToken } from "./attribute-event.ts";
import { AttributeImpl, type AttributeOptions } from "./attribute-impl.ts";
import { type ClassManager, describeValue, instanceState } from "./class-manager.ts";
import { History } from "./history.ts";
import { isMember, NO_VALUE, PASSIVE_NO_RESULT } from "./symbols.ts";

/** The attribute of a relationship to one object. */
export class ObjectAttributeImpl extends AttributeImpl {
  readonly prop: RelationshipProperty;

  constructor(manager: ClassManager, key: string, prop: RelationshipProperty, options: AttributeOptions = {}) {
    super(manager, key, options, "object");
    this.prop = prop;
  }

  override isKnown(state: InstanceState): boolean {
    if (state.key === null) return !this.prop._loadsWithoutRow(state);
    const { prop } = this;
    if (prop.direction === "MANYTOONE") {
      // NULL refers to nothing; any other value to a row that only loading brings
      const keys = prop._localKeys;
      return keys !== null && keys.some((key) => this.columnValue(state, key) === null);
    }
    return state.justInserted && state.expiredRelationships?.has(this.key) !== true;
  }

  private columnValue(state: InstanceState, key: string): unknown {
    const value = state.values[key];
    if (value !== undefined) return value;
    const impl = state.manager.impls.get(key);
    return impl !== undefined && impl.isKnown(state) ? null : undefined;
  }

  override defaultValue(): unknown {
    return null;
  }

  override getHistory(state: InstanceState): History {
    const committed = state.committed;
    const original = committed !== null && committed.has(this.key) ? committed.get(this.key) : undefined;
    const current = state.values[this.key];
    return History.fromObject(original, current === undefined ? NO_VALUE : current);
  }

  /** The value that is there, or else the object that the identity map has for the foreign key as it is in the database. */
  private known(state: InstanceState): unknown {
    const value = this.get(state);
    if (value !== PASSIVE_NO_RESULT) return value;
    const found = this.prop._lookupCommitted(state);
    return found === null ? PASSIVE_NO_RESULT : found.obj;
  }

  override set(
    state: InstanceState,
    value: unknown,
    initiator: AttributeEventToken | null = null,
    checkOld: unknown = null,
    pop = false,
  ): void {
    this.checkDefined(value);
    const old = this.known(state);
    if (checkOld !== null && old !== PASSIVE_NO_RESULT && checkOld !== old) {
      if (pop) return;
      throw new ArgumentError(`${describeValue(checkOld)} is not the ${this.key} of ${state.toString()}`);
    }
    if (value !== null) this.prop.checkMember(value, "");
    state.values[this.key] = this.fireReplace(state, value, old, initiator);
  }

  private fireReplace(state: InstanceState, value: unknown, previous: unknown, initiator: AttributeEventToken | null): unknown {
    if (this.trackParent && previous !== value && isMember(previous)) this.setHasparent(instanceState(previous), state, false);
    const listeners = this.dispatch.set;
    if (listeners !== null) {
      const token = initiator ?? this.replaceToken;
      for (const fn of listeners) value = fn(state, value, previous, token);
      this.checkDefined(value);
    }
    if (this.sendModifiedEvents) state._modifiedEvent(this, previous);
    if (this.trackParent && isMember(value)) this.setHasparent(instanceState(value), state, true);
    return value;
  }

  override completeHistory(state: InstanceState, original: unknown): void {
    if (!this.historyIncomplete(state)) return;
    super.completeHistory(state, original);
    // what would have been said when it was replaced
    if (isMember(original) && original !== state.values[this.key]) {
      if (this.trackParent) this.setHasparent(instanceState(original), state, false);
      this.prop._removeFromReverse(instanceState(original), state);
    }
  }

  override getAllPending(state: InstanceState): (readonly [InstanceState, object])[] {
    const current = state.values[this.key];
    const found: (readonly [InstanceState, object])[] = [];
    if (isMember(current)) found.push([(current as Stateful)[STATE], current]);
    if (current === undefined) return found;
    const original = state.committed?.get(this.key);
    if (isMember(original) && original !== current) found.push([(original as Stateful)[STATE], original]);
    return found;
  }
}
