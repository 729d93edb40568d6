import { ArgumentError } from "../../errors.ts";
import { describe } from "../base/coercions.ts";
import { type DialectOptionSet, dialectOptionsOf } from "../base/dialect-options.ts";
import type { DdlCompiler } from "../compiler/ddl-compiler.ts";
import type { NameArgument } from "../elements/quoted-name.ts";
import { Table } from "../schema/table.ts";
import type { SelectBase } from "../selectable/select-base.ts";
import { DdlElement } from "./ddl-element.ts";
import { TableViaSelect, type TableViaSelectOptions } from "./table-via-select.ts";

/** Options of {@link CreateView}. */
export interface CreateViewOptions extends TableViaSelectOptions {
  readonly orReplace?: boolean;
  readonly materialized?: boolean;
  readonly ifNotExists?: boolean;
  /** a dialect's own option, such as `postgresqlWith` */
  readonly [dialectOption: string]: unknown;
}

const OWN: ReadonlySet<string> = new Set(["metadata", "schema", "temporary", "orReplace", "materialized", "ifNotExists"]);

/**
 * CREATE VIEW … AS SELECT …: executed by itself, or by `createAll()` of the MetaData that it was given.
 * @example
 * const view = new CreateView(select({ id: users.c.id, posts: func.count() }).groupBy(users.c.id), "post_counts", { metadata });
 * select(view.table.c.posts)
 * See https://docs.sqlalchemy.org/en/21/core/ddl.html#sqlalchemy.schema.CreateView
 */
export class CreateView<R = unknown[]> extends TableViaSelect<R> {
  readonly orReplace: boolean;
  readonly materialized: boolean;
  readonly ifNotExists: boolean;
  readonly dialectOptions: DialectOptionSet;

  /**
   * @param selectable - the SELECT, UNION or text with columns that the view stands for
   * @param name - the name of the view
   * @param options - metadata, schema, temporary, materialized, orReplace, ifNotExists, and options of dialects
   */
  constructor(selectable: SelectBase<R>, name: NameArgument, options: CreateViewOptions = {}) {
    super(selectable, name, options);
    this.orReplace = options.orReplace === true;
    this.materialized = options.materialized === true;
    this.ifNotExists = options.ifNotExists === true;
    this.dialectOptions = dialectOptionsOf("CreateView", options, OWN);
    this.table._dropperDdl = new DropView(this.table, { materialized: this.materialized });
  }

  /** What tells the table of a view from others. */
  get isView(): boolean {
    return true;
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitCreateView(this as unknown as CreateView);
  }
}

/** Options of {@link DropView}. */
export interface DropViewOptions {
  readonly ifExists?: boolean;
  readonly materialized?: boolean;
}

/** DROP VIEW */
export class DropView extends DdlElement {
  element: Table;
  readonly ifExists: boolean;
  readonly materialized: boolean;

  /**
   * @param view - the table of a view
   * @param options - ifExists, materialized
   */
  constructor(view: object, options: DropViewOptions = {}) {
    super();
    if (!(view instanceof Table))
      throw new ArgumentError(`new DropView() takes the table of a view, as in view.table, not ${describe(view)}.`);
    this.element = view as Table;
    this.target = view;
    this.ifExists = options.ifExists === true;
    this.materialized = options.materialized === true;
  }

  /** The same statement for a copy of the view. @internal */
  _forTable(table: Table): this {
    const copy = this.against(table);
    copy.element = table;
    return copy;
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitDropView(this);
  }
}
