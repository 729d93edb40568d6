import type { Field } from "../base/traversal.ts";
import { ByOfRole, ColumnsClauseRole, DmlColumnRole, GroupByRole, InElementRole, OrderByRole, WhereHavingRole } from "../base/roles.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { isPrecedent, type Operator } from "../operators/operator.ts";
import { commaOp } from "../operators/operator-table.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import { ClauseElement, NO_PROPAGATE_ATTRS } from "./clause-element.ts";
import { groupingSlot } from "./column-element.ts";

const ROLES =
  InElementRole.bit | OrderByRole.bit | GroupByRole.bit | ByOfRole.bit | ColumnsClauseRole.bit | DmlColumnRole.bit | WhereHavingRole.bit;

/** A list of elements with an operator, by default the comma, between them. */
export class ClauseList extends ClauseElement {
  static override readonly fields: readonly Field[] = [
    ["clauses", "clauses"],
    ["operator", "operator"],
    ["group", "plain", true],
  ];

  clauses: readonly ClauseElement[];
  readonly operator: Operator;
  /** whether the list gets brackets where it stands inside something else */
  readonly group: boolean;

  /** @param clauses - elements as they shall stand; see {@link ClauseList.grouped} for those that may need brackets */
  constructor(clauses: readonly ClauseElement[], operator: Operator = commaOp, group = true) {
    super();
    this.clauses = clauses;
    this.operator = operator;
    this.group = group;
    for (const clause of clauses) {
      if (clause._propagateAttrs !== NO_PROPAGATE_ATTRS) {
        this._propagateAttrs = clause._propagateAttrs;
        break;
      }
    }
  }

  /** A list of which each element gets the brackets that it needs. */
  static grouped(clauses: readonly ClauseElement[], operator: Operator = commaOp, group = true): ClauseList {
    return new ClauseList(
      clauses.map((clause) => clause.selfGroup(operator)),
      operator,
      group,
    );
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitClauselist(this, options);
  }

  override get _roles(): number {
    return ROLES;
  }

  override get _isClauseList(): boolean {
    return true;
  }

  get length(): number {
    return this.clauses.length;
  }

  [Symbol.iterator](): Iterator<ClauseElement> {
    return this.clauses[Symbol.iterator]();
  }

  override get _fromObjects(): readonly FromClause[] {
    return this.clauses.flatMap((clause) => clause._fromObjects);
  }

  /** @internal */
  get _selectIterable(): readonly ClauseElement[] {
    return this.clauses.flatMap((clause) => (clause as { _selectIterable?: readonly ClauseElement[] })._selectIterable ?? [clause]);
  }

  override selfGroup(against?: Operator): ClauseElement {
    return this.group && isPrecedent(this.operator, against) ? groupingSlot.call(this) : this;
  }
}
