import { CompileError } from "../../errors.ts";
import { NO_OPTIONS, type VisitOptions } from "./visit-options.ts";
import type { Compiled } from "./compiled.ts";
import { CompiledStatement } from "./compiled-statement.ts";
import { DmlCompiler } from "./dml-compiler.ts";

/**
 * Renders one statement for a dialect; dialects extend it by the methods whose SQL differs.
 * @see https://docs.sqlalchemy.org/en/21/core/internals.html#sqlalchemy.sql.compiler.SQLCompiler
 */
export class SqlCompiler extends DmlCompiler {
  /** Renders the statement of this compiler, with everything that is needed to execute it. */
  compile(): Compiled {
    const options: VisitOptions = this.args.compileKwargs?.literalBinds === true ? { literalBinds: true } : NO_OPTIONS;
    const text = this.process(this.statement, options);
    if (this.stack.length > 0) throw new CompileError("The statement was left half rendered: a compiler method threw away an error.");
    return new CompiledStatement(this, text);
  }
}
