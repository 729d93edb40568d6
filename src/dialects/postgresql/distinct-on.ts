import { InvalidRequestError } from "../../errors.ts";
import { expectByOf } from "../../sql/base/coercions.ts";
import { SyntaxExtension } from "../../sql/base/syntax-extension.ts";
import type { Field } from "../../sql/base/traversal.ts";
import type { SqlCompiler } from "../../sql/compiler/sql-compiler.ts";
import type { VisitOptions } from "../../sql/compiler/visit-options.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { Select } from "../../sql/selectable/select.ts";
import type { SelectArgument } from "../../sql/selectable/select-types.ts";

/** `ON (…)` behind DISTINCT. */
export class DistinctOn extends SyntaxExtension {
  static override readonly fields: readonly Field[] = [["expressions", "clauses"]];

  expressions: readonly ClauseElement[];

  constructor(expressions: readonly SelectArgument[]) {
    super();
    this.expressions = expressions.map((expression) => expectByOf(expression, "distinctOn()"));
  }

  override applyToSelect(select: Select<unknown>): void {
    if (select._distinctOn.length > 0)
      throw new InvalidRequestError("distinctOn() cannot be added to a SELECT that has .distinct(…) with expressions already.");
    select._distinct = true;
    select.applySyntaxExtensionPoint((existing) => {
      const before = existing.find((element) => element instanceof DistinctOn);
      const all = before === undefined ? this : new DistinctOn([...before.expressions, ...this.expressions] as SelectArgument[]);
      return all.appendReplacingSameType(existing);
    }, "preColumns");
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    // other databases have nothing like it
    if (compiler.dialect.name !== "default" && !("hasDistinctOn" in compiler)) compiler.unsupported("DISTINCT ON");
    return `ON (${compiler.delimited(this.expressions, ", ", options)})`;
  }
}

/**
 * DISTINCT ON: of the rows that are alike in these expressions, only the first. For `select(…).ext(…)`.
 * @example select(films).ext(distinctOn(films.c.genre)).orderBy(films.c.genre, films.c.releaseDate)
 * @see https://www.postgresql.org/docs/current/sql-select.html#SQL-DISTINCT
 */
export function distinctOn(...expressions: readonly SelectArgument[]): DistinctOn {
  return new DistinctOn(expressions);
}
