/**
 * Where an element may stand. Each class of elements carries the bits of its roles in `_roles`; `coercions.ts` turns whatever a
 * user gives into something with the bit of the place it is given to.
 * @see https://docs.sqlalchemy.org/en/21/core/internals.html
 */
export class Role {
  readonly bit: number;
  /** What is expected, for messages. */
  readonly description: string;

  constructor(bit: number, description: string) {
    this.bit = bit;
    this.description = description;
  }
}

let next = 0;
function role(description: string): Role {
  const bit = 1 << next;
  next += 1;
  return new Role(bit, description);
}

export const ColumnsClauseRole: Role = role("Column expression, FROM clause, or other columns clause element");
export const LimitOffsetRole: Role = role("LIMIT / OFFSET expression");
export const ByOfRole: Role = role("GROUP BY / OF / etc. expression");
export const OrderByRole: Role = role("ORDER BY expression");
export const GroupByRole: Role = role("GROUP BY expression");
export const StatementOptionRole: Role = role("Statement sub-expression element");
export const OnClauseRole: Role = role("ON clause, typically a SQL expression or ORM relationship attribute");
export const WhereHavingRole: Role = role("SQL expression for WHERE/HAVING role");
export const ExpressionElementRole: Role = role("SQL expression element");
export const ConstExprRole: Role = role("Constant true/false/null expression");
export const LabeledColumnExprRole: Role = role("Named column expression");
export const BinaryElementRole: Role = role("SQL expression element or literal value");
export const InElementRole: Role = role("IN expression list, SELECT construct, or bound parameter object");
export const JoinTargetRole: Role = role("Join target, typically a FROM expression, or ORM relationship attribute");
export const FromClauseRole: Role = role("FROM expression, such as a Table or alias() object");
export const AnonymizedFromClauseRole: Role = role("FROM expression that can be aliased");
export const ReturnsRowsRole: Role = role(
  "Row returning expression such as a SELECT, a FROM clause, or an INSERT/UPDATE/DELETE with RETURNING",
);
export const StatementRole: Role = role("Executable SQL or text() construct");
export const SelectStatementRole: Role = role("SELECT construct or equivalent text() construct");
export const HasCteRole: Role = role("Statement that can have a WITH clause");
export const CompoundElementRole: Role = role("SELECT construct for inclusion in a UNION or other set construct");
export const DmlTableRole: Role = role("Subject table for an INSERT, UPDATE or DELETE");
export const DmlColumnRole: Role = role("SET/VALUES column expression or string key");
export const DmlSelectRole: Role = role("SELECT statement or equivalent textual object");
export const DdlExpressionRole: Role = role("SQL expression element for DDL constraint");
export const DdlConstraintColumnRole: Role = role("String column name or column expression for DDL constraint");
export const ColumnArgumentRole: Role = role("Column expression");
export const StrAsPlainColumnRole: Role = role("Column expression or string key");
/* 30 of the 31 bits that small integers have */

/** What every column expression may be. */
export const COLUMN_ELEMENT_ROLES: number =
  ColumnArgumentRole.bit |
  StatementOptionRole.bit |
  OnClauseRole.bit |
  WhereHavingRole.bit |
  ExpressionElementRole.bit |
  BinaryElementRole.bit |
  ByOfRole.bit |
  OrderByRole.bit |
  GroupByRole.bit |
  ColumnsClauseRole.bit |
  LimitOffsetRole.bit |
  DmlColumnRole.bit |
  DdlConstraintColumnRole.bit |
  DdlExpressionRole.bit;

/** What every FROM element may be. */
export const FROM_CLAUSE_ROLES: number =
  ColumnsClauseRole.bit | JoinTargetRole.bit | FromClauseRole.bit | ReturnsRowsRole.bit | AnonymizedFromClauseRole.bit;

/** What text() may be. */
export const TEXT_ROLES: number =
  DdlConstraintColumnRole.bit |
  DdlExpressionRole.bit |
  StatementOptionRole.bit |
  OnClauseRole.bit |
  WhereHavingRole.bit |
  ByOfRole.bit |
  OrderByRole.bit |
  GroupByRole.bit |
  ColumnsClauseRole.bit |
  JoinTargetRole.bit |
  FromClauseRole.bit |
  SelectStatementRole.bit |
  StatementRole.bit |
  ReturnsRowsRole.bit |
  ExpressionElementRole.bit |
  BinaryElementRole.bit |
  InElementRole.bit;

/** What SELECT, UNION and text().columns() may be. */
export const SELECT_BASE_ROLES: number =
  SelectStatementRole.bit |
  StatementRole.bit |
  ReturnsRowsRole.bit |
  HasCteRole.bit |
  DmlSelectRole.bit |
  CompoundElementRole.bit |
  InElementRole.bit;
