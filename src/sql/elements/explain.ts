import { clauseOf, describe } from "../base/coercions.ts";
import { EXECUTABLE_FIELDS, ExecutableClause } from "../base/executable.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { ArgumentError } from "../../errors.ts";
import type { ClauseElement } from "./clause-element.ts";

/** What EXPLAIN is to tell. The database decides what there is; PostgreSQL's options have its names: `genericPlan` is GENERIC_PLAN. */
export interface ExplainOptions {
  /** the statement is executed, changes and all, and what it took is told too; not on SQLite */
  readonly analyze?: boolean;
  /** "text", "json", "xml", "yaml" on PostgreSQL; "traditional", "json", "tree" on MySQL; "json" gives an object */
  readonly format?: string;
  /** PostgreSQL */
  readonly verbose?: boolean;
  /** PostgreSQL: what pages were read; with `analyze` */
  readonly buffers?: boolean;
  /** PostgreSQL: false leaves the estimates out */
  readonly costs?: boolean;
  /** any other option of PostgreSQL */
  readonly [option: string]: boolean | string | undefined;
}

/** EXPLAIN of a statement. */
export class Explain extends ExecutableClause {
  static override readonly fields: readonly Field[] = [["statement", "clause"], ["explainOptions", "plainRecord"], ...EXECUTABLE_FIELDS];

  statement: ClauseElement;
  readonly explainOptions: ExplainOptions;

  constructor(statement: object, options: ExplainOptions = {}) {
    super();
    const clause = clauseOf(statement);
    if (typeof (clause as Partial<ExecutableClause> | null)?.executionOptions !== "function" || clause instanceof Explain)
      throw new ArgumentError(
        `explain() takes a statement: select(), insert(), update(), delete_() or text(); got ${describe(statement)}.`,
      );
    for (const [name, value] of Object.entries(options)) {
      if (/^[A-Za-z]+$/.test(name) && (typeof value === "boolean" || /^\w+$/.test(value ?? ""))) continue;
      throw new ArgumentError(`The option "${name}" of explain() is a word or true or false; got ${describe(value)}.`);
    }
    this.statement = clause!;
    // it is executed by Core, on the database that the mapped class is on
    const { pluginSubject } = this.statement._propagateAttrs;
    if (pluginSubject !== undefined) this._propagateAttrs = { pluginSubject };
    this.explainOptions = options;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitExplain(this, options);
  }
}

/**
 * Asks the database how it would execute a statement: EXPLAIN, on SQLite EXPLAIN QUERY PLAN. The rows are the database's own.
 * @throws ArgumentError for what is no statement, or no option
 * @throws CompileError (when compiled) for options that the database has not
 * @example
 * const plan = await conn.scalars(explain(select(users).where(users.c.id.eq(5)))).all();
 * const measured = await conn.scalar(explain(statement, { analyze: true, format: "json" }));
 * @see https://www.postgresql.org/docs/current/sql-explain.html
 */
export function explain(statement: object, options: ExplainOptions = {}): Explain {
  return new Explain(statement, options);
}
