import { ArgumentError } from "../../errors.ts";
import { describe } from "../base/coercions.ts";
import type { DdlCompiler } from "../compiler/ddl-compiler.ts";
import { Column } from "../schema/column.ts";
import { Constraint } from "../schema/constraints.ts";
import { Table } from "../schema/table.ts";
import { DdlElement } from "./ddl-element.ts";

abstract class CommentDdl<E extends object> extends DdlElement {
  readonly element: E;

  constructor(element: E, type: abstract new (...args: never[]) => object, statement: string) {
    super();
    if (!(element instanceof type)) throw new ArgumentError(`new ${statement}() takes a ${type.name}, not ${describe(element)}.`);
    this.element = element;
    this.target = element;
  }
}

/** COMMENT ON TABLE */
export class SetTableComment extends CommentDdl<Table> {
  constructor(table: object) {
    super(table as Table, Table, "SetTableComment");
  }
  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitSetTableComment(this);
  }
}

/** Takes a table's comment away. */
export class DropTableComment extends CommentDdl<Table> {
  constructor(table: object) {
    super(table as Table, Table, "DropTableComment");
  }
  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitDropTableComment(this);
  }
}

/** COMMENT ON COLUMN */
export class SetColumnComment extends CommentDdl<Column<unknown>> {
  constructor(column: object) {
    super(column as Column<unknown>, Column, "SetColumnComment");
  }
  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitSetColumnComment(this);
  }
}

/** Takes a column's comment away. */
export class DropColumnComment extends CommentDdl<Column<unknown>> {
  constructor(column: object) {
    super(column as Column<unknown>, Column, "DropColumnComment");
  }
  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitDropColumnComment(this);
  }
}

/** COMMENT ON CONSTRAINT */
export class SetConstraintComment extends CommentDdl<Constraint> {
  constructor(constraint: Constraint) {
    super(constraint, Constraint, "SetConstraintComment");
  }
  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitSetConstraintComment(this);
  }
}

/** Takes a constraint's comment away. */
export class DropConstraintComment extends CommentDdl<Constraint> {
  constructor(constraint: Constraint) {
    super(constraint, Constraint, "DropConstraintComment");
  }
  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitDropConstraintComment(this);
  }
}
