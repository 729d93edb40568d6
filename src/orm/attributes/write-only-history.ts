import { History } from "./history.ts";

/**
 * What was added to and taken from a collection that is never loaded, since the last flush. It stands among the committed values of its
 * object, so that whatever forgets changes forgets it too.
 */
export class WriteOnlyHistory {
  readonly added: Set<object>;
  readonly removed: Set<object>;
  /** the members in the database, where a flush had to load them; null while nobody has */
  loaded: ReadonlySet<object> | null = null;

  constructor(added: Iterable<object> = [], removed: Iterable<object> = []) {
    this.added = new Set(added);
    this.removed = new Set(removed);
  }

  add(member: object): void {
    this.added.add(member);
  }

  remove(member: object): void {
    if (!this.added.delete(member)) this.removed.add(member);
  }

  /** The members that there are for certain: those that were added, and those that were loaded and not taken out. */
  members(): object[] {
    const { loaded } = this;
    return loaded === null ? [...this.added] : [...new Set([...this.added, ...loaded].filter((member) => !this.removed.has(member)))];
  }

  asHistory(): History {
    const { added, removed, loaded } = this;
    if (loaded === null) return new History([...added], [], [...removed]);
    return new History(
      [...added].filter((member) => !loaded.has(member)),
      [...loaded].filter((member) => !removed.has(member) || added.has(member)),
      [...removed].filter((member) => loaded.has(member) && !added.has(member)),
    );
  }

  /** What is left of it when a flush has written these; null when nothing is. */
  without(added: Iterable<object>, removed: Iterable<object>): WriteOnlyHistory | null {
    const left = new WriteOnlyHistory(this.added, this.removed);
    for (const member of added) {
      // taken out again since
      if (!left.added.delete(member)) left.removed.add(member);
    }
    for (const member of removed) left.removed.delete(member);
    return left.added.size === 0 && left.removed.size === 0 ? null : left;
  }
}
