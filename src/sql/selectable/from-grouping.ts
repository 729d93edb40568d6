import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { Field } from "../base/traversal.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { ForeignKey } from "../schema/foreign-key.ts";
import type { ColumnCollection } from "./column-collection.ts";
import { FromClause } from "./from-clause.ts";

/** A FROM element in brackets: a join inside a join. */
export class FromGrouping extends FromClause {
  static override readonly fields: readonly Field[] = [["element", "clause"]];

  readonly element: FromClause;

  constructor(element: FromClause) {
    super();
    this.element = element;
  }

  override get _isFromGrouping(): boolean {
    return true;
  }

  override get _collection(): ColumnCollection {
    return this.element._collection;
  }

  override get primaryKey(): Iterable<ColumnElement<unknown>> {
    return this.element.primaryKey;
  }

  override get foreignKeys(): Iterable<ForeignKey> {
    return this.element.foreignKeys;
  }

  override get description(): string {
    return this.element.description;
  }

  override isDerivedFrom(fromclause: FromClause | null): boolean {
    return this.element.isDerivedFrom(fromclause);
  }

  override _anonymousFromclause(name: string | null = null): FromClause {
    return new FromGrouping(this.element._anonymousFromclause(name));
  }

  override get _hideFroms(): readonly FromClause[] {
    return this.element._hideFroms;
  }

  override get _fromObjects(): readonly FromClause[] {
    return this.element._fromObjects;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitFromGrouping(this, options);
  }
}
