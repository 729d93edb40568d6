import type { InstanceState } from "../state/instance-state.ts";
import type { AttributeEventToken } from "./attribute-event.ts";
import { AttributeImpl, type AttributeOptions } from "./attribute-impl.ts";
import type { ClassManager } from "./class-manager.ts";
import { History } from "./history.ts";
import { NO_VALUE, PASSIVE_NO_RESULT } from "./symbols.ts";

/** The attribute of a column: a plain value. */
export class ScalarAttributeImpl extends AttributeImpl {
  readonly #knownAsNull: boolean;

  constructor(manager: ClassManager, key: string, options: AttributeOptions = {}) {
    super(manager, key, options, "scalar");
    this.#knownAsNull = options.knownAsNull ?? false;
  }

  override isKnown(state: InstanceState): boolean {
    if (state.key === null || this.#knownAsNull) return true;
    // what the INSERT left out is NULL, unless the flush has marked it as made by the server
    return state.justInserted && !this.deferred && !state.expired && state.expiredAttributes?.has(this.key) !== true;
  }

  override defaultValue(state: InstanceState): unknown {
    let value: unknown = null;
    const listeners = this.dispatch.initScalar;
    if (listeners !== null) {
      for (const fn of listeners) {
        const given = fn(state, value, state.values);
        if (given !== undefined) value = given;
      }
    }
    return value;
  }

  override getHistory(state: InstanceState): History {
    const committed = state.committed;
    const original = committed !== null && committed.has(this.key) ? committed.get(this.key) : undefined;
    const current = state.values[this.key];
    return History.fromScalar(original, current === undefined ? NO_VALUE : current, this.isEqual);
  }

  override set(state: InstanceState, value: unknown, initiator: AttributeEventToken | null = null): void {
    if (value === undefined) this.checkDefined(value);
    const { key, dispatch } = this;
    let old = state.values[key];
    if (old === undefined) old = dispatch.activeHistory && !this.isKnown(state) ? PASSIVE_NO_RESULT : NO_VALUE;
    if (dispatch.set !== null) {
      const token = initiator ?? this.replaceToken;
      for (const fn of dispatch.set) value = fn(state, value, old, token);
      if (value === undefined) this.checkDefined(value);
    }
    if (this.sendModifiedEvents) state._modifiedEvent(this, old);
    state.values[key] = value;
  }
}
