import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { NamedColumn } from "../elements/named-column.ts";
import { anonymousLabel, isAnonymous, type NameArgument, nameParts, nextAnonymousId } from "../elements/quoted-name.ts";
import { TableValueType } from "../types/tuple-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { ColumnCollection, LooseColumns } from "./column-collection.ts";
import { NamedFromClause, tableValuedSlot, type FromClause } from "./from-clause.ts";

/** Options of {@link TableValuedAlias}. */
export interface TableValuedOptions {
  readonly name?: NameArgument | null;
  /** it need not be joined to anything, since its arguments name the other FROM elements */
  readonly joinsImplicitly?: boolean;
}

/**
 * A function in the FROM list: `json_each(t.x) AS anon_1`.
 * See https://docs.sqlalchemy.org/en/21/core/selectable.html#sqlalchemy.sql.expression.TableValuedAlias
 */
export class TableValuedAlias<C = LooseColumns, N extends string = string> extends NamedFromClause<C, N> {
  static override readonly identityCounts: boolean = true;
  static override readonly fields: readonly Field[] = [
    ["element", "clause"],
    ["_givenName", "plain", null],
    ["quote", "plain", null],
    ["_tablevalType", "type"],
    ["_renderDerived", "plain"],
    ["_renderDerivedWithTypes", "plain"],
    ["_lateral", "plain"],
    ["_column", "carried"],
  ];

  /** the function, or the alias of it that was given another name */
  readonly element: ColumnElement<unknown> | TableValuedAlias;
  readonly name: string;
  readonly joinsImplicitly: boolean;
  /** Whether the name is always put in quotes, or never; null for when it needs them. */
  readonly quote: boolean | null;
  /** @internal */
  readonly _givenName: string | null;
  /** @internal */
  readonly _tablevalType: TypeEngine<unknown>;
  /** @internal */
  _renderDerived = false;
  /** @internal */
  _renderDerivedWithTypes = false;
  /** @internal */
  _lateral = false;
  /** @internal */
  _column: TableValuedColumn<unknown> | null = null;

  constructor(element: ColumnElement<unknown> | TableValuedAlias, type: TypeEngine<unknown> | null, options: TableValuedOptions = {}) {
    super();
    this.element = element;
    [this._givenName, this.quote] = options.name == null ? [null, null] : nameParts(options.name, null);
    this.name =
      this._givenName ??
      anonymousLabel(nextAnonymousId(), element instanceof TableValuedAlias && !isAnonymous(element.name) ? element.name : "anon");
    this.joinsImplicitly = options.joinsImplicitly ?? false;
    this._tablevalType = type ?? new TableValueType();
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitTableValuedAlias(this as unknown as TableValuedAlias, options);
  }

  override get _isLateral(): boolean {
    return this._lateral;
  }

  override get _fromObjects(): readonly FromClause[] {
    return [this as unknown as FromClause];
  }

  /** The whole row as one value, or the one column of a function of one. */
  get column(): TableValuedColumn<unknown> {
    this._column ??= new TableValuedColumn(this as unknown as TableValuedAlias, this._tablevalType);
    return this._column;
  }

  /** The same function under another name. */
  override alias(name: NameArgument | null = null): never {
    const copy = new TableValuedAlias(this as unknown as TableValuedAlias, this._tablevalType, {
      name,
      joinsImplicitly: this.joinsImplicitly,
    });
    copy._renderDerived = this._renderDerived;
    copy._renderDerivedWithTypes = this._renderDerivedWithTypes;
    return copy as never;
  }

  /** The same function as LATERAL: its arguments may name the FROM elements before it. */
  lateral(name: NameArgument | null = null): TableValuedAlias<C, N> {
    const copy = this.alias(name) as TableValuedAlias<C, N>;
    copy._lateral = true;
    return copy;
  }

  /** Renders the names of the columns behind the alias: `AS name(a, b)`, with their types where asked for. */
  renderDerived(options: { readonly name?: NameArgument | null; readonly withTypes?: boolean } = {}): TableValuedAlias<C, N> {
    const copy = new TableValuedAlias<C, N>(this.element, this._tablevalType, {
      name: options.name ?? null,
      joinsImplicitly: this.joinsImplicitly,
    });
    copy._renderDerived = true;
    copy._renderDerivedWithTypes = options.withTypes ?? false;
    return copy;
  }

  override _populateColumnCollection(columns: ColumnCollection, primaryKey: Set<ColumnElement<unknown>>, foreignKeys: Set<object>): void {
    const elements = this._tablevalType instanceof TableValueType ? this._tablevalType.elements : null;
    const inner = this.element instanceof TableValuedAlias ? this.element._collection.all() : [this.element.label(null)];
    for (const column of (elements ?? inner) as readonly ColumnElement<unknown>[]) {
      const [key, proxy] = column._makeProxy(this as unknown as FromClause, { primaryKey, foreignKeys });
      columns.add(proxy, key);
    }
  }

  override get _allSelectedColumns(): readonly ColumnElement<unknown>[] {
    return this._collection.all();
  }
}

/** A table-valued function as one column: its alias stands for the value. */
export class TableValuedColumn<V> extends NamedColumn<V> {
  static override readonly fields: readonly Field[] = [
    ["name", "name"],
    ["type", "type"],
    ["scalarAlias", "clause"],
  ];

  readonly scalarAlias: NamedFromClause;
  override readonly name: string;
  override readonly key: string;
  override readonly quote: boolean | null;
  override readonly type: TypeEngine<V>;

  constructor(alias: NamedFromClause, type: TypeEngine<V>) {
    super();
    this.scalarAlias = alias;
    this.name = alias.name;
    this.key = alias.name;
    this.quote = (alias as { readonly quote?: boolean | null }).quote ?? null;
    this.type = type;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitTableValuedColumn(this as TableValuedColumn<unknown>, options);
  }

  override get _fromObjects(): readonly FromClause[] {
    return [this.scalarAlias];
  }
}

tableValuedSlot.fill((from) => new TableValuedColumn(from, new TableValueType()));
