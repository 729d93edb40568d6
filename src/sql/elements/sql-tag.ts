import { EXECUTABLE_FIELDS } from "../base/executable.ts";
import { Slot } from "../base/late.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { Operator } from "../operators/operator.ts";
import * as operators from "../operators/operator-table.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import type { ClauseElement } from "./clause-element.ts";
import { groupingSlot } from "./column-element.ts";
import { TextBase } from "./text-clause.ts";

/** Turns what stands in `${…}` into an element; filled by base/coercions.ts. */
export const interpolateSlot: Slot<(value: unknown, place: number) => ClauseElement> = new Slot("interpolate");

/** OR as a word of its own. */
const OR = /\bor\b/i;

/**
 * SQL made by the tag {@link sql}: text with expressions and bound values in it.
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.tstring
 */
export class TString extends TextBase {
  static override readonly fields: readonly Field[] = [["_strings", "plains"], ["parts", "clauses"], ...EXECUTABLE_FIELDS];

  /** The text around the parts: one more than there are parts. @internal */
  readonly _strings: readonly string[];
  parts: readonly ClauseElement[];

  constructor(strings: readonly string[], parts: readonly ClauseElement[]) {
    super();
    this._strings = strings;
    this.parts = parts;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitTstring(this, options);
  }

  override get _isStar(): boolean {
    return this.parts.length === 0 && this._strings[0] === "*";
  }

  override get _fromObjects(): readonly FromClause[] {
    return this.parts.length === 0 ? [] : this.parts.flatMap((part) => part._fromObjects);
  }

  /** Text with an OR gets brackets beside other conditions, and all text inside of other operators. */
  override selfGroup(against?: Operator): ClauseElement {
    if (against === undefined || against === operators.asbool || against === operators.commaOp || against === operators.as) return this;
    if (against === operators.and) return this._strings.some((text) => OR.test(text)) ? groupingSlot.call(this) : this;
    if (against === operators.or) return this;
    if (against.isOrderByModifier) return this;
    return groupingSlot.call(this);
  }
}

/**
 * SQL as a template: values are bound, expressions are rendered, nothing is spliced in as text.
 * @example select(users.c.id).where(sql`lower(${users.c.name}) = ${"wendy"}`)
 * @throws ArgumentError for `undefined` and for plain objects
 */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): TString {
  const parts: ClauseElement[] = [];
  for (let i = 0; i < values.length; i += 1) parts.push(interpolateSlot.call(values[i], i));
  return new TString(strings, parts);
}
