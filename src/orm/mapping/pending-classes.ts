import { InvalidRequestError } from "../../errors.ts";

/** A class that is declared and not scanned yet. */
export interface PendingClass {
  readonly class_: object;
  readonly name: string;
  /** Makes its table and its mapper. */
  scan(): void;
}

const pending = new Map<object, PendingClass>();

/** Which class was declared before which, whenever they are scanned. */
const declared = new WeakMap<object, number>();
let declarations = 0;

/** Notes a class that is to be scanned at first use. */
export function addPending(entry: PendingClass): void {
  pending.set(entry.class_, entry);
  declarations += 1;
  declared.set(entry.class_, declarations);
}

/** The place of a class among those that were declared; classes that were mapped otherwise come where they were mapped. */
export function declarationOrder(class_: object): number {
  return declared.get(class_) ?? declarations + 1;
}

export function removePending(class_: object): void {
  pending.delete(class_);
}

export function pendingFor(class_: object): PendingClass | undefined {
  return pending.get(class_);
}

/** Scans a class if that has not been done. */
export function ensureScanned(class_: object): void {
  pending.get(class_)?.scan();
}

/**
 * Finds the class that has an attribute which does not know its class yet, and scans it.
 * @throws InvalidRequestError when no class has it
 */
export function locateAttribute(attribute: object): void {
  for (const entry of pending.values()) {
    for (const name of Object.getOwnPropertyNames(entry.class_)) {
      const descriptor = Object.getOwnPropertyDescriptor(entry.class_, name);
      if (descriptor?.value === attribute) {
        entry.scan();
        return;
      }
    }
  }
  throw new InvalidRequestError(
    "A mapped attribute is used whose class is not mapped: the class needs `static table = this.mapTo(…)` (and an attribute of a mixin is used by the classes that have the mixin)",
  );
}
