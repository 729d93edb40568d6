import { clauseOf, clauseSymbol } from "../../sql/base/coercions.ts";
import type { CacheKey, HasCacheKey } from "../../sql/base/cache-key.ts";
import type { Expression, VALUE } from "../../sql/base/expression.ts";
import { ArgumentError } from "../../errors.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { ClauseList } from "../../sql/elements/clause-list.ts";

/** The object that a bundle gives: its columns by key. */
export type BundleRow = Record<string, unknown>;

/** The options of a {@link Bundle}. */
export interface BundleOptions {
  /** says that the object stands alone, outside of a row: `session.scalars()` does that for a bundle as for any single column */
  readonly singleEntity?: boolean;
}

/** What a bundle groups, by the names that its object has them under. */
export type BundleShape<V> = { readonly [K in keyof V]: Expression<V[K]> };

/**
 * Groups columns of a SELECT: its value in a row is an object with their keys. Given as an object of names and columns its type is known.
 * @example
 * const name = new Bundle("name", { first: User.first, last: User.last });
 * const [row] = await session.execute(select(name)).all(); // [{ first: "…", last: "…" }]
 * @example
 * new Bundle("name", User.first, User.last); // by the names of the attributes, which types do not know
 * @see https://docs.sqlalchemy.org/en/21/orm/queryguide/select.html#grouping-selected-attributes-with-bundles
 */
export class Bundle<V = BundleRow> implements Expression<V>, HasCacheKey {
  declare readonly [VALUE]: V;
  readonly name: string;
  /** the columns by key: `bundle.c.first` */
  readonly c: BundleShape<V>;
  /** The names in the object, where they were given. @internal */
  readonly _names: readonly string[] | null;
  /** @internal */
  readonly _clauses: readonly ClauseElement[];
  #clause: ClauseElement | null = null;

  readonly singleEntity: boolean;

  constructor(name: string, columns: BundleShape<V>, options?: BundleOptions);
  constructor(
    name: string,
    ...given: readonly [...columns: Expression<unknown>[], options: BundleOptions] | readonly Expression<unknown>[]
  );
  constructor(name: string, ...given: readonly unknown[]) {
    this.name = name;
    const [first] = given;
    const shape = isShape(first) ? first : null;
    this._names = shape === null ? null : Object.keys(shape);
    const last = given.at(-1);
    const hasOptions = last !== shape && isOptions(last);
    this.singleEntity = hasOptions && last.singleEntity === true;
    const columns = shape === null ? (hasOptions ? given.slice(0, -1) : given) : Object.values(shape);
    this._clauses = columns.map((column) => {
      const clause = clauseOf(column);
      if (clause === null)
        throw new ArgumentError(`new Bundle(${JSON.stringify(name)}, …) takes columns, expressions and bundles; got ${String(column)}`);
      return clause;
    });
    const c: Record<string, Expression<unknown>> = {};
    columns.forEach((column, i) => {
      const own = column instanceof Bundle ? column.name : (this._clauses[i] as unknown as { _proxyKey: string | null })._proxyKey;
      const key = this._names?.[i] ?? own;
      if (key !== null) c[key] = column as Expression<unknown>;
    });
    this.c = c as unknown as BundleShape<V>;
  }

  get columns(): BundleShape<V> {
    return this.c;
  }

  /** A class of the program's own may make values in any way, so its objects are known by themselves. @internal */
  get _isKeyedByStructure(): boolean {
    return Object.getPrototypeOf(this) === Bundle.prototype;
  }

  /** What it is beside its columns. @internal */
  _cacheKey(key: CacheKey): void {
    key.add("bundle");
    key.add(this.name);
    key.plains(this._names);
    key.plain(this.singleEntity);
  }

  /** The columns as they stand in a SELECT. @internal */
  get _clause(): ClauseElement {
    if (this.#clause === null) {
      const list = new ClauseList(this._clauses as never, undefined as never);
      this.#clause = list._annotate({ bundle: this })._setPropagateAttrs({ compileStatePlugin: "orm", pluginSubject: null });
    }
    return this.#clause;
  }

  get [clauseSymbol](): ClauseElement {
    return this._clause;
  }

  /** Makes the function that gives the value of a row; classes that extend Bundle may give something else than a plain object. */
  createRowProcessor<Row, Run>(
    procs: readonly ((row: Row, run: Run) => unknown)[],
    labels: readonly string[],
  ): (row: Row, run: Run) => unknown {
    return (row, run) => {
      const value: BundleRow = {};
      for (let i = 0; i < procs.length; i += 1) value[labels[i]!] = procs[i]!(row, run);
      return value;
    };
  }
}

/** Names and columns; an object of anything else is options. */
function isShape(given: unknown): given is Readonly<Record<string, unknown>> {
  if (typeof given !== "object" || given === null || Object.getPrototypeOf(given) !== Object.prototype || clauseOf(given) !== null)
    return false;
  const values = Object.values(given);
  return values.length > 0 && values.every((value) => clauseOf(value) !== null);
}

function isOptions(given: unknown): given is BundleOptions {
  return typeof given === "object" && given !== null && Object.getPrototypeOf(given) === Object.prototype && clauseOf(given) === null;
}
