import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { ColumnsClauseRole } from "../base/roles.ts";
import { ClauseElement } from "../elements/clause-element.ts";
import { expectRole } from "../base/coercions.ts";

/** Options of FOR UPDATE. */
export interface ForUpdateOptions {
  /** fail at once rather than wait for a lock */
  readonly nowait?: boolean;
  /** a shared lock: FOR SHARE */
  readonly read?: boolean;
  /** leave out rows that are locked */
  readonly skipLocked?: boolean;
  /** FOR NO KEY UPDATE, or FOR KEY SHARE together with `read` */
  readonly keyShare?: boolean;
  /** lock the rows of these tables only: one table or column, or an array */
  readonly of?: object | readonly object[];
}

/** The FOR UPDATE clause of a SELECT. */
export class ForUpdateArg extends ClauseElement {
  static override readonly fields: readonly Field[] = [
    ["of", "clauses"],
    ["nowait", "plain"],
    ["read", "plain"],
    ["skipLocked", "plain"],
    ["keyShare", "plain"],
  ];

  readonly of: readonly ClauseElement[] | null;
  readonly nowait: boolean;
  readonly read: boolean;
  readonly skipLocked: boolean;
  readonly keyShare: boolean;

  constructor(options: ForUpdateOptions) {
    super();
    this.nowait = options.nowait ?? false;
    this.read = options.read ?? false;
    this.skipLocked = options.skipLocked ?? false;
    this.keyShare = options.keyShare ?? false;
    const of = options.of === undefined ? [] : Array.isArray(options.of) ? (options.of as readonly object[]) : [options.of];
    this.of = of.length === 0 ? null : of.map((item) => expectRole(ColumnsClauseRole, item, "withForUpdate({ of })"));
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.forUpdateClause(this, options);
  }
}
