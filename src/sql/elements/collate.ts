import { ArgumentError } from "../../errors.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import * as operators from "../operators/operator-table.ts";
import { NULLTYPE } from "../types/null-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { BinaryExpression } from "./binary.ts";
import { ColumnElement } from "./column-element.ts";

/** The name of a collation, behind COLLATE. */
export class CollationClause extends ColumnElement<string> {
  static override readonly fields: readonly Field[] = [
    ["collation", "plain"],
    ["collationSchema", "plain"],
  ];

  readonly collation: string;
  /** the schema that the collation is in; null where it is found without */
  readonly collationSchema: string | null;

  constructor(collation: string, collationSchema: string | null = null) {
    super();
    if (typeof collation !== "string") throw new ArgumentError("collate() takes the name of a collation as a string.");
    this.collation = collation;
    this.collationSchema = collationSchema;
  }

  override get type(): TypeEngine<string> {
    return NULLTYPE as TypeEngine<unknown> as TypeEngine<string>;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitCollation(this, options);
  }
}

/** Where a collation is. */
export interface CollateOptions {
  /** the schema that it is in, on PostgreSQL */
  readonly collationSchema?: string | null;
}

/** `expression COLLATE collation` */
export function collateExpression<V>(expression: ColumnElement<V>, collation: string, options: CollateOptions = {}): BinaryExpression<V> {
  return BinaryExpression.grouped(
    expression,
    new CollationClause(collation, options.collationSchema ?? null),
    operators.collate,
    expression.type,
  );
}
