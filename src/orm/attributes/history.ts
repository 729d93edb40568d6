import { isMember, NO_VALUE, PASSIVE_NO_RESULT } from "./symbols.ts";

const NOTHING: readonly unknown[] = Object.freeze([]);

/**
 * What became of an attribute since the last flush. `getHistory(film, "title")` and `inspect(film).attrs.title.history` give it.
 * @see https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.attributes.History
 */
export class History {
  static readonly BLANK: History = new History(NOTHING, NOTHING, NOTHING);

  readonly added: readonly unknown[];
  readonly unchanged: readonly unknown[];
  readonly deleted: readonly unknown[];

  constructor(added: readonly unknown[], unchanged: readonly unknown[], deleted: readonly unknown[]) {
    this.added = added;
    this.unchanged = unchanged;
    this.deleted = deleted;
  }

  /** Whether anything was added or taken away. */
  hasChanges(): boolean {
    return this.added.length > 0 || this.deleted.length > 0;
  }

  empty(): boolean {
    return !this.hasChanges() && this.unchanged.length === 0;
  }

  /** Everything: added, unchanged, deleted. */
  sum(): unknown[] {
    return [...this.added, ...this.unchanged, ...this.deleted];
  }

  nonDeleted(): unknown[] {
    return [...this.added, ...this.unchanged];
  }

  nonAdded(): unknown[] {
    return [...this.unchanged, ...this.deleted];
  }

  /** The history of a column's value. `original` is what was committed, undefined when it was not changed. */
  static fromScalar(original: unknown, current: unknown, isEqual: (a: unknown, b: unknown) => boolean): History {
    if (original === undefined) {
      return current === NO_VALUE || current === PASSIVE_NO_RESULT || current === undefined
        ? History.BLANK
        : new History(NOTHING, [current], NOTHING);
    }
    const known = original !== NO_VALUE && original !== PASSIVE_NO_RESULT;
    if (current === NO_VALUE || current === undefined) {
      return known ? new History(NOTHING, NOTHING, [original]) : History.BLANK;
    }
    if (known && isEqual(current, original)) return new History(NOTHING, [current], NOTHING);
    return new History([current], NOTHING, known ? [original] : NOTHING);
  }

  /** The history of a reference to one object. */
  static fromObject(original: unknown, current: unknown): History {
    if (original === undefined) {
      return current === NO_VALUE || current === PASSIVE_NO_RESULT || current === undefined
        ? History.BLANK
        : new History(NOTHING, [current], NOTHING);
    }
    const known = original !== NO_VALUE && original !== PASSIVE_NO_RESULT;
    const there = current !== NO_VALUE && current !== PASSIVE_NO_RESULT && current !== undefined;
    if (known && there && original === current) return new History(NOTHING, [current], NOTHING);
    // a reference that was null before has lost nothing
    return new History(there ? [current] : NOTHING, NOTHING, known && original !== null ? [original] : NOTHING);
  }

  /** The history of a collection; `original` is a copy of the members before the first change, undefined when there was none. */
  static fromCollection(original: unknown, current: Iterable<unknown>): History {
    const now = [...current];
    if (original === undefined) return new History(NOTHING, now, NOTHING);
    if (!Array.isArray(original)) return new History(now, NOTHING, NOTHING);
    const before = new Set<unknown>(original);
    const after = new Set<unknown>(now);
    return new History(
      now.filter((member) => !before.has(member)),
      now.filter((member) => before.has(member)),
      original.filter((member) => !after.has(member)),
    );
  }

  /** The history with null members left out and objects replaced by what `state` gives for them. @internal */
  asState<S>(state: (member: object) => S): { added: (S | null)[]; unchanged: (S | null)[]; deleted: (S | null)[] } {
    const turn = (members: readonly unknown[]): (S | null)[] => members.map((member) => (isMember(member) ? state(member) : null));
    return { added: turn(this.added), unchanged: turn(this.unchanged), deleted: turn(this.deleted) };
  }
}
