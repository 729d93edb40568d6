import type { History } from "../attributes/history.ts";
import { requestAttribute } from "../late.ts";
import { NO_VALUE } from "../attributes/symbols.ts";
import { WriteOnlyHistory } from "../attributes/write-only-history.ts";
import type { InstanceState } from "./instance-state.ts";

/** One attribute of one object: `inspect(film).attrs.title`. */
export class AttributeState {
  readonly state: InstanceState;
  readonly key: string;

  constructor(state: InstanceState, key: string) {
    this.state = state;
    this.key = key;
  }

  /** The value if it is loaded or set; otherwise undefined. Never loads. */
  get loadedValue(): unknown {
    return this.state.values[this.key];
  }

  /** The value, as reading the attribute gives it. */
  get value(): unknown {
    return (this.state.obj as Record<string, unknown>)[this.key];
  }

  /** What was added, left and taken away since the last flush. */
  get history(): History {
    return this.state.getHistory(this.key);
  }

  /**
   * The history, with what was not loaded: it is loaded first. The value that the program has set stays.
   * @throws DetachedInstanceError (by rejection) when something is to be loaded and the object belongs to no session
   */
  async loadHistory(): Promise<History> {
    const { state, key } = this;
    if (state.values[key] === undefined && state.key !== null && state.committed?.has(key) !== true)
      await requestAttribute.call(state, key);
    return this.history;
  }

  /** Whether the value is known before its first change. @internal */
  get committedValue(): unknown {
    const committed = this.state.committed;
    if (committed?.has(this.key)) {
      const value = committed.get(this.key);
      return value === NO_VALUE || value instanceof WriteOnlyHistory ? undefined : value;
    }
    return this.state.values[this.key];
  }
}
