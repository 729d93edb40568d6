import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { Field } from "../base/traversal.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { ColumnCollection } from "./column-collection.ts";
import { expectFrom, expectOnClause } from "../base/coercions.ts";
import { DmlTableRole, FROM_CLAUSE_ROLES } from "../base/roles.ts";
import { asbool } from "../operators/operator-table.ts";
import { FromClause, joinSlot, selectFromSlot, type FromArgument, type JoinOptions, type OnClause } from "./from-clause.ts";
import { FromGrouping } from "./from-grouping.ts";
import { joinCondition } from "./join-condition.ts";
import type { NULLS } from "./join-types.ts";
import { LABEL_STYLE_TABLENAME_PLUS_COL } from "./label-style.ts";
import { reduceColumns } from "./reduce-columns.ts";
import type { Select } from "./select.ts";

const ROLES = FROM_CLAUSE_ROLES | DmlTableRole.bit;

/**
 * `left JOIN right ON …`.
 * See https://docs.sqlalchemy.org/en/21/core/selectable.html#sqlalchemy.sql.expression.Join
 */
export class Join<N extends string = string, U extends string = string> extends FromClause<object, N> {
  declare readonly [NULLS]: U;
  static override readonly fields: readonly Field[] = [
    ["left", "clause"],
    ["right", "clause"],
    ["onclause", "clause"],
    ["isouter", "plain"],
    ["full", "plain"],
  ];

  readonly left: FromClause;
  readonly right: FromClause;
  readonly onclause: ClauseElement;
  readonly isouter: boolean;
  readonly full: boolean;

  constructor(left: FromArgument, right: FromArgument, onclause: OnClause | null = null, options: JoinOptions = {}) {
    super();
    this.left = expectFrom(left, "The left side of a join");
    this.right = expectFrom(right, "The right side of a join").selfGroup() as FromClause;
    this.onclause = onclause === null ? matchPrimaries(this.left, this.right) : expectOnClause(onclause, "join()").selfGroup(asbool);
    this.isouter = options.isouter ?? false;
    this.full = options.full ?? false;
  }

  /** Some databases change the tables of a join. */
  override get _roles(): number {
    return ROLES;
  }

  override get _isJoin(): boolean {
    return true;
  }

  override get _isFromContainer(): boolean {
    return true;
  }

  override get description(): string {
    return `a join of ${this.left.description} and ${this.right.description}`;
  }

  override isDerivedFrom(fromclause: FromClause | null): boolean {
    return super.isDerivedFrom(fromclause) || this.left.isDerivedFrom(fromclause) || this.right.isDerivedFrom(fromclause);
  }

  override selfGroup(): FromGrouping {
    return new FromGrouping(this);
  }

  override _populateColumnCollection(columns: ColumnCollection, primaryKey: Set<ColumnElement<unknown>>, foreignKeys: Set<object>): void {
    const all = [...this.left._collection, ...this.right._collection];
    const keys = all.filter((column) => column.primaryKey);
    for (const column of reduceColumns(keys, [this.onclause])) primaryKey.add(column as ColumnElement<unknown>);
    for (const column of all) {
      columns.add(column, column._tqKeyLabel ?? column.key ?? "");
      for (const fk of column.foreignKeys) foreignKeys.add(fk);
    }
  }

  /** A SELECT of the columns of both sides. */
  override select(): Select<unknown[]> {
    return selectFromSlot.call(this);
  }

  /** A join cannot have a name: it becomes a subquery that has one. @internal */
  override _anonymousFromclause(name: string | null = null): FromClause {
    return this.select().setLabelStyle(LABEL_STYLE_TABLENAME_PLUS_COL).correlate(null).alias(name);
  }

  override get _hideFroms(): readonly FromClause[] {
    const hidden: FromClause[] = [];
    for (const join of this._clonedSet as ReadonlySet<Join>) hidden.push(...join.left._fromObjects, ...join.right._fromObjects);
    return hidden;
  }

  override get _fromObjects(): readonly FromClause[] {
    return [this, ...this.left._fromObjects, ...this.right._fromObjects];
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitJoin(this, options);
  }
}

function matchPrimaries(left: FromClause, right: FromClause): ClauseElement {
  return joinCondition(left, right, { subset: left instanceof Join ? left.right : null });
}

joinSlot.fill((left, right, onclause, options) => new Join(left, right, onclause, options));
