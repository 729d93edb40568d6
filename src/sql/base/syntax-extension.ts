import { ArgumentError } from "../../errors.ts";
import { ClauseElement } from "../elements/clause-element.ts";
import type { Delete } from "../dml/delete.ts";
import type { Insert } from "../dml/insert.ts";
import type { Update } from "../dml/update.ts";
import type { Select } from "../selectable/select.ts";

/** Where something can be added to a SELECT: behind SELECT, behind DISTINCT, before ORDER BY, at the end. */
export type SelectExtensionPoint = "postSelect" | "preColumns" | "postCriteria" | "postBody";

/** Where something can be added to an INSERT: behind VALUES. */
export type InsertExtensionPoint = "postValues";

/** Where something can be added to an UPDATE or DELETE: behind WHERE. */
export type CriteriaExtensionPoint = "postCriteria";

/** Says what stands at a point, from what has stood there before. */
export type ExtensionFunction = (existing: readonly ClauseElement[]) => readonly ClauseElement[];

/** Something that was added to a statement, and where. */
export type PlacedExtension = readonly [point: string, element: ClauseElement];

/**
 * A clause that the library does not know, for `select(…).ext(…)` and its like. It says where it stands in the statements that it is for;
 * `compiles()` of `athanor/ext` says how it is written.
 * @see https://docs.sqlalchemy.org/en/21/core/compiler.html#examples-syntax-extensions
 * @example
 * class Qualify extends SyntaxExtension {
 *   static override readonly fields: readonly Field[] = [["predicate", "clause"]];
 *   readonly predicate: ClauseElement;
 *   constructor(predicate: Expression<boolean>) {
 *     super();
 *     this.predicate = operand(this, predicate);
 *   }
 *   override applyToSelect(select: Select<unknown>): void {
 *     select.applySyntaxExtensionPoint((existing) => this.appendReplacingSameType(existing), "postCriteria");
 *   }
 * }
 */
export abstract class SyntaxExtension extends ClauseElement {
  /**
   * Those that stand at a point, without others of this class, and then this one.
   * @param existing - what an {@link ExtensionFunction} is given
   */
  appendReplacingSameType(existing: readonly ClauseElement[]): readonly ClauseElement[] {
    return [...existing.filter((element) => !(element instanceof this.constructor)), this];
  }

  /**
   * Puts it into a SELECT, by `select.applySyntaxExtensionPoint()`.
   * @throws ArgumentError unless a class says otherwise
   */
  applyToSelect(_select: Select<unknown>): void {
    refuse(this, "a SELECT");
  }

  /**
   * Puts it into an INSERT.
   * @throws ArgumentError unless a class says otherwise
   */
  applyToInsert(_insert: Insert<unknown>): void {
    refuse(this, "an INSERT");
  }

  /**
   * Puts it into an UPDATE.
   * @throws ArgumentError unless a class says otherwise
   */
  applyToUpdate(_update: Update<unknown>): void {
    refuse(this, "an UPDATE");
  }

  /**
   * Puts it into a DELETE.
   * @throws ArgumentError unless a class says otherwise
   */
  applyToDelete(_delete: Delete<unknown>): void {
    refuse(this, "a DELETE");
  }
}

function refuse(extension: SyntaxExtension, statement: string): never {
  throw new ArgumentError(`${extension.constructor.name} has no place in ${statement}.`);
}

/** What `ext()` was given. @throws ArgumentError for what is no extension */
export function expectExtension(value: unknown): SyntaxExtension {
  if (value instanceof SyntaxExtension) return value;
  throw new ArgumentError(
    "ext() takes an extension of the syntax: an object of a class that extends SyntaxExtension, such as distinctOn(…).",
  );
}

/** What a statement has been extended by, with what stands at one point changed. */
export function withExtensionPoint(
  placed: readonly PlacedExtension[],
  apply: ExtensionFunction,
  point: string,
  points: readonly string[],
): readonly PlacedExtension[] {
  if (!points.includes(point))
    throw new ArgumentError(`The statement has no point "${point}" for extensions of its syntax; it has ${points.join(", ")}.`);
  const elements = apply(extensionsAt(placed, point));
  if (!Array.isArray(elements) || !elements.every((element) => element instanceof ClauseElement))
    throw new ArgumentError(`What stands at "${point}" is a list of elements.`);
  return [
    ...placed.filter(([at]) => at !== point),
    ...(elements as readonly ClauseElement[]).map((element): PlacedExtension => [point, element]),
  ];
}

/** What stands at one point of a statement. */
export function extensionsAt(placed: readonly PlacedExtension[], point: string): ClauseElement[] {
  return placed.filter(([at]) => at === point).map(([, element]) => element);
}
