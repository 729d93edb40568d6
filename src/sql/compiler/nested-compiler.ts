import { CompileError } from "../../errors.ts";
import type { NestedValue } from "../base/nested-values.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { type NestedAggregate, NESTED_ROW, NestedRow, NestedRows } from "../elements/nested-rows.ts";
import type { NestedMember } from "../types/nested-type.ts";
import { MergeCompiler } from "./merge-compiler.ts";
import { forParts, notAsFrom, type VisitOptions } from "./visit-options.ts";

/** Renders rows within rows, as JSON. How the values go through it is the dialect's affair. */
export abstract class NestedCompiler extends MergeCompiler {
  /** The values of a row, in arrays of as many as a function takes. */
  visitNestedRow(row: NestedRow, options: VisitOptions): string {
    const form = this.dialect.nestedValues;
    const inner: VisitOptions = { ...forParts(options), withinColumnsClause: false };
    const values = row.values.map((value, i) => this.#nestedValue(value, row.type.members[i]!, inner));
    if (values.length <= form.maxArguments) return form.row(values);
    const chunks: string[] = [];
    for (let i = 0; i < values.length; i += form.maxArguments) chunks.push(form.row(values.slice(i, i + form.maxArguments)));
    return form.row(chunks);
  }

  #nestedValue(value: ColumnElement<unknown>, member: NestedMember, options: VisitOptions): string {
    if (value instanceof NestedRows) return this.dialect.nestedValues.embed(this.process(value, options));
    if (value instanceof NestedRow) return this.process(value, options);
    const { dialect } = this;
    const impl = member.type.dialectImpl(dialect);
    const wrapped = impl._hasColumnExpression ? (impl.columnExpression(value) ?? value) : value;
    const how: NestedValue = {
      type: member.type._unwrappedDialectImpl(dialect),
      isColumn: member.isColumn && !impl._hasColumnExpression,
    };
    const text = dialect.nestedValues.write(how, this.process(wrapped, options));
    if (text !== null) return text;
    throw new CompileError(
      `"${member.name}" cannot be read within another row on ${dialect.name}, which does not say of what type it is. ` +
        (member.type.isNull
          ? "Give it a type, as with typeCoerce(expression, t.integer()); or read it with a statement of its own."
          : `Let the type ${member.type.constructor.name} say what kind of values the database gives for it: override get driverAffinity(); or read it with a statement of its own.`),
    );
  }

  visitNestedRows(rows: NestedRows, options: VisitOptions): string {
    const inner: VisitOptions = { ...forParts(notAsFrom(options)), withinColumnsClause: false };
    const { element } = rows;
    if (rows.type.kind !== "many") return `(${this.process(element, inner)})`;
    const form = this.dialect.nestedValues;
    const isLimited = element._limitClause !== null || element._offsetClause !== null;
    if (form.order === "aggregateWithLimit" || (form.order === "aggregate" && !isLimited))
      return `(${this.process(rows._aggregated(form.order === "aggregateWithLimit"), inner)})`;
    const column = `nested_rows.${NESTED_ROW}`;
    const all = form.aggregate({ row: form.embed(column), orderBy: "", limit: null, offset: null });
    const keep = isLimited ? "" : form.keepOrder;
    return `(SELECT ${all} FROM (${this.process(element, inner)}${keep})${this.renderAsAliasSuffix("nested_rows")})`;
  }

  visitNestedAggregate(aggregate: NestedAggregate, options: VisitOptions): string {
    const inner: VisitOptions = { ...forParts(options), withinColumnsClause: false };
    const { row, orderBy, limit, offset } = aggregate;
    return this.dialect.nestedValues.aggregate({
      row: this.process(row, inner),
      orderBy: orderBy.length === 0 ? "" : ` ORDER BY ${this.delimited(orderBy, ", ", inner)}`,
      limit: limit === null ? null : this.process(limit, inner),
      offset: offset === null ? null : this.process(offset, inner),
    });
  }
}
