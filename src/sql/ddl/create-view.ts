import type { DdlCompiler } from "../compiler/ddl-compiler.ts";
import type { Table } from "../schema/table.ts";
import { DdlElement } from "./ddl-element.ts";
import { TableViaSelect, type TableViaSelectOptions } from "./table-via-select.ts";

/** Options of {@link CreateView}. */
export interface CreateViewOptions extends TableViaSelectOptions {
  readonly orReplace?: boolean;
  readonly materialized?: boolean;
  readonly ifNotExists?: boolean;
}

/**
 * CREATE VIEW … AS SELECT …
 * See https://docs.sqlalchemy.org/en/21/core/ddl.html#sqlalchemy.schema.CreateView
 */
export class CreateView extends TableViaSelect {
  readonly orReplace: boolean;
  readonly materialized: boolean;
  readonly ifNotExists: boolean;

  constructor(selectable: object, name: string, options: CreateViewOptions = {}) {
    super(selectable, name, options);
    this.orReplace = options.orReplace === true;
    this.materialized = options.materialized === true;
    this.ifNotExists = options.ifNotExists === true;
    this.table._dropperDdl = new DropView(this.table, { materialized: this.materialized });
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitCreateView(this);
  }
}

/** Options of {@link DropView}. */
export interface DropViewOptions {
  readonly ifExists?: boolean;
  readonly materialized?: boolean;
}

/** DROP VIEW */
export class DropView extends DdlElement {
  readonly element: Table;
  readonly ifExists: boolean;
  readonly materialized: boolean;

  constructor(view: object, options: DropViewOptions = {}) {
    super();
    this.element = view as Table;
    this.target = view;
    this.ifExists = options.ifExists === true;
    this.materialized = options.materialized === true;
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitDropView(this);
  }
}
