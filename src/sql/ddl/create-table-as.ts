import type { DdlCompiler } from "../compiler/ddl-compiler.ts";
import type { NameArgument } from "../elements/quoted-name.ts";
import { intoSlot, type SelectBase } from "../selectable/select-base.ts";
import { TableViaSelect, type TableViaSelectOptions } from "./table-via-select.ts";

/** Options of {@link CreateTableAs}. */
export interface CreateTableAsOptions extends TableViaSelectOptions {
  readonly ifNotExists?: boolean;
}

/**
 * CREATE TABLE … AS SELECT …
 * @example const made = new CreateTableAs(select({ id: users.c.id }), "user_ids"); await conn.execute(made); select(made.table.c.id)
 * See https://docs.sqlalchemy.org/en/21/core/ddl.html#sqlalchemy.schema.CreateTableAs
 */
export class CreateTableAs<R = unknown[]> extends TableViaSelect<R> {
  readonly ifNotExists: boolean;

  /**
   * @param selectable - the SELECT, UNION or text with columns that gives columns and rows
   * @param name - the name of the new table
   * @param options - metadata, schema, temporary, ifNotExists
   */
  constructor(selectable: SelectBase<R>, name: NameArgument, options: CreateTableAsOptions = {}) {
    super(selectable, name, options);
    this.ifNotExists = options.ifNotExists === true;
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitCreateTableAs(this as unknown as CreateTableAs);
  }
}

intoSlot.fill((selectable, name, options) => new CreateTableAs(selectable, name, options));
