import { ArgumentError } from "../../errors.ts";
import { expectExpression } from "../../sql/base/coercions.ts";
import type { SqlCompiler } from "../../sql/compiler/sql-compiler.ts";
import type { VisitOptions } from "../../sql/compiler/visit-options.ts";
import { BinaryExpression } from "../../sql/elements/binary.ts";
import { ClauseList } from "../../sql/elements/clause-list.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { commaOp, matchOp } from "../../sql/operators/operator-table.ts";
import { NULLTYPE } from "../../sql/types/null-type.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";

/** A condition that is the number by which a row fits: it is read as the server gives it. */
const RELEVANCE = NULLTYPE as TypeEngine<unknown> as TypeEngine<boolean>;

/** What {@link match} looks for, and how. */
export interface MatchOptions {
  /** the words that are looked for */
  readonly against: unknown;
  readonly inBooleanMode?: boolean;
  readonly inNaturalLanguageMode?: boolean;
  readonly withQueryExpansion?: boolean;
}

/**
 * `MATCH (columns) AGAINST (words)`: a condition. Selected, it is a number that says how well a row fits: `typeCoerce(match(…), t.float())`.
 * See https://dev.mysql.com/doc/refman/8.4/en/fulltext-search.html
 */
export class Match extends BinaryExpression<boolean> {
  static override readonly inheritCache: boolean = true;

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    // other databases have a MATCH of their own, which takes other things
    if (!("hasMatchAgainst" in compiler) && compiler.dialect.name !== "default") compiler.unsupported("MATCH … AGAINST");
    return super.accept(compiler, options);
  }

  /** IN BOOLEAN MODE */
  inBooleanMode(): Match {
    return this.#with("mysqlBooleanMode");
  }

  /** IN NATURAL LANGUAGE MODE */
  inNaturalLanguageMode(): Match {
    return this.#with("mysqlNaturalLanguage");
  }

  /** WITH QUERY EXPANSION */
  withQueryExpansion(): Match {
    return this.#with("mysqlQueryExpansion");
  }

  #with(mode: string): Match {
    return new Match(this.left, this.right, matchOp, RELEVANCE, null, { ...this.modifiers, [mode]: true });
  }
}

/**
 * Looks for words in columns with a FULLTEXT index. The last argument says for which.
 * @example select(films).where(match(films.c.title, films.c.plot, { against: "prison" }).inBooleanMode())
 * @throws ArgumentError without columns, or without `against`
 */
export function match(...args: readonly [...columns: readonly ColumnElement<unknown>[], options: MatchOptions]): Match {
  const columns = args.slice(0, -1) as readonly ColumnElement<unknown>[];
  const options = args.at(-1) as Partial<MatchOptions> | undefined;
  if (columns.length === 0) throw new ArgumentError("match() needs at least one column, and { against } behind the columns.");
  if (options?.against === undefined || options.against === null)
    throw new ArgumentError("match() needs { against }: the words that are looked for.");
  const left = new ClauseList(
    columns.map((column) => expectExpression(column, "match()")),
    commaOp,
    false,
  );
  return new Match(left, expectExpression(options.against, "match({ against })"), matchOp, RELEVANCE, null, {
    mysqlBooleanMode: options.inBooleanMode === true,
    mysqlNaturalLanguage: options.inNaturalLanguageMode === true,
    mysqlQueryExpansion: options.withQueryExpansion === true,
  });
}
