import type { Origin } from "../base/expression.ts";
import type { Field } from "../base/traversal.ts";
import { COLUMN_ELEMENT_ROLES, LabeledColumnExprRole, StrAsPlainColumnRole } from "../base/roles.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import { NULLTYPE } from "../types/null-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { CloneFn, ClauseElement } from "./clause-element.ts";
import { type ColumnElement, type MakeProxyOptions, proxyColumnSlot } from "./column-element.ts";
import { adoptProxy, NamedColumn } from "./named-column.ts";
import { type NameArgument, QuotedName, checkName } from "./quoted-name.ts";

const ROLES = COLUMN_ELEMENT_ROLES | LabeledColumnExprRole.bit | StrAsPlainColumnRole.bit;
const NO_FROMS: readonly FromClause[] = Object.freeze([]);
const NO_PROXIES: readonly ColumnElement<unknown>[] = Object.freeze([]);

/**
 * A column: of a table, of an alias or subquery, or one that only has a name.
 * Made by {@link column} and {@link literalColumn}; `Column` of a `Table` is a subclass.
 */
export class ColumnClause<V, N extends Origin = Origin, K extends string = string> extends NamedColumn<V, N, K> {
  static override readonly fields: readonly Field[] = [
    ["name", "name"],
    ["type", "type"],
    ["table", "clause"],
    ["isLiteral", "plain"],
    ["quote", "plain", null],
    ["_truncatable", "plain"],
    ["key", "carried"],
    ["_proxies", "carried"],
  ];

  declare name: string;
  declare key: K;
  declare type: TypeEngine<V>;
  declare table: FromClause | null;
  declare isLiteral: boolean;
  override quote: boolean | null = null;
  /** @internal */
  override _truncatable = false;
  /** @internal */
  override _proxies: readonly ColumnElement<unknown>[] = NO_PROXIES;
  /** @internal */
  _memoTqLabel: string | null | undefined = undefined;
  /** @internal */
  _memoFroms: readonly FromClause[] | null = null;

  constructor(name: NameArgument, type: TypeEngine<V> | null = null, isLiteral = false, table: FromClause | null = null) {
    super();
    if (name instanceof QuotedName) {
      this.name = name.value;
      this.quote = name.quote;
    } else {
      this.name = checkName(name);
    }
    this.key = this.name as K;
    this.type = type ?? (NULLTYPE as TypeEngine<unknown> as TypeEngine<V>);
    this.table = table;
    this.isLiteral = isLiteral;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitColumn(this, options);
  }

  override get _roles(): number {
    return ROLES;
  }

  override get _isStar(): boolean {
    return this.isLiteral && this.name === "*";
  }

  override get _fromObjects(): readonly FromClause[] {
    const { table, _memoFroms: known } = this;
    if (table === null) return NO_FROMS;
    return known !== null && known[0] === table ? known : (this._memoFroms = [table]);
  }

  override get _renderLabelInColumnsClause(): boolean {
    return this.table !== null;
  }

  /** A column is never copied: it is the same one wherever it stands. @internal */
  override _clone(): this {
    return this;
  }

  /** @internal */
  override _copyInternals(_clone: CloneFn): void {}

  /** @internal */
  override _children(): readonly ClauseElement[] {
    return [];
  }

  override _yieldsTo(other: ColumnElement<unknown>): boolean {
    return this.constructor === ColumnClause && other instanceof ColumnClause && other.constructor !== ColumnClause;
  }

  override _forget(): void {
    this._memoTqLabel = undefined;
    this._memoFroms = null;
  }

  override get _tqLabel(): string | null {
    if (this._memoTqLabel === undefined) this._memoTqLabel = this._genTqLabel(this.name);
    return this._memoTqLabel;
  }

  override _genTqLabel(name: string, dedupeOnKey = true): string | null {
    if (this.isLiteral) return null;
    const table = this.table as (FromClause & { readonly name?: string }) | null;
    if (table === null || !table.namedWithColumn) return name;
    const schema = table.schema;
    const label = schema ? `${schema.replaceAll(".", "_")}_${table.name}_${name}` : `${table.name}_${name}`;
    if (!dedupeOnKey || !table._collection.has(label)) return label;
    let counter = 1;
    while (table._collection.has(`${label}_${counter}`)) counter += 1;
    return `${label}_${counter}`;
  }

  /** Where the keys of `filterBy` are looked up, for the table it belongs to. */
  get entityNamespace(): unknown {
    return this.table?.entityNamespace;
  }

  override _makeProxy(selectable: FromClause, options: MakeProxyOptions): readonly [key: string, column: ColumnElement<unknown>] {
    const name = options.name ?? this.name;
    const column = proxyColumnSlot.call(name, this.type, selectable, options.nameIsTruncatable ?? false);
    column.isLiteral = options.disallowIsLiteral !== true && this.isLiteral && name === this.name;
    if (name === this.name) column.quote = this.quote;
    return adoptProxy(this, column, selectable, options);
  }
}

proxyColumnSlot.fill((name, type, selectable, truncatable) => {
  const column = new ColumnClause<unknown>(name, type, false, selectable);
  column._truncatable = truncatable;
  return column;
});
