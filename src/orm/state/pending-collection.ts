/**
 * What was added to and taken from a collection that is not loaded. Applied to the collection when it is loaded; the flush writes
 * it without loading.
 */
export class PendingCollection {
  readonly added: Set<object> = new Set();
  readonly removed: Set<object> = new Set();

  append(member: object): void {
    if (!this.removed.delete(member)) this.added.add(member);
  }

  remove(member: object): void {
    if (!this.added.delete(member)) this.removed.add(member);
  }
}
