import { ArgumentError } from "../../errors.ts";
import { clauseOf, describe } from "../base/coercions.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { isAnonymous, resolveAnonymous } from "../elements/quoted-name.ts";
import type { ColumnCollection } from "../selectable/column-collection.ts";
import { Column } from "../schema/column.ts";
import { MetaData } from "../schema/metadata.ts";
import { Table } from "../schema/table.ts";
import { DdlElement } from "./ddl-element.ts";

/** Options of what makes a table or view of a SELECT. */
export interface TableViaSelectOptions {
  readonly metadata?: MetaData;
  readonly schema?: string | null;
  readonly temporary?: boolean;
}

/** A table or view that is made of a SELECT. */
export abstract class TableViaSelect extends DdlElement {
  readonly selectable: ClauseElement;
  /** The table or view, to select from. */
  readonly table: Table;
  readonly temporary: boolean;

  constructor(selectable: object, name: string, options: TableViaSelectOptions) {
    super();
    const clause = clauseOf(selectable);
    if (clause === null || !clause._isSelectBase)
      throw new ArgumentError(`new ${this.constructor.name}() takes a SELECT and a name, not ${describe(selectable)}.`);
    this.selectable = clause;
    this.temporary = options.temporary === true;
    // the columns are those that a subquery of the SELECT would have
    const source = (clause as unknown as { subquery(): { readonly _collection: ColumnCollection } }).subquery();
    const counts = new Map<string, number>();
    const numbered = (_id: string, body: string): string => {
      const n = (counts.get(body) ?? 0) + 1;
      counts.set(body, n);
      return `${body}_${n}`;
    };
    const columns: Record<string, Column<unknown>> = {};
    for (const [key, column] of source._collection.entries) {
      const made = resolveAnonymous(column.name ?? key, numbered);
      columns[isAnonymous(key) ? made : key] = new Column(made, column.type);
    }
    this.table = new Table(
      name,
      options.metadata ?? new MetaData(),
      columns,
      options.schema === undefined ? {} : { schema: options.schema },
    ) as unknown as Table;
    this.table._creatorDdl = this;
    this.target = this.table;
  }

  /** The same as {@link table}. */
  get element(): Table {
    return this.table;
  }
}
