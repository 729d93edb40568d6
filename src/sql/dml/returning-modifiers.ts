import type { SqlDialect } from "../base/sql-dialect.ts";
import type { DmlCompiler } from "../compiler/dml-compiler.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { TableClause } from "../selectable/table-clause.ts";
import type { TargetColumn } from "./crud-types.ts";
import type { UpdateBase, ValuesBase } from "./dml-base.ts";
import type { DmlCompileState } from "./dml-state.ts";

/** What has to come back from a statement, and how. */
export interface ReturningModifiers {
  /** the new primary key is wanted */
  readonly needPks: boolean;
  /** it, or the defaults that are asked for, come by RETURNING */
  readonly implicitReturning: boolean;
  /** the columns that returnDefaults() asks for; null where it does not */
  readonly defaults: ReadonlySet<ClauseElement> | null;
  /** the key comes as the driver's last inserted id */
  readonly postfetchLastrowid: boolean;
}

function isFromSequence({ default: generator }: TargetColumn, dialect: SqlDialect): boolean {
  return generator?.isSequence === true && dialect.supportsSequences && (generator.optional !== true || !dialect.sequencesOptional);
}

/** Decides what comes back from a statement. */
export function returningModifiers(
  compiler: DmlCompiler,
  statement: UpdateBase<unknown>,
  state: DmlCompileState,
  toplevel: boolean,
): ReturningModifiers {
  const { dialect } = compiler;
  const many = compiler.args.forExecutemany === true;
  const table = statement.table as unknown as TableClause;
  const needPks =
    toplevel &&
    !compiler.isEmbedded &&
    state.isInsert &&
    !(statement as ValuesBase<unknown>)._inline &&
    (!many || statement._returnDefaults) &&
    statement._returning.length === 0 &&
    !state.isMulti;
  const key = table._autoincrementColumn as TargetColumn | null;
  // the driver knows nothing of numbers that a sequence gave
  const knows = (column: TargetColumn): boolean => dialect.preexecuteAutoincrementSequences === true || !isFromSequence(column, dialect);
  const byDriver = needPks && dialect.postfetchLastrowid && key !== null && knows(key);
  const mayReturn = (state.primaryTable as unknown as TableClause).implicitReturning && state.supportsImplicitReturning;
  const implicitReturning =
    needPks && dialect.insertReturning && mayReturn && (!byDriver || dialect.implicitReturning || statement._returnDefaults);
  let wantsDefaults: boolean;
  if (state.isInsert) wantsDefaults = implicitReturning && statement._returnDefaults;
  else wantsDefaults = statement._returnDefaults && mayReturn && (state.isUpdate ? dialect.updateReturning : dialect.deleteReturning);
  return {
    needPks,
    implicitReturning: implicitReturning || wantsDefaults,
    defaults: wantsDefaults
      ? new Set((statement._returnDefaultsColumns ?? table._collection.all()).map((column) => column._identity))
      : null,
    postfetchLastrowid: byDriver && !implicitReturning,
  };
}
