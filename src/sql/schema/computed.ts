import { ArgumentError } from "../../errors.ts";
import { clauseOf, describe } from "../base/coercions.ts";
import type { DdlCompiler } from "../compiler/ddl-compiler.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { TextClause } from "../elements/text-clause.ts";
import { FetchedValue } from "./column-defaults.ts";
import type { Column } from "./column.ts";
import type { SAYS } from "./schema-item.ts";

/** Options of {@link computed}. */
export interface ComputedOptions {
  /** true: STORED; false: VIRTUAL; otherwise what the database does of its own accord */
  readonly persisted?: boolean;
}

/** A column that the database computes: GENERATED ALWAYS AS (…). Made by {@link computed}. */
export class Computed extends FetchedValue {
  declare readonly [SAYS]: "computed";
  readonly sqltext: ClauseElement;
  readonly persisted: boolean | null;

  constructor(sqltext: string | ClauseElement, options: ComputedOptions = {}) {
    super(true);
    const clause = typeof sqltext === "string" ? new TextClause(sqltext) : clauseOf(sqltext);
    if (clause === null) throw new ArgumentError(`computed() takes a SQL expression, or SQL as a string, not ${describe(sqltext)}.`);
    this.sqltext = clause;
    this.persisted = options.persisted ?? null;
  }

  override get isComputed(): boolean {
    return true;
  }

  override _setParent(parent: object): void {
    const column = parent as Column<unknown>;
    if (column.serverDefault !== null || column.serverOnupdate !== null) {
      throw new ArgumentError(`The computed column "${column.key}" cannot have a server default as well.`);
    }
    this.column = column;
    column.computed = this;
    column.serverDefault = this;
    column.serverOnupdate = this;
  }

  override _asForUpdate(_forUpdate: boolean): FetchedValue {
    return this;
  }

  /** @internal */
  _accept(compiler: DdlCompiler): string {
    return compiler.visitComputedColumn(this);
  }

  override _copy(): Computed {
    return new Computed(this.sqltext, this.persisted === null ? {} : { persisted: this.persisted });
  }
}

/**
 * Makes a column one that the database computes. A string is SQL: never take it from outside.
 * @example new Column(t.integer(), computed("x * 2"))
 * See https://docs.sqlalchemy.org/en/21/core/defaults.html#computed-columns-generated-always-as
 */
export function computed(sqltext: string | ClauseElement, options?: ComputedOptions): Computed {
  return new Computed(sqltext, options);
}
