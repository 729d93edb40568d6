import type { Origin } from "../base/expression.ts";
import type { Field } from "../base/traversal.ts";
import { COLUMN_ELEMENT_ROLES, LabeledColumnExprRole } from "../base/roles.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { Operator } from "../operators/operator.ts";
import { as } from "../operators/operator-table.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { type ClauseElement, NO_PROPAGATE_ATTRS } from "./clause-element.ts";
import { bindValueSlot, type ColumnElement, labelSlot, type MakeProxyOptions } from "./column-element.ts";
import { NamedColumn } from "./named-column.ts";
import { anonymousLabel, type NameArgument, nextAnonymousId, QuotedName, checkName } from "./quoted-name.ts";

const ROLES = COLUMN_ELEMENT_ROLES | LabeledColumnExprRole.bit;

/**
 * An expression under a name: `expression AS name`. In ORDER BY it is rendered by its name, in WHERE as its expression.
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.Label
 */
export class Label<V, N extends Origin = Origin, K extends string = string> extends NamedColumn<V, N, K> {
  static override readonly fields: readonly Field[] = [
    ["name", "name"],
    ["quote", "plain", null],
    ["_element", "clause"],
    ["type", "type"],
  ];

  declare name: string;
  declare key: K;
  declare quote: boolean | null;
  declare type: TypeEngine<V>;
  /** @internal */
  declare _element: ColumnElement<unknown>;
  /** @internal */
  declare _proxies: readonly ColumnElement<unknown>[];
  /** The name of the label that this one was made of without a name. @internal */
  _resolveLabel: string | null = null;

  constructor(name: NameArgument | null, element: ColumnElement<V>, type: TypeEngine<V> | null = null) {
    super();
    let inner: ColumnElement<unknown> = element;
    while (inner instanceof Label) inner = inner.element;
    if (name instanceof QuotedName) {
      this.name = name.value;
      this.quote = name.quote;
    } else if (name === null || name === "") {
      this.name = anonymousLabel(nextAnonymousId(), inner.name ?? "anon");
      if (element instanceof Label) this._resolveLabel = element._label;
    } else {
      this.name = checkName(name);
    }
    this.key = this.name as K;
    this._element = inner;
    this.type = type ?? (inner.type as TypeEngine<V>);
    this._proxies = [inner];
    if (inner._propagateAttrs !== NO_PROPAGATE_ATTRS) this._propagateAttrs = inner._propagateAttrs;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitLabel(this, options);
  }

  override get _roles(): number {
    return ROLES;
  }

  /** The expression, with brackets where `AS` asks for them. */
  get element(): ColumnElement<unknown> {
    return this._element.selfGroup(as) as ColumnElement<unknown>;
  }

  override get _tqLabel(): string {
    return this.name;
  }

  override get _tqKeyLabel(): string {
    return this.name;
  }

  override get _isImplicitlyBoolean(): boolean {
    return this.element._isImplicitlyBoolean;
  }

  override get _allowLabelResolve(): boolean {
    return this.element._allowLabelResolve;
  }

  override get _orderByLabelElement(): ClauseElement | null {
    return this;
  }

  override get _fromObjects(): readonly FromClause[] {
    return this._element._fromObjects;
  }

  override _bindParam(op: Operator | null, value: unknown, type: TypeEngine<unknown> | null = null, expanding = false): ClauseElement {
    return bindValueSlot.call(null, value, op, this.type, type, expanding);
  }

  override selfGroup(against?: Operator): ClauseElement {
    return this._onInner(this._element.selfGroup(against));
  }

  override _negate(): ClauseElement {
    return this._onInner(this._element._negate());
  }

  private _onInner(changed: ClauseElement): ClauseElement {
    return changed === this._element ? this : new Label(this.name, changed as ColumnElement<V>, this.type);
  }

  override _makeProxy(selectable: FromClause, options: MakeProxyOptions): readonly [key: string, column: ColumnElement<unknown>] {
    const { key, nameIsTruncatable = false, compoundSelectCols = null, primaryKey, foreignKeys } = options;
    const name = options.name ?? this.name;
    const [, made] = this.element._makeProxy(selectable, {
      name,
      key,
      nameIsTruncatable,
      compoundSelectCols,
      disallowIsLiteral: true,
      primaryKey,
      foreignKeys,
    });
    const column = made as {
      _proxies: readonly ColumnElement<unknown>[];
      type: TypeEngine<unknown>;
      quote?: boolean | null;
    } & ColumnElement<unknown>;
    column._proxies = [...column._proxies, this];
    column.type = this.type;
    if (this.quote !== null && name === this.name) column.quote = this.quote;
    // an attribute has told its name, for an expression without one
    return [this._annotations["proxy_key"] === undefined ? this.key : (key ?? this.key), column];
  }
}

labelSlot.fill((name, element) => new Label(name, element));
