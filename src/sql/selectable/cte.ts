import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { Field } from "../base/traversal.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { shallowCopy } from "../base/generative.ts";
import { DmlTableRole, FROM_CLAUSE_ROLES } from "../base/roles.ts";
import { type NameArgument, QuotedName } from "../elements/quoted-name.ts";
import { AliasedReturnsRows } from "./alias.ts";
import type { ColumnCollection, LooseColumns } from "./column-collection.ts";
import type { FromClause } from "./from-clause.ts";
import { fixesOf, type Fix, type FixArgument } from "./hints.ts";
import type { NameOr } from "./join-types.ts";
import type { ReturnsRows } from "./returns-rows.ts";

/** Options of a common table expression. */
export interface CteOptions {
  /** WITH RECURSIVE: it may select from itself */
  readonly recursive?: boolean;
  /** it belongs to the statement it is used in, rather than to the outermost one */
  readonly nesting?: boolean;
}

interface CteSettings extends CteOptions {
  readonly cteAlias?: Cte | null;
  readonly restates?: Cte | null;
  readonly prefixes?: readonly Fix[];
  readonly suffixes?: readonly Fix[];
  /** the made-up name of the CTE that this one takes the place of */
  readonly sharedName?: string;
}

/** What the parts of a UNION that a CTE is extended by have to be able to do. */
interface Compound extends ReturnsRows {
  union(...others: readonly object[]): ReturnsRows;
  unionAll(...others: readonly object[]): ReturnsRows;
}

/** Some databases change the rows of a table through a CTE. */
const ROLES = FROM_CLAUSE_ROLES | DmlTableRole.bit;

/**
 * A common table expression: a statement under a name, before the statement that uses it.
 * See https://docs.sqlalchemy.org/en/21/core/selectable.html#sqlalchemy.sql.expression.CTE
 */
export class Cte<C = LooseColumns, N extends string = string> extends AliasedReturnsRows<C, N> {
  static override readonly fields: readonly Field[] = [
    ...AliasedReturnsRows.fields,
    ["_cteAlias", "clause"],
    ["_restates", "clause"],
    ["recursive", "plain"],
    ["nesting", "plain"],
    ["_prefixes", "clausePairs"],
    ["_suffixes", "clausePairs"],
  ];

  readonly recursive: boolean;
  readonly nesting: boolean;
  /** The CTE that this one is an alias of. @internal */
  readonly _cteAlias: Cte | null;
  /** The CTE that this one was made of by union(). @internal */
  readonly _restates: Cte | null;
  /** @internal */
  readonly _prefixes: readonly Fix[];
  /** @internal */
  readonly _suffixes: readonly Fix[];

  constructor(element: ReturnsRows, name: NameArgument | null, options: CteSettings = {}) {
    super(element, name);
    if (options.sharedName !== undefined) this.name = options.sharedName;
    this.recursive = options.recursive ?? false;
    this.nesting = options.nesting ?? false;
    this._cteAlias = options.cteAlias ?? null;
    this._restates = options.restates ?? null;
    this._prefixes = options.prefixes ?? [];
    this._suffixes = options.suffixes ?? [];
  }

  override get _roles(): number {
    return ROLES;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitCte(this as unknown as Cte, options);
  }

  override _populateColumnCollection(columns: ColumnCollection, primaryKey: Set<ColumnElement<unknown>>, foreignKeys: Set<object>): void {
    const source = this._cteAlias ?? this.element;
    source._generateFromclauseColumnProxies(this as unknown as FromClause, columns, primaryKey, foreignKeys);
  }

  /** The CTE under another name, to select from it once more. */
  override alias<const A extends string | null = null>(name?: A | QuotedName): Cte<C, NameOr<A, `(${N})`>> {
    return new Cte(this.element, name ?? null, { ...settings(this), cteAlias: this as unknown as Cte });
  }

  /** The CTE with UNION and further SELECTs: the recursive part of a recursive one. */
  union(...others: readonly object[]): Cte<C, N> {
    return new Cte<C, N>((this.element as Compound).union(...others), nameOf(this), {
      ...settings(this),
      restates: this as unknown as Cte,
      sharedName: this.name,
    });
  }

  /** The CTE with UNION ALL and further SELECTs. */
  unionAll(...others: readonly object[]): Cte<C, N> {
    return new Cte<C, N>((this.element as Compound).unionAll(...others), nameOf(this), {
      ...settings(this),
      restates: this as unknown as Cte,
      sharedName: this.name,
    });
  }

  /** Text between AS and the statement, such as MATERIALIZED. */
  prefixWith(...args: readonly FixArgument[]): Cte<C, N> {
    const copy = shallowCopy(this);
    return Object.assign(copy, { _prefixes: [...this._prefixes, ...fixesOf(args)], _annotatedFrom: null });
  }

  /** Text after the statement. */
  suffixWith(...args: readonly FixArgument[]): Cte<C, N> {
    const copy = shallowCopy(this);
    return Object.assign(copy, { _suffixes: [...this._suffixes, ...fixesOf(args)], _annotatedFrom: null });
  }
}

function settings(cte: { recursive: boolean; nesting: boolean; _prefixes: readonly Fix[]; _suffixes: readonly Fix[] }): CteSettings {
  return { recursive: cte.recursive, nesting: cte.nesting, prefixes: cte._prefixes, suffixes: cte._suffixes };
}

function nameOf({ _givenName: name, quote }: { readonly _givenName: string | null; readonly quote: boolean | null }): NameArgument | null {
  return name === null || quote === null ? name : new QuotedName(name, quote);
}

/** The arguments of `cte()`: options may stand in the place of the name. */
export function cteArguments(
  name: NameArgument | CteOptions | null,
  options: CteOptions,
): readonly [name: NameArgument | null, options: CteOptions] {
  return typeof name === "object" && name !== null && !(name instanceof QuotedName) ? [null, name] : [name, options];
}
