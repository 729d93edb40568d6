import { CompileError } from "../../errors.ts";
import type { BinaryExpression, ExpressionClauseList } from "../elements/binary.ts";
import { type BindParameter, NO_VALUE } from "../elements/bind-parameter.ts";
import type { Case } from "../elements/case.ts";
import { Cast, type TryCast, type TypeClause, type TypeCoerce } from "../elements/cast.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ClauseList } from "../elements/clause-list.ts";
import type { CollationClause } from "../elements/collate.ts";
import type { ColumnClause } from "../elements/column-clause.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { Grouping } from "../elements/grouping.ts";
import type { Label } from "../elements/label.ts";
import type { LabelReference, TextualLabelReference } from "../elements/label-reference.ts";
import type { False, Null, True } from "../elements/literals.ts";
import { isAnonymous } from "../elements/quoted-name.ts";
import type { TString } from "../elements/sql-tag.ts";
import type { Slice } from "../elements/slice.ts";
import type { TextClause } from "../elements/text-clause.ts";
import type { Tuple } from "../elements/tuple.ts";
import type { NamedFromClause } from "../selectable/from-clause.ts";
import { NULLTYPE } from "../types/null-type.ts";
import { NumericType } from "../types/numeric.ts";
import { checkStored } from "../types/processors.ts";
import type { TupleType } from "../types/tuple-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import * as operators from "../operators/operator-table.ts";
import type { Operator } from "../operators/operator.ts";
import type { LabelResolution } from "./base-compiler.ts";
import { OperatorCompiler } from "./operator-compiler.ts";
import { withoutCollation } from "./type-compiler.ts";
import { forParts, NO_TARGETS, notAsFrom, type VisitOptions } from "./visit-options.ts";

const NUMERIC = new NumericType();

/** What the expression under a label is not told of what the label was. */
function withinLabel(options: VisitOptions, isLabelled: boolean): VisitOptions {
  return {
    ...options,
    withinColumnsClause: isLabelled,
    withinLabelClause: isLabelled,
    renderLabelAsLabel: null,
    addToResultMap: null,
    resultMapTargets: NO_TARGETS,
  };
}

/** Renders expressions. */
export abstract class ElementCompiler extends OperatorCompiler {
  // ---------------------------------------------------------------- names

  visitLabel(label: Label<unknown>, options: VisitOptions): string {
    const { withinColumnsClause, withinLabelClause, renderLabelAsLabel, addToResultMap, resultMapTargets } = options;
    if (options.withinTstring === true) {
      throw new CompileError(
        "A label has no place inside of sql`…`: give the expression itself, or literalColumn() with the label's name.",
      );
    }
    const withAs = withinColumnsClause === true && withinLabelClause !== true;
    const only = renderLabelAsLabel != null && renderLabelAsLabel._identity === label._identity;
    if (withAs || only) {
      const name = isAnonymous(label.name) || label._truncatable ? this.truncatedIdentifier("colident", label.name) : label.name;
      const text = this.preparer.quote(name, label.quote);
      if (!withAs) return text;
      addToResultMap?.(name, label.name, [label, label._element, ...(resultMapTargets ?? [])], label.type);
      return `${this.process(label.element, withinLabel(options, true))} AS ${text}`;
    }
    return this.process(label.element, withinLabel(options, false));
  }

  visitLabelReference(reference: LabelReference<unknown>, options: VisitOptions): string {
    const element = reference.element;
    const names = this.dialect.supportsSimpleOrderByLabel ? this.#labelNames("a label") : null;
    if (names !== null) {
      const label = element._orderByLabelElement as Label<unknown> | null;
      const selected = label === null ? undefined : names[options.withinColumnsClause === true ? 1 : 2].get(label.name);
      if (selected?._isColumnElement === true && label!.sharesLineage(selected as ColumnElement<unknown>)) {
        return this.process(element, { ...options, renderLabelAsLabel: label });
      }
    }
    return this.process(element, options);
  }

  visitTextualLabelReference(reference: TextualLabelReference, options: VisitOptions): string {
    const name = reference.element;
    const names = this.#labelNames(JSON.stringify(name));
    if (names === null) return this.preparer.quote(name);
    const element = names[options.withinColumnsClause === true ? 1 : 0].get(name);
    if (element === undefined) {
      throw new CompileError(
        `${JSON.stringify(name)} in ORDER BY, GROUP BY or DISTINCT is neither a label nor a column of the statement. ` +
          "Write text() or an expression if something else is meant.",
      );
    }
    return this.process(element, { ...options, renderLabelAsLabel: element });
  }

  /** What names mean in the innermost SELECT; null outside of all. */
  #labelNames(what: string): LabelResolution | null {
    const entry = this.enclosing;
    if (entry === undefined) return null;
    const state = entry.compileState as { readonly _labelResolveDict?: LabelResolution } | undefined;
    if (state?._labelResolveDict === undefined) {
      if (!what.startsWith('"')) return null;
      throw new CompileError(`${what} cannot be resolved here: names in ORDER BY, GROUP BY and DISTINCT are labels of a SELECT.`);
    }
    return state._labelResolveDict;
  }

  visitColumn(column: ColumnClause<unknown>, options: VisitOptions): string {
    const { name: original, isLiteral } = column;
    const name = !isLiteral && (column._truncatable || isAnonymous(original)) ? this.truncatedIdentifier("colident", original) : original;
    const { addToResultMap, resultMapTargets } = options;
    if (addToResultMap != null) {
      const objects = resultMapTargets === undefined || resultMapTargets.length === 0 ? [column] : [column, ...resultMapTargets];
      addToResultMap(name, original, objects, column.type);
    }
    const text = isLiteral ? this.checkText(name) : this.preparer.quote(name, column.quote);
    const table = column.table as NamedFromClause | null;
    if (table === null || options.includeTable === false || !table.namedWithColumn) return text;
    return `${this.columnPrefix(table, options)}.${text}`;
  }

  /** The name of the table before that of a column. */
  columnPrefix(table: NamedFromClause, options: VisitOptions): string {
    const schema = this.preparer.schemaForObject(table as never);
    let { name } = table;
    const quote = (table as { readonly quote?: boolean | null }).quote ?? null;
    if (!schema && !table.schema) name = options.ambiguousTableNames?.get(name) ?? name;
    if (isAnonymous(name)) name = this.truncatedIdentifier("alias", name);
    const text = this.preparer.quote(name, quote);
    return schema
      ? `${this.preparer.quoteSchema(schema, (table as { readonly quoteSchema?: boolean | null }).quoteSchema ?? null)}.${text}`
      : text;
  }

  // ---------------------------------------------------------------- text

  visitTextclause(text: TextClause, options: VisitOptions): string {
    const { addToResultMap } = options;
    const rest = forParts(options);
    if (this.stack.length === 0) this.isPlainText = true;
    addToResultMap?.("", "", [text], NULLTYPE);
    let sql = this.checkText(text._pieces[0]!);
    for (let i = 0; i < text._order.length; i += 1) {
      sql += this.process(text._binds[text._order[i]!]!, rest) + this.checkText(text._pieces[i + 1]!);
    }
    return sql;
  }

  visitTstring(text: TString, options: VisitOptions): string {
    const { addToResultMap } = options;
    const rest = forParts(options);
    if (this.stack.length === 0) this.isPlainText = true;
    addToResultMap?.("", "", [text], NULLTYPE);
    const inner = { ...rest, withinTstring: true };
    let sql = this.checkText(text._strings[0]!);
    text.parts.forEach((part, i) => {
      // a FROM element stands for its name, as it would in a FROM list
      const partOptions = part._isFromClause ? { ...inner, asfrom: true, ashint: true } : inner;
      sql += this.process(part, partOptions) + this.checkText(text._strings[i + 1]!);
    });
    return sql;
  }

  // ---------------------------------------------------------------- constants

  visitNull(_element: Null, _options: VisitOptions): string {
    return "NULL";
  }

  visitTrue(_element: True, _options: VisitOptions): string {
    return this.dialect.supportsNativeBoolean ? "true" : "1";
  }

  visitFalse(_element: False, _options: VisitOptions): string {
    return this.dialect.supportsNativeBoolean ? "false" : "0";
  }

  // ---------------------------------------------------------------- lists, brackets

  visitGrouping(grouping: Grouping<unknown>, options: VisitOptions): string {
    const rest = notAsFrom(options);
    return `(${this.process(grouping.element, rest)})`;
  }

  visitClauselist(list: ClauseList, options: VisitOptions): string {
    return this.delimited(list.clauses, list.operator.symbol, options);
  }

  visitExpressionClauselist(list: ExpressionClauseList<unknown>, options: VisitOptions): string {
    return this.delimited(
      list.clauses,
      list.operator.symbol,
      options.inOperatorExpression === true ? options : { ...options, inOperatorExpression: true },
    );
  }

  visitTuple(tuple: Tuple<readonly unknown[]>, options: VisitOptions): string {
    return `(${this.delimited(tuple.clauses, ", ", options)})`;
  }

  /** The texts of elements with a separator between; empty ones are left out. */
  delimited(elements: readonly ClauseElement[], separator: string, options: VisitOptions): string {
    let text = "";
    for (const element of elements) {
      const one = this.process(element, options);
      if (one !== "") text += text === "" ? one : separator + one;
    }
    return text;
  }

  // ---------------------------------------------------------------- CASE, CAST

  visitCase(element: Case<unknown>, options: VisitOptions): string {
    let text = "CASE ";
    if (element.value !== null) text += `${this.process(element.value, options)} `;
    for (const [condition, result] of element.whens) {
      text += `WHEN ${this.process(condition!, options)} THEN ${this.process(result!, options)} `;
    }
    if (element.else !== null) text += `ELSE ${this.process(element.else, options)} `;
    return `${text}END`;
  }

  visitCast(cast: Cast<unknown>, options: VisitOptions): string {
    // the type's collation belongs behind the cast
    const [name, collation] = withoutCollation(this.process(cast.typeClause, options));
    return `CAST(${this.process(cast.clause, options)} AS ${name})${collation}`;
  }

  visitTryCast(_cast: TryCast<unknown>, _options: VisitOptions): string {
    return this.unsupported("TRY_CAST");
  }

  visitTypeclause(clause: TypeClause, options: VisitOptions): string {
    const typeExpression = (options as { readonly x_typeExpression?: ColumnElement<unknown> }).x_typeExpression ?? null;
    return this.dialect.typeCompiler.process(clause.type, { typeExpression, identifierPreparer: this.preparer });
  }

  visitTypeCoerce(element: TypeCoerce<unknown>, options: VisitOptions): string {
    return this.process(element.typedExpression, options);
  }

  visitCollation(collation: CollationClause, _options: VisitOptions): string {
    const name = this.preparer.quote(collation.collation);
    return collation.collationSchema === null ? name : `${this.preparer.quoteSchema(collation.collationSchema)}.${name}`;
  }

  visitSlice(slice: Slice, options: VisitOptions): string {
    const bounds = [slice.start, slice.stop, ...(slice.step === null ? [] : [slice.step])];
    return bounds.map((bound) => (bound === null ? "" : this.process(bound, options))).join(":");
  }

  // ---------------------------------------------------------------- division

  visitTruedivBinary(binary: BinaryExpression<unknown>, _operator: Operator, options: VisitOptions): string {
    const left = this.process(binary.left, options);
    if (!this.dialect.divIsFloordiv) return `${left} / ${this.process(binary.right, options)}`;
    const right = binary.right as ColumnElement<unknown>;
    const { affinity } = right.type;
    const type: TypeEngine<unknown> = affinity === "numeric" || affinity === "float" ? right.type : NUMERIC;
    return `${left} / ${this.process(new Cast(right, type), options)}`;
  }

  visitFloordivBinary(binary: BinaryExpression<unknown>, _operator: Operator, options: VisitOptions): string {
    const text = `${this.process(binary.left, options)} / ${this.process(binary.right, options)}`;
    const integers =
      (binary.left as ColumnElement<unknown>).type.affinity === "integer" &&
      (binary.right as ColumnElement<unknown>).type.affinity === "integer";
    return this.dialect.divIsFloordiv && integers ? text : `FLOOR(${text})`;
  }

  // ---------------------------------------------------------------- binds

  visitBindparam(bind: BindParameter<unknown>, options: VisitOptions): string {
    const literalBinds = options.literalBinds === true;
    if (options.skipBindExpression !== true) {
      const impl = bind.type.dialectImpl(this.dialect);
      if (impl._hasBindExpression) {
        const expression = impl.bindExpression(bind);
        if (expression !== null) return this.#wrapped(bind, expression, options);
      }
    }
    if (literalBinds) {
      const text = this.renderLiteralBindparam(bind);
      return bind.expanding ? `(${text})` : text;
    }
    const literal = options.literalExecute === true || bind.literalExecute || (options.withinColumnsClause === true && this.ansiBindRules);
    const { before, after } = this.#around(bind);
    if (bind.expanding) {
      const make = (): string =>
        literal ? this.bindMark(bind, true, this.#emptySet(bind)) : this.bindMark(bind, false, this.#emptySet(bind), before, after);
      return `(${literal || before + after === "" ? make() : this.sharedBindMark(bind, `${bind.expandOp?.name ?? ""} ${before} ${after}`, make)})`;
    }
    if (literal || (before === "" && after === "")) return this.bindMark(bind, literal, null);
    return before + this.sharedBindMark(bind, `${before} ${after}`, () => this.bindMark(bind, literal, null)) + after;
  }

  /** A bind with the expression that its type puts around values; within IN, around each value. */
  #wrapped(bind: BindParameter<unknown>, expression: ColumnElement<unknown>, options: VisitOptions): string {
    const inner = { ...options, skipBindExpression: true };
    if (!bind.expanding) return this.process(expression, inner);
    // rendered once with a single bind in the place of each value
    const single = bind._clone(true);
    single.expanding = false;
    const sample = bind.type.dialectImpl(this.dialect).bindExpression(single)!;
    const before = this.slots.length;
    const text = this.process(sample, { ...inner, literalBinds: false });
    this.forgetBindMarks(before);
    this.binds.delete(this.bindName(single));
    const parts = text.split("\0");
    if (parts.length !== 3)
      throw new CompileError(`The type of "${bind._origKey}" does not render its value exactly once, which IN needs.`);
    if (options.literalBinds === true) return `(${this.renderLiteralBindparam(bind, parts[0]!, parts[2]!)})`;
    const literal = options.literalExecute === true || bind.literalExecute;
    return `(${this.bindMark(bind, literal, this.#emptySet(bind), parts[0], parts[2])})`;
  }

  #around(bind: BindParameter<unknown>): { before: string; after: string } {
    const text = this.castBind(bind, "\0");
    const at = text.indexOf("\0");
    return { before: text.slice(0, at), after: text.slice(at + 1) };
  }

  /** A mark with a cast around it, for databases that cannot tell the type of a parameter from its place. */
  castBind(_bind: BindParameter<unknown>, mark: string): string {
    return mark;
  }

  #emptySet(bind: BindParameter<unknown>): string {
    const types = bind.type.isTuple ? (bind.type as TypeEngine<unknown> as TupleType).types : [bind.type];
    return this.visitEmptySetOpExpr(types, bind.expandOp);
  }

  /** What stands in the brackets of IN for an empty list. */
  visitEmptySetOpExpr(types: readonly TypeEngine<unknown>[], op: Operator | null): string {
    const nulls = types.length > 1 ? `(${types.map(() => "NULL").join(", ")})` : "NULL";
    if (op === operators.notInOp) return `${nulls}) OR (1 = 1`;
    if (op === operators.inOp) return `${nulls}) AND (1 != 1`;
    return this.visitEmptySetExpr(types);
  }

  /** A SELECT without rows, for operators other than IN and NOT IN. */
  visitEmptySetExpr(_types: readonly TypeEngine<unknown>[]): string {
    return this.unsupported("an empty set");
  }

  /** The value of a bind as a literal. */
  renderLiteralBindparam(bind: BindParameter<unknown>, before = "", after = ""): string {
    const value = bind.effectiveValue === NO_VALUE ? null : bind.effectiveValue;
    if (!bind.expanding) {
      if (bind.isCrud) checkStored(bind._origKey, value, bind.type, this.dialect);
      return value === null && !bind.type.shouldEvaluateNone ? "NULL" : this.renderLiteralValue(value, bind.type);
    }
    if (value === null) throw new CompileError(`The list "${bind._origKey}" of IN has no value, so it cannot be rendered as literals.`);
    const values = value as readonly unknown[];
    if (values.length === 0) return this.#emptySet(bind);
    if (bind.type.isTuple) {
      const { types } = bind.type as TypeEngine<unknown> as TupleType;
      const rows = values.map(
        (row) => `(${(row as unknown[]).map((one, i) => this.renderLiteralValue(one, types[i] ?? NULLTYPE)).join(", ")})`,
      );
      return (this.dialect.tupleInValues ? "VALUES " : "") + rows.join(", ");
    }
    return values.map((one) => before + this.renderLiteralValue(one, bind.type) + after).join(", ");
  }

  /**
   * A value as a SQL literal.
   * @throws CompileError for a type that has no literals, or a value that is none of the type's
   */
  override renderLiteralValue(value: unknown, type: TypeEngine<unknown>): string {
    // also of a type for which null is a value, unless it makes something else of it
    if (value === null && (!type.shouldEvaluateNone || (type._cachedBindProcessor(this.dialect)?.(null) ?? null) === null)) return "NULL";
    const processor = type._cachedLiteralProcessor(this.dialect);
    if (processor === null) throw new CompileError(`There are no literals for values of the type ${type.constructor.name}.`);
    let text: string;
    try {
      text = processor(value);
    } catch (error) {
      if (error instanceof CompileError) throw error;
      throw new CompileError(`A value of the type ${type.constructor.name} cannot be rendered as a literal. ${(error as Error).message}`, {
        cause: error,
      });
    }
    return this.checkText(text);
  }
}
