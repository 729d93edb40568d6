import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import { replacementTraverse } from "./traversal.ts";

/** Which columns are the same by way of join conditions: `a.id` and `b.a_id`. */
export type Equivalents = ReadonlyMap<ClauseElement, ReadonlySet<ColumnElement<unknown>>>;

/** What a {@link ClauseAdapter} leaves alone, and how far it goes. */
export interface AdapterOptions {
  readonly equivalents?: Equivalents | null;
  /** adapt only what this says yes to */
  readonly include?: ((element: ClauseElement) => boolean) | null;
  /** leave what this says yes to */
  readonly exclude?: ((element: ClauseElement) => boolean) | null;
  /** take a column of the same name when none has the same origin */
  readonly adaptOnNames?: boolean;
  /** give labels names of their own in the copy */
  readonly anonymizeLabels?: boolean;
  /** adapt only columns of these */
  readonly adaptFromSelectables?: Iterable<FromClause> | null;
}

/**
 * Replaces, in an expression, the columns of tables by those of an alias or subquery that was made of them.
 * @see https://docs.sqlalchemy.org/en/21/core/visitors.html
 */
export class ClauseAdapter {
  readonly selectable: FromClause;
  readonly equivalents: Equivalents;
  readonly #options: AdapterOptions;
  readonly #adaptFrom: ReadonlySet<ClauseElement> | null;

  constructor(selectable: FromClause, options: AdapterOptions = {}) {
    this.selectable = selectable;
    this.#options = options;
    this.equivalents = options.equivalents ?? new Map();
    this.#adaptFrom =
      options.adaptFromSelectables == null ? null : new Set([...options.adaptFromSelectables].map((from) => from._identity));
  }

  /** A copy of the expression with the columns replaced. */
  traverse<E extends ClauseElement>(element: E): E {
    return replacementTraverse(element, (one) => this.replace(one), { stopOn: [this.selectable] });
  }

  /** What takes the place of one element; null when it stays. */
  replace(element: ClauseElement): ClauseElement | null {
    const { include, exclude } = this.#options;
    if (element._isFromClause) {
      const from = element as FromClause;
      if (include != null && !include(from)) return null;
      if (exclude?.(from) === true) return null;
      if (from._annotations["adapt_column"] !== undefined) return null;
      if (this.#adaptFrom !== null && !this.#adaptFrom.has(from._identity)) return null;
      return this.selectable.isDerivedFrom(from) ? this.selectable : null;
    }
    if (!element._isColumnElement) return null;
    let column = element as ColumnElement<unknown>;
    const stated = column._annotations["adapt_column"] as ColumnElement<unknown> | undefined;
    if (stated !== undefined) column = stated;
    if (this.#adaptFrom !== null && !this.#isFromAdapted(column)) return null;
    if (include != null && !include(column)) return null;
    if (exclude?.(column) === true) return null;
    return this.corresponding(column, true);
  }

  #isFromAdapted(column: ColumnElement<unknown>): boolean {
    const table = (column as { table?: FromClause | null }).table;
    return table == null || [...this.#adaptFrom!].some((from) => table._identity === from || (from as FromClause).isDerivedFrom(table));
  }

  /** The column of the selectable that stands for the given one. */
  corresponding(
    column: ColumnElement<unknown>,
    requireEmbedded: boolean,
    seen: Set<ClauseElement> = new Set(),
  ): ColumnElement<unknown> | null {
    const found = this.selectable._exportedCollection.correspondingColumn(column, requireEmbedded);
    if (found !== undefined) return found;
    const equals = this.equivalents.get(column._identity);
    if (equals !== undefined && !seen.has(column._identity)) {
      seen.add(column._identity);
      for (const equal of equals) {
        const other = this.corresponding(equal, requireEmbedded, seen);
        if (other !== null) return other;
      }
    }
    if (this.#options.adaptOnNames === true && column.name !== null) {
      return this.selectable._exportedCollection.get(column.name) ?? null;
    }
    return null;
  }
}

/**
 * A {@link ClauseAdapter} that remembers what it gave for each column, so that rows can be read by the columns of the original;
 * several can be put in a chain.
 */
export class ColumnAdapter extends ClauseAdapter {
  readonly columns: Map<ClauseElement, ColumnElement<unknown>> = new Map();
  #inner: ColumnAdapter | null = null;
  readonly #allowLabelResolve: boolean;

  constructor(selectable: FromClause, options: AdapterOptions & { readonly allowLabelResolve?: boolean } = {}) {
    super(selectable, options);
    this.#allowLabelResolve = options.allowLabelResolve ?? true;
  }

  get allowLabelResolve(): boolean {
    return this.#allowLabelResolve;
  }

  /** An adapter that first does what this one does, then what `adapter` does. */
  wrap(adapter: ColumnAdapter): ColumnAdapter {
    const chained = new ColumnAdapter(this.selectable);
    chained.#inner = this;
    chained.#outer = adapter;
    return chained;
  }

  #outer: ColumnAdapter | null = null;

  override traverse<E extends ClauseElement>(element: E): E {
    if (this.#inner !== null) return this.#outer!.traverse(this.#inner.traverse(element));
    return super.traverse(element);
  }

  /** The adapted column, made once. */
  column(column: ColumnElement<unknown>): ColumnElement<unknown> {
    const known = this.columns.get(column);
    if (known !== undefined) return known;
    const adapted = this.traverse(column);
    this.columns.set(column, adapted);
    return adapted;
  }
}
