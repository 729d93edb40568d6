import { ArgumentError } from "../../errors.ts";
import { EXECUTABLE_FIELDS, ExecutableClause, generate } from "../base/executable.ts";
import type { Expression } from "../base/expression.ts";
import { Slot } from "../base/late.ts";
import { TEXT_ROLES } from "../base/roles.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { ConditionOperand } from "../operators/column-operators.ts";
import type { Operator } from "../operators/operator.ts";
import * as operators from "../operators/operator-table.ts";
import type { ColumnsRow, TupleRow } from "../selectable/select-types.ts";
import type { TextualSelect } from "../selectable/text-select.ts";
import { NULLTYPE } from "../types/null-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { BindParameter, NO_VALUE } from "./bind-parameter.ts";
import type { ClauseElement } from "./clause-element.ts";
import { type ColumnElement, groupingSlot } from "./column-element.ts";
import { scanText } from "./text-scanner.ts";

/** Filled by selectable/text-select.ts: `text("…").columns(…)`. */
export const textColumnsSlot: Slot<(text: TextBase, columns: readonly unknown[]) => TextualSelect> = new Slot("textColumns");

/** Filled by elements/boolean-clause-list.ts: AND and OR of any elements. */
export const conjunctionSlot: Slot<(op: Operator, elements: readonly unknown[]) => ColumnElement<boolean>> = new Slot("conjunction");

/** What text() and sql`` have in common: SQL as text, which may stand as a statement or inside of one. */
export abstract class TextBase extends ExecutableClause {
  override get _roles(): number {
    return TEXT_ROLES;
  }

  override get _isTextClause(): boolean {
    return true;
  }

  override get _isTextual(): boolean {
    return true;
  }

  /** Nothing is known of its type. */
  get type(): TypeEngine<unknown> {
    return NULLTYPE;
  }

  get key(): null {
    return null;
  }

  /** @internal */
  get _label(): null {
    return null;
  }

  /** @internal */
  get _renderLabelInColumnsClause(): boolean {
    return false;
  }

  /** @internal */
  get _allowLabelResolve(): boolean {
    return false;
  }

  /** @internal */
  get _omitFromStatements(): boolean {
    return false;
  }

  /** @internal */
  get _selectIterable(): readonly ClauseElement[] {
    return [this];
  }

  /** @internal */
  get _hideFroms(): readonly never[] {
    return [];
  }

  /** AND */
  and(...others: readonly ConditionOperand[]): ColumnElement<boolean> {
    return conjunctionSlot.call(operators.and, [this, ...others]);
  }

  /** OR */
  or(...others: readonly ConditionOperand[]): ColumnElement<boolean> {
    return conjunctionSlot.call(operators.or, [this, ...others]);
  }

  /** NOT */
  not(): ColumnElement<boolean> {
    return this._negate() as ColumnElement<boolean>;
  }

  /**
   * Says which columns the text gives, so that it can be used as a SELECT: `{ id: t.integer() }` or `column("id")`.
   * @example text("SELECT id, name FROM users").columns({ id: t.integer(), name: t.string() }).subquery()
   */
  columns<const T extends Readonly<Record<string, TypeEngine<unknown>>>>(
    types: T,
  ): TextualSelect<ColumnsRow<{ -readonly [K in keyof T]: T[K] extends TypeEngine<infer V> ? V : unknown }>, readonly [T]>;
  columns<const L extends readonly Expression<unknown>[]>(...columns: L): TextualSelect<TupleRow<L>, L>;
  columns(...columns: readonly (Expression<unknown> | Readonly<Record<string, TypeEngine<unknown>>>)[]): TextualSelect;
  columns(...columns: readonly unknown[]): never {
    return textColumnsSlot.call(this, columns) as never;
  }

  override selfGroup(against?: Operator): ClauseElement {
    return against === operators.inOp || against === operators.notInOp ? groupingSlot.call(this) : this;
  }
}

/**
 * SQL as text; `:name` in it is a bound parameter (`\:` is a colon, and colons in quotes, comments and `::` are text).
 * The text itself must not come from outside: give values as parameters.
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.text
 */
export class TextClause extends TextBase {
  static override readonly fields: readonly Field[] = [["text", "plain"], ["_binds", "clauses"], ...EXECUTABLE_FIELDS];

  readonly text: string;
  /** The text between the parameters, and the place in `_binds` of the one that follows each piece but the last. @internal */
  readonly _pieces: readonly string[];
  /** @internal */
  readonly _order: readonly number[];
  /** @internal */
  readonly _names: readonly string[];
  /** The parameters, in the order in which they first occur. @internal */
  _binds: readonly BindParameter<unknown>[];

  constructor(text: string) {
    super();
    if (typeof text !== "string") throw new ArgumentError(`text() takes a string; got ${text === undefined ? "undefined" : typeof text}.`);
    this.text = text;
    const scanned = scanText(text);
    this._pieces = scanned.pieces;
    this._order = scanned.order;
    this._names = scanned.names;
    this._binds = scanned.names.map((name) => new BindParameter<unknown>(name, NO_VALUE, NULLTYPE, false, false, true));
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitTextclause(this, options);
  }

  override get _isStar(): boolean {
    return this.text === "*";
  }

  /**
   * A copy with values for its parameters, or with binds in their place.
   * @throws ArgumentError for a name that does not occur in the text
   * @example text("name = :x").bindparams({ x: "wendy" })
   */
  bindparams(...binds: readonly (BindParameter<unknown> | Readonly<Record<string, unknown>>)[]): TextClause {
    const changed = [...this._binds];
    for (const bind of binds) {
      if (bind instanceof BindParameter) changed[this._placeOf(bind._origKey)] = bind;
      else {
        for (const [name, value] of Object.entries(bind)) {
          const place = this._placeOf(name);
          changed[place] = changed[place]!._withValue(value, false);
        }
      }
    }
    const copy = generate(this);
    (copy as { _binds: readonly BindParameter<unknown>[] })._binds = changed;
    return copy;
  }

  private _placeOf(name: string): number {
    const place = this._names.indexOf(name);
    if (place === -1) {
      throw new ArgumentError(
        `This text() has no bound parameter named "${name}"; it has ${this._names.map((n) => `:${n}`).join(", ") || "none"}.`,
      );
    }
    return place;
  }
}
