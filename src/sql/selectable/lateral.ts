import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { AliasedReturnsRows } from "./alias.ts";
import type { LooseColumns } from "./column-collection.ts";

/** A subquery or function that may refer to the FROM elements before it: `LATERAL (SELECT …)`. */
export class Lateral<C = LooseColumns, N extends string = string> extends AliasedReturnsRows<C, N> {
  static override readonly inheritCache: boolean = true;

  override get _isLateral(): boolean {
    return true;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitLateral(this as unknown as Lateral, options);
  }
}
