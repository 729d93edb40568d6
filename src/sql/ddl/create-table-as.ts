import type { DdlCompiler } from "../compiler/ddl-compiler.ts";
import { TableViaSelect, type TableViaSelectOptions } from "./table-via-select.ts";

/** Options of {@link CreateTableAs}. */
export interface CreateTableAsOptions extends TableViaSelectOptions {
  readonly ifNotExists?: boolean;
}

/**
 * CREATE TABLE … AS SELECT …
 * @example const made = new CreateTableAs(select(users.c.id), "user_ids"); await conn.execute(made); select(made.table)
 * See https://docs.sqlalchemy.org/en/21/core/ddl.html#sqlalchemy.schema.CreateTableAs
 */
export class CreateTableAs extends TableViaSelect {
  readonly ifNotExists: boolean;

  constructor(selectable: object, name: string, options: CreateTableAsOptions = {}) {
    super(selectable, name, options);
    this.ifNotExists = options.ifNotExists === true;
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitCreateTableAs(this);
  }
}
