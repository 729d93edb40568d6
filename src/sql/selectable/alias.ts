import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { DmlTableRole, FROM_CLAUSE_ROLES } from "../base/roles.ts";
import type { Field } from "../base/traversal.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { anonymousLabel, isAnonymous, type NameArgument, nameParts, nextAnonymousId } from "../elements/quoted-name.ts";
import type { ColumnCollection, LooseColumns } from "./column-collection.ts";
import { NamedFromClause, aliasSlot, type FromClause } from "./from-clause.ts";
import type { ReturnsRows } from "./returns-rows.ts";

const NO_NAME = [null, null] as const;

/** The root of what gives something that has rows a name: aliases, subqueries, CTEs. */
export abstract class AliasedReturnsRows<C = LooseColumns, N extends string = string> extends NamedFromClause<C, N> {
  static override readonly identityCounts: boolean = true;
  static override readonly fields: readonly Field[] = [
    ["element", "clause"],
    ["_givenName", "plain", null],
    ["quote", "plain", null],
  ];

  readonly element: ReturnsRows;
  /** The name; made up where none was given. */
  name: string;
  /** Null for a made-up name, which depends on the statement it stands in. @internal */
  readonly _givenName: string | null;
  /** Whether the name is always put in quotes, or never; null for when it needs them. */
  readonly quote: boolean | null;

  constructor(element: ReturnsRows, name: NameArgument | null) {
    super();
    this.element = element;
    [this._givenName, this.quote] = name == null ? NO_NAME : nameParts(name, null);
    this.name = this._givenName ?? anonymousLabel(nextAnonymousId(), bodyOf(element));
  }

  override get description(): string {
    return this._givenName ?? "anon";
  }

  /** What the alias names, without further aliases in between. */
  get original(): ReturnsRows {
    return this.element;
  }

  override isDerivedFrom(fromclause: FromClause | null): boolean {
    return super.isDerivedFrom(fromclause) || this.element.isDerivedFrom(fromclause);
  }

  override _populateColumnCollection(columns: ColumnCollection, primaryKey: Set<ColumnElement<unknown>>, foreignKeys: Set<object>): void {
    this.element._generateFromclauseColumnProxies(this as unknown as FromClause, columns, primaryKey, foreignKeys);
  }

  override get _fromObjects(): readonly FromClause[] {
    return [this as unknown as FromClause];
  }
}

const ROLES = FROM_CLAUSE_ROLES | DmlTableRole.bit;

/** What a made-up name is made of: the name of the element, unless that is made up itself. */
function bodyOf(element: ReturnsRows): string {
  const named = element as Partial<NamedFromClause>;
  if (!element._isFromClause || named.namedWithColumn !== true || named.name === undefined || isAnonymous(named.name)) return "anon";
  return named.name;
}

/** A FROM element under another name. */
export class Alias<C = LooseColumns, N extends string = string> extends AliasedReturnsRows<C, N> {
  static override readonly inheritCache: boolean = true;

  override get _roles(): number {
    return ROLES;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitAlias(this as unknown as Alias, options);
  }
}

aliasSlot.fill((selectable, name) => new Alias(selectable, name));
