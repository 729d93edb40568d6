import { CompileError, IdentifierError } from "../../errors.ts";
import { clauseOf, describe } from "../base/coercions.ts";
import { dialectOption, type DialectOptionSet } from "../base/dialect-options.ts";
import type { CompileArgs, SqlDialect } from "../base/sql-dialect.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { QuotedName } from "../elements/quoted-name.ts";
import { TextClause } from "../elements/text-clause.ts";
import { ConventionName } from "../schema/naming-convention.ts";
import type { ItemName } from "../schema/schema-item.ts";
import { quoteText } from "../types/processors.ts";
import { hashSuffix } from "../../util/hash-suffix.ts";
import type { IdentifierPreparer } from "./identifier-preparer.ts";
import type { SqlCompiler } from "./sql-compiler.ts";
import type { VisitOptions } from "./visit-options.ts";

/** How expressions stand in DDL: without the table's name, and with values written out. */
export const DDL_EXPRESSION: VisitOptions = Object.freeze({ includeTable: false, literalBinds: true, ddlCompiling: true });
/** How whole statements stand in DDL: with values written out. */
export const DDL_STATEMENT: VisitOptions = Object.freeze({ literalBinds: true, ddlCompiling: true });

/** What all parts of a compiler of DDL need: names, literals, expressions, options. */
export class DdlBaseCompiler {
  readonly dialect: SqlDialect;
  readonly statement: ClauseElement;
  readonly args: CompileArgs;
  readonly preparer: IdentifierPreparer;
  #sqlCompiler: SqlCompiler | null = null;

  constructor(dialect: SqlDialect, statement: ClauseElement, args: CompileArgs = {}) {
    this.dialect = dialect;
    this.statement = statement;
    this.args = args;
    const { schemaTranslateMap } = args;
    this.preparer =
      schemaTranslateMap === undefined ? dialect.identifierPreparer : dialect.identifierPreparer.withSchemaTranslate(schemaTranslateMap);
  }

  /** Writes expressions and statements within DDL. */
  get sqlCompiler(): SqlCompiler {
    if (this.#sqlCompiler === null) {
      // the text of DDL is made for one execution, and has the schemas themselves
      const { schemaMarks: _, ...args } = this.args;
      this.#sqlCompiler = new this.dialect.statementCompiler(this.dialect, this.statement, args);
    }
    return this.#sqlCompiler;
  }

  /** The text of an expression in DDL. */
  expression(element: ClauseElement, options: VisitOptions = DDL_EXPRESSION): string {
    return this.sqlCompiler.process(element, options);
  }

  /** An expression that was given as an option: SQL as text, or an element. */
  ddlExpression(given: unknown): string {
    const clause = typeof given === "string" ? new TextClause(given) : clauseOf(given);
    if (clause === null) throw new CompileError(`A SQL expression was expected in DDL, not ${describe(given)}.`);
    return this.expression(clause);
  }

  /** A text as a literal. */
  literal(text: string): string {
    return quoteText(text);
  }

  // ---------------------------------------------------------------- names

  /**
   * The name of a constraint or index as it is written; null when it has none.
   * @throws IdentifierError when a name that was given is too long for the database
   */
  itemName(name: ItemName, maxLength: number = this.dialect.maxIdentifierLength): string | null {
    if (name === null) return null;
    const text = String(name);
    const quote = name instanceof QuotedName ? name.quote : null;
    if (text.length <= maxLength) return this.preparer.quote(text, quote);
    if (name instanceof ConventionName) return this.preparer.quote(`${text.slice(0, maxLength - 8)}_${hashSuffix(text)}`, quote);
    throw new IdentifierError(`Identifier '${text}' exceeds maximum length of ${maxLength} characters`);
  }

  /** An option of the dialect's own of a table, column, index or constraint. */
  option(item: { readonly dialectOptions: DialectOptionSet }, kind: string, key: string): unknown {
    return dialectOption(item.dialectOptions, this.dialect.name, kind, key);
  }
}
