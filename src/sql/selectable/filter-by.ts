import { AmbiguousColumnError, ArgumentError, InvalidRequestError } from "../../errors.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { didYouMean } from "../../util/text.ts";
import { clauseOf } from "../base/coercions.ts";

/** Something whose columns or attributes `filterBy` can name. */
interface Entity {
  readonly entityNamespace?: Readonly<Record<string, unknown>>;
  readonly description?: string | null;
}

/**
 * `name = value` for each entry, the name being looked up in all entities of a statement.
 * @throws InvalidRequestError where no entity has the name
 * @throws AmbiguousColumnError where more than one has
 */
export function filterByClauses(entities: Iterable<object>, values: Readonly<Record<string, unknown>>, where: string): ClauseElement[] {
  if (typeof values !== "object" || values === null) throw new ArgumentError(`${where} takes an object of names and values.`);
  const all = [...entities] as Entity[];
  return Object.entries(values).map(([name, value]) => {
    if (value === undefined)
      throw new ArgumentError(`${where} was given undefined for "${name}": undefined is not a value; use null for NULL.`);
    return lookUp(all, name, where).eq(value as never);
  });
}

function lookUp(entities: readonly Entity[], name: string, where: string): ColumnElement<unknown> {
  let found: unknown;
  for (const entity of entities) {
    const namespace = entity.entityNamespace;
    if (namespace == null || !(name in namespace)) continue;
    if (found !== undefined) {
      throw new AmbiguousColumnError(
        `${where} was given "${name}", which more than one of these has: ${names(entities)}. Use where() with the column that is meant.`,
      );
    }
    found = namespace[name];
  }
  const clause = found === undefined ? null : clauseOf(found);
  if (clause === null) throw unknownName(where, name, entities);
  return (typeof (found as { eq?: unknown }).eq === "function" ? found : clause) as ColumnElement<unknown>;
}

function unknownName(where: string, name: string, entities: readonly Entity[]): InvalidRequestError {
  const known = entities.flatMap((entity) => (entity.entityNamespace == null ? [] : Object.keys(entity.entityNamespace)));
  const who = names(entities) || "(nothing is selected from)";
  return new InvalidRequestError(
    `${where} was given "${name}", which is no attribute of ${who}.${didYouMean(name, known)} Known are: ${known.join(", ") || "none"}`,
  );
}

function names(entities: readonly Entity[]): string {
  return entities.map((entity) => entity.description ?? "an unnamed element").join(", ");
}
