import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { Field } from "../base/traversal.ts";
import { ArgumentError } from "../../errors.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { func } from "../functions/func.ts";
import { AliasedReturnsRows } from "./alias.ts";
import { clauseOf, expectExpression } from "../base/coercions.ts";
import type { LooseColumns } from "./column-collection.ts";
import type { NameArgument } from "../elements/quoted-name.ts";
import { tablesampleSlot, type FromClause } from "./from-clause.ts";

/** Options of TABLESAMPLE. */
export interface TableSampleOptions {
  /** the alias of the sample */
  readonly name?: NameArgument | null;
  /** makes the choice repeatable: REPEATABLE (seed) */
  readonly seed?: unknown;
}

/** A random part of a table's rows: `users AS s TABLESAMPLE system(10)`. */
export class TableSample<C = LooseColumns, N extends string = string> extends AliasedReturnsRows<C, N> {
  static override readonly fields: readonly Field[] = [...AliasedReturnsRows.fields, ["sampling", "clause"], ["seed", "clause"]];

  readonly sampling: ClauseElement;
  readonly seed: ClauseElement | null;

  constructor(element: FromClause, sampling: unknown, options: TableSampleOptions = {}) {
    super(element, options.name ?? null);
    const given = clauseOf(sampling);
    if (sampling === undefined) throw new ArgumentError("tablesample() needs a percentage or a sampling function.");
    this.sampling = given !== null && "clauseExpr" in given ? given : func["system"]!(sampling);
    this.seed = options.seed == null ? null : expectExpression(options.seed, "tablesample({ seed })");
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitTablesample(this as unknown as TableSample, options);
  }
}

tablesampleSlot.fill((from, sampling, options) => new TableSample(from, sampling, options));
