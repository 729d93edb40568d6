import type { Origin } from "../base/expression.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { Operator } from "../operators/operator.ts";
import type { ClauseElement } from "./clause-element.ts";
import { bindValueSlot, ColumnElement, type MakeProxyOptions, proxyColumnSlot } from "./column-element.ts";

/** A column expression that has a name: columns and labels. */
export abstract class NamedColumn<V, N extends Origin = Origin, K extends string = string> extends ColumnElement<V, N> {
  declare readonly name: string;
  declare readonly key: K;
  /** The selectable it belongs to; null for what stands for itself. */
  declare readonly table: FromClause | null;
  /** Its text is SQL rather than a name. */
  declare readonly isLiteral: boolean;
  /** Quote the name always or never; null where it needs it. */
  declare readonly quote: boolean | null;
  /** The name was made and may be shortened when it is too long for the database. @internal */
  declare readonly _truncatable: boolean;

  override get description(): string {
    return this.name;
  }

  override get _nonAnonLabel(): string | null {
    return this.name;
  }

  override get _tqLabel(): string | null {
    return this._genTqLabel(this.name);
  }

  override get _tqKeyLabel(): string | null {
    const key = this._proxyKey;
    return key !== null && key !== this.name ? this._genTqLabel(key) : this._tqLabel;
  }

  /** The name with that of the table before it. @internal */
  _genTqLabel(name: string, _dedupeOnKey = true): string | null {
    return name;
  }

  override _bindParam(op: Operator | null, value: unknown, type: TypeEngine<unknown> | null = null, expanding = false): ClauseElement {
    return bindValueSlot.call(this.key, value, op, this.type, type, expanding);
  }

  override _makeProxy(selectable: FromClause, options: MakeProxyOptions): readonly [key: string, column: ColumnElement<unknown>] {
    const column = proxyColumnSlot.call(options.name ?? this.name, this.type, selectable, options.nameIsTruncatable ?? false);
    return adoptProxy(this, column, selectable, options);
  }
}

const prototype = NamedColumn.prototype as { -readonly [K in "table" | "isLiteral" | "quote" | "_truncatable"]: unknown };
prototype.table = null;
prototype.isLiteral = false;
prototype.quote = null;
prototype._truncatable = false;

/** Finishes a column made of another one. */
export function adoptProxy(
  source: NamedColumn<unknown>,
  column: NamedColumn<unknown>,
  selectable: FromClause,
  options: MakeProxyOptions,
): readonly [key: string, column: ColumnElement<unknown>] {
  const made = column as NamedColumn<unknown> & { key: string; _proxies: readonly ColumnElement<unknown>[] };
  made._propagateAttrs = selectable._propagateAttrs;
  if (options.name == null) made.key = source.key;
  made._proxies = options.compoundSelectCols ? [...options.compoundSelectCols] : [source];
  if (selectable._isCloneOf !== null) made._isCloneOf = (selectable._isCloneOf._collection.get(made.key) ?? null) as never;
  return [made.key, made];
}
