import { ArgumentError } from "../../errors.ts";
import { describe } from "../base/coercions.ts";
import type { DdlCompiler } from "../compiler/ddl-compiler.ts";
import { DdlElement } from "./ddl-element.ts";

/** Options of {@link DDL}. */
export interface DdlOptions {
  /** values for `%(name)s` in the text */
  readonly context?: Readonly<Record<string, unknown>>;
}

/**
 * A DDL statement as text, which is rendered as it is: never take it from outside. `%(table)s`, `%(schema)s` and `%(fullname)s` stand for the table that it listens to; `%%` is a percent sign.
 * @example event.listen(users, "afterCreate", new DDL("ALTER TABLE %(table)s SET LOGGED").executeIf({ dialect: "postgresql" }))
 * See https://docs.sqlalchemy.org/en/21/core/ddl.html#sqlalchemy.schema.DDL
 */
export class DDL extends DdlElement {
  readonly statement: string;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(statement: string, options: DdlOptions = {}) {
    super();
    if (typeof statement !== "string") throw new ArgumentError(`new DDL() takes the statement as a string, not ${describe(statement)}.`);
    this.statement = statement;
    this.context = options.context ?? {};
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitDdl(this);
  }
}
