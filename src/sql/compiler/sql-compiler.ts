import { CompileError } from "../../errors.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { Explain, ExplainOptions } from "../elements/explain.ts";
import { JsonType } from "../types/json.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { NO_OPTIONS, type VisitOptions } from "./visit-options.ts";
import type { Compiled } from "./compiled.ts";
import { CompiledStatement } from "./compiled-statement.ts";
import { NestedCompiler } from "./nested-compiler.ts";

const JSON_TYPE = new JsonType() as TypeEngine<unknown>;

/**
 * Renders one statement for a dialect; dialects extend it by the methods whose SQL differs.
 * @see https://docs.sqlalchemy.org/en/21/core/internals.html#sqlalchemy.sql.compiler.SQLCompiler
 */
export class SqlCompiler extends NestedCompiler {
  /**
   * The text of a whole statement that is a part of the one that is executed, such as what EXPLAIN explains: with WITH and all, but
   * without a RETURNING that it was not asked for; what it would give is not what comes back.
   */
  embedded(statement: ClauseElement, options: VisitOptions): string {
    this.isEmbedded = true;
    const text = this.process(statement, options);
    this.isPlainText = false;
    this.isInsert = this.isUpdate = this.isDelete = false;
    this.insertPieces = null;
    this.rowPieces = null;
    this.compileState = null;
    this.resultMap.columns.length = 0;
    return text;
  }

  visitExplain(explain: Explain, options: VisitOptions): string {
    if (this.stack.length > 0) this.unsupported("EXPLAIN inside of another statement");
    const { explainOptions } = explain;
    const text = `${this.explainClause(explainOptions)} ${this.embedded(explain.statement, options)}`;
    // what is only explained changes nothing
    if (explainOptions.analyze !== true) this.unfiltered = null;
    if (explainOptions.format?.toLowerCase() === "json") this.resultMap.add("plan", "plan", [explain], JSON_TYPE);
    return text;
  }

  /** EXPLAIN and its options. */
  explainClause(options: ExplainOptions): string {
    const words = Object.entries(options).map(([name, value]) => {
      const word = name.replace(/[A-Z]/g, "_$&").toUpperCase();
      return value === true ? word : `${word} ${String(value).toUpperCase()}`;
    });
    return words.length === 0 ? "EXPLAIN" : `EXPLAIN (${words.join(", ")})`;
  }

  /** Renders the statement of this compiler, with everything that is needed to execute it. */
  compile(): Compiled {
    const options: VisitOptions = this.args.compileKwargs?.literalBinds === true ? { literalBinds: true } : NO_OPTIONS;
    const text = this.process(this.statement, options);
    if (this.stack.length > 0) throw new CompileError("The statement was left half rendered: a compiler method threw away an error.");
    return new CompiledStatement(this, text);
  }
}
