import type { ClauseElement } from "../elements/clause-element.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { ResultColumn } from "./compiled.ts";

/** Collects the columns of a result while the statement is rendered, in the order of its SELECT list. */
export class ResultMap {
  readonly columns: ResultColumn[] = [];
  /** False when a column is text that may stand for any number of columns: then only the database knows. */
  ordered = true;

  /** Notes one column. `objects` are what a row may be asked by, annotated copies counting as their originals. */
  add(name: string, key: string, objects: readonly object[], type: TypeEngine<unknown>): void {
    if (name === "" || name === "*") this.ordered = false;
    const [only] = objects;
    if (objects.length === 1 && ((only as Partial<ClauseElement>)._identity ?? only) === only) {
      this.columns.push({ name, key, objects, type });
      return;
    }
    const known: object[] = [];
    for (const object of objects) {
      const original = (object as Partial<ClauseElement>)._identity ?? object;
      if (!known.includes(original)) known.push(original);
      if (object !== original && !known.includes(object)) known.push(object);
    }
    this.columns.push({ name, key, objects: known, type });
  }
}
