import { ArgumentError } from "../../errors.ts";
import { clauseOf, describe } from "../base/coercions.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { ColumnClause } from "../elements/column-clause.ts";
import { isAnonymous, type NameArgument, resolveAnonymous } from "../elements/quoted-name.ts";
import type { ColumnCollection, ColumnRecord } from "../selectable/column-collection.ts";
import type { SelectBase } from "../selectable/select-base.ts";
import type { SubqueryColumns } from "../selectable/select-types.ts";
import { Column } from "../schema/column.ts";
import { MetaData } from "../schema/metadata.ts";
import { Table } from "../schema/table.ts";
import { DdlElement } from "./ddl-element.ts";

/** Options of what makes a table or view of a SELECT. */
export interface TableViaSelectOptions {
  /** the collection that the table or view belongs to, and is created and dropped with; a new one unless told */
  readonly metadata?: MetaData;
  readonly schema?: NameArgument | null;
  readonly temporary?: boolean;
}

/** The columns of a table or view: typed by name where those of the SELECT were given by name. */
export type ViewColumns<R> = SubqueryColumns<R> extends infer C extends ColumnRecord ? C : never;

/** The tables that a statement names, each once: they have to be there before what is made of it. */
function tablesIn(statement: ClauseElement): Set<Table> {
  const found = new Set<Table>();
  const seen = new Set<ClauseElement>();
  const visit = (element: ClauseElement): void => {
    if (seen.has(element)) return;
    seen.add(element);
    const table = element instanceof ColumnClause ? (element.table as unknown as ClauseElement | null) : element;
    if (table instanceof Table) found.add(table._identity as unknown as Table);
    else if (table !== null && table !== element) visit(table);
    for (const child of element._children()) visit(child);
  };
  visit(statement);
  return found;
}

/** A table or view that is made of a SELECT. */
export abstract class TableViaSelect<R = unknown[]> extends DdlElement {
  readonly selectable: ClauseElement;
  /** The table or view, to select from. */
  table: Table<ViewColumns<R>>;
  readonly temporary: boolean;

  constructor(selectable: SelectBase<R>, name: NameArgument, options: TableViaSelectOptions) {
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
      // of columns of one name, the database gets all but the first under a name that says so
      const taken = Object.values(columns).some(({ name: other }) => other === made);
      columns[isAnonymous(key) ? made : key] = new Column(taken ? key.replace(/_(\d+)$/, "__$1") : made, column.type);
    }
    this.table = new Table(
      name,
      options.metadata ?? new MetaData(),
      columns,
      options.schema === undefined ? {} : { schema: options.schema },
    ) as unknown as Table<ViewColumns<R>>;
    this.table._creatorDdl = this;
    this.target = this.table;
    for (const table of tablesIn(clause)) this.table.addIsDependentOn(table);
  }

  /** The same statement for a copy of the table or view. @internal */
  _forTable(table: Table): this {
    const copy = this.against(table);
    copy.table = table as unknown as Table<ViewColumns<R>>;
    return copy;
  }

  /** The same as {@link table}. */
  get element(): Table<ViewColumns<R>> {
    return this.table;
  }
}
