import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { NameArgument } from "../elements/quoted-name.ts";
import { AliasedReturnsRows } from "./alias.ts";
import type { LooseColumns } from "./column-collection.ts";
import { Lateral } from "./lateral.ts";

/** A SELECT in brackets, with a name, in the FROM list of another. */
export class Subquery<C = LooseColumns, N extends string = string> extends AliasedReturnsRows<C, N> {
  static override readonly inheritCache: boolean = true;

  override get _isSubquery(): boolean {
    return true;
  }

  /** The same SELECT as LATERAL: it may refer to the FROM elements before it. */
  lateral(name: NameArgument | null = null): Lateral<C> {
    return new Lateral<C>(this as unknown as Subquery, name);
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitSubquery(this as unknown as Subquery, options);
  }
}
