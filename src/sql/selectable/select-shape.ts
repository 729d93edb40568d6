import { clauseOf, describe } from "../base/coercions.ts";
import { ArgumentError } from "../../errors.ts";
import type { ColumnElement } from "../elements/column-element.ts";

/** The names of `select({ … })`, whose rows are objects; null for a statement whose rows are arrays. */
export function shapeOf(statement: object): readonly string[] | null {
  return (statement as { readonly _shape?: readonly string[] | null })._shape ?? null;
}

/**
 * Takes the arguments of select() apart: columns, or one object of names and columns. A column whose key in the object is not
 * its own name is labelled with the key.
 */
export function columnsAndShape(args: readonly unknown[]): readonly [columns: readonly unknown[], shape: readonly string[] | null] {
  const shape = args.length === 1 ? args[0] : null;
  if (!isPlainObject(shape) || clauseOf(shape) !== null) return [args, null];
  const names = Object.keys(shape);
  const columns = names.map((name) => {
    const value = shape[name];
    const clause = clauseOf(value);
    if (clause === null)
      throw new ArgumentError(
        `select() was given ${describe(value)} as "${name}". A column, an expression or a mapped class belongs there.`,
      );
    if (clause._isColumnElement) {
      const column = clause as ColumnElement<unknown>;
      return column.name === name ? value : column.label(name);
    }
    if (clause._isFromClause && clause._annotations["parententity"] === undefined) {
      throw new ArgumentError(`select() was given a table or other FROM element as "${name}". Name its columns one by one.`);
    }
    return value;
  });
  return [columns, names];
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const proto = Object.getPrototypeOf(value) as unknown;
  return proto === Object.prototype || proto === null;
}
