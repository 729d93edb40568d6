import { ArgumentError } from "../../errors.ts";
import { inspect, registerInspectionProbe } from "../../inspection.ts";
import type { CacheKey, HasCacheKey } from "../../sql/base/cache-key.ts";
import { identityNumber } from "../../sql/base/cache-key.ts";
import type { ORIGIN, OriginOf } from "../../sql/base/expression.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { Alias } from "../../sql/selectable/alias.ts";
import { FromClause } from "../../sql/selectable/from-clause.ts";
import { SelectBase } from "../../sql/selectable/select-base.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { Mapper } from "../mapping/mapper.ts";
import { inspectEntity } from "../loading/entity.ts";
import { flatAlias } from "./flat-alias.ts";
import { OrmAdapter } from "./orm-adapter.ts";

/** The property by which an aliased class refers to what is known about it. */
const ALIASED: unique symbol = Symbol("athanor.aliased");
const clauseSymbol: unique symbol = Symbol.for("athanor.clause") as never;

/** Options of {@link aliased}. */
export interface AliasedOptions {
  /** the name in SQL; one is made when it is not given (`films_1`) */
  readonly name?: string;
  /** alias the tables of a join one by one, rather than put the join in a subquery */
  readonly flat?: boolean;
  /** find the columns of a given selectable by their names, where nothing else connects them with the class */
  readonly adaptOnNames?: boolean;
}

interface AliasedInit extends AliasedOptions {
  readonly withPolymorphicMappers?: readonly Mapper[];
  readonly polymorphicOn?: ColumnElement<unknown> | null;
  readonly baseAlias?: AliasedInsp | null;
  /** loader options find it by the path of its mapper */
  readonly useMapperPath?: boolean;
  readonly representsOuterJoin?: boolean;
  readonly isOfLoader?: boolean;
  readonly standsForClass?: boolean;
}

/** What `inspect()` knows about an alias of a mapped class. */
export class AliasedInsp implements InspectedEntity, HasCacheKey {
  readonly isMapper = false;
  readonly isAliasedClass = true;
  readonly mapper: Mapper;
  readonly selectable: FromClause;
  readonly name: string;
  /** the aliased class: what `aliased()` gave */
  readonly entity: object;
  /** the mappers whose columns the selectable has, for withPolymorphic() */
  readonly withPolymorphicMappers: readonly Mapper[];
  readonly polymorphicOn: ColumnElement<unknown> | null;
  /** of the aliases of subclasses that withPolymorphic() makes, the alias of the base */
  readonly baseAlias: AliasedInsp;
  readonly useMapperPath: boolean;
  readonly representsOuterJoin: boolean;
  /** it stands for objects that are loaded already, whose relationships are read: criteria of the class have had their say */
  readonly isOfLoader: boolean;
  /** the program has named the class, and the statement has made the alias: criteria of the class hold for it */
  readonly standsForClass: boolean;
  readonly adaptOnNames: boolean;
  /** @internal */
  readonly _adapter: OrmAdapter;
  readonly #subAliases: Map<Mapper, AliasedInsp> = new Map();
  #clause: FromClause | null = null;

  constructor(entity: InspectedEntity, selectable: FromClause, init: AliasedInit = {}) {
    const mapper = entity.mapper;
    this.mapper = mapper;
    this.selectable = selectable;
    this.name = init.name ?? (selectable as { name?: string }).name ?? mapper.name;
    this.withPolymorphicMappers = init.withPolymorphicMappers ?? [];
    this.polymorphicOn = init.polymorphicOn ?? mapper.polymorphicOn;
    this.baseAlias = init.baseAlias ?? this;
    this.useMapperPath = init.useMapperPath ?? false;
    this.representsOuterJoin = init.representsOuterJoin ?? false;
    this.isOfLoader = init.isOfLoader ?? false;
    this.standsForClass = init.standsForClass ?? false;
    this.adaptOnNames = init.adaptOnNames ?? false;
    this._adapter = new OrmAdapter(this, {
      selectable,
      equivalents: mapper._equivalentColumns,
      adaptOnNames: this.adaptOnNames,
      anonymizeLabels: true,
      limitOnEntity: false,
    });
    this.entity = aliasedClass(this);
    if (init.withPolymorphicMappers !== undefined) {
      for (const sub of init.withPolymorphicMappers) {
        if (sub === mapper) continue;
        const alias = new AliasedInsp(sub, selectable, {
          baseAlias: this,
          useMapperPath: this.useMapperPath,
          adaptOnNames: this.adaptOnNames,
        });
        this.#subAliases.set(sub, alias);
        Object.defineProperty(this.entity, sub.name, { value: alias.entity, enumerable: false, configurable: true });
      }
    }
  }

  /** Whether it was made by withPolymorphic(). */
  get isWithPolymorphic(): boolean {
    return this.withPolymorphicMappers.length > 0;
  }

  /** What stands in a statement for the alias. @internal */
  get _clause(): FromClause {
    if (this.#clause === null) {
      const clause = this.selectable._annotate({ parententity: this, parentmapper: this.mapper, entityNamespace: this });
      clause._setPropagateAttrs({ compileStatePlugin: "orm", pluginSubject: this });
      this.#clause = clause;
    }
    return this.#clause;
  }

  get [clauseSymbol](): FromClause {
    return this._clause;
  }

  /** @internal */
  _adaptElement<E extends ColumnElement<unknown>>(expression: E, key: string | null = null): E {
    const adapted = this._adapter.traverse(expression as ClauseElement) as E;
    return adapted
      ._annotate({ parententity: this, parentmapper: this.mapper, ...(key === null ? null : { proxy_key: key }) })
      ._setPropagateAttrs({ compileStatePlugin: "orm", pluginSubject: this });
  }

  /** The alias of a subclass within this one. @internal */
  _entityForMapper(mapper: Mapper): AliasedInsp {
    if (mapper === this.mapper || this.mapper.isa(mapper)) return this;
    return this.#subAliases.get(mapper) ?? this;
  }

  /** Whether attributes of `other` may follow where a path has come to this alias. @internal */
  _correspondsTo(other: InspectedEntity): boolean {
    if (other === this || other === this.baseAlias) return true;
    return other.isAliasedClass && (other as AliasedInsp).baseAlias === this.baseAlias;
  }

  /** Aliases are made anew with each statement: what hangs on an element of one is known by the structure of the alias. @internal */
  get _isKeyedByStructure(): true {
    return true;
  }

  _cacheKey(key: CacheKey): void {
    if (key.again(this)) return;
    key.add(
      `aliased${this.adaptOnNames ? "n" : ""}${this.useMapperPath ? "m" : ""}${this.standsForClass ? "c" : ""}` +
        `${this.isOfLoader ? "l" : ""}${this.representsOuterJoin ? "o" : ""}${this.baseAlias === this ? "" : "b"}`,
    );
    key.add(identityNumber(this.mapper));
    // rows have the alias under its name
    key.name(this.name);
    this.selectable._cacheKey(key);
    key.plains(this.withPolymorphicMappers.map(identityNumber));
    key.plain(this.polymorphicOn);
    if (this.baseAlias !== this) this.baseAlias._cacheKey(key);
  }

  toString(): string {
    return `aliased(${this.mapper.name})`;
  }
}

type Attribute = { adaptToEntity?: (entity: AliasedInsp) => unknown };

/**
 * The object that stands for an alias: it inherits from the class, so that class methods and hybrids see the alias as `this`,
 * and its mapped attributes are those of the alias.
 */
function aliasedClass(alias: AliasedInsp): object {
  const class_ = alias.mapper.class_ as unknown as Record<string, unknown>;
  const entity = Object.create(class_ as object) as object;
  Object.defineProperty(entity, ALIASED, { value: alias });
  Object.defineProperty(entity, clauseSymbol, { get: () => alias._clause });
  for (const key of alias.mapper.props.keys()) {
    Object.defineProperty(entity, key, {
      enumerable: true,
      configurable: true,
      get() {
        const attribute = class_[key] as Attribute;
        const value = attribute.adaptToEntity === undefined ? attribute : attribute.adaptToEntity(alias);
        Object.defineProperty(entity, key, { value, enumerable: true, configurable: true });
        return value;
      },
    });
  }
  return entity;
}

registerInspectionProbe((subject) => (Object.hasOwn(subject, ALIASED) ? (subject as { [ALIASED]: AliasedInsp })[ALIASED] : undefined));

/** Says to the type checker under which name a class stands in a statement. */
export interface Named<A extends string> {
  readonly [ORIGIN]: A;
}

/** What {@link aliased} gives: the class itself, for the type checker, under another name (`A`); of a table an alias. */
export type AliasedEntity<C, A extends string> = C extends FromClause<infer D> ? Alias<D, A> : C & Named<A>;

/**
 * Another name for a mapped class in a statement, so that it can stand there more than once; or a mapped class read from a subquery.
 * @param selectable - a subquery, alias or table that the entities are read from
 * @example
 * const Parent = aliased(Node);
 * select(Node.name, Parent.name).join(Node.parent.ofType(Parent))
 * @see https://docs.sqlalchemy.org/en/21/orm/queryguide/api.html#sqlalchemy.orm.aliased
 */
export function aliased<C extends object, const A extends string>(
  entity: C,
  options: AliasedOptions & { readonly name: A },
): AliasedEntity<C, A>;
export function aliased<C extends object>(
  entity: C,
  selectable?: object | AliasedOptions | null,
  options?: AliasedOptions,
): AliasedEntity<C, `(${OriginOf<C>})`>;
export function aliased(entity: object, selectable?: object | AliasedOptions | null, options: AliasedOptions = {}): never {
  let from: object | null = selectable ?? null;
  let given = options;
  if (from !== null && isOptions(from)) {
    given = from as AliasedOptions;
    from = null;
  }
  if (entity instanceof FromClause) return entity.alias(given.name ?? null) as never;
  const inspected = inspectEntity(entity, "aliased()");
  if (from === null) {
    from =
      given.flat === true
        ? flatAlias(inspected.selectable, given.name ?? null)
        : inspected.selectable._anonymousFromclause(given.name ?? null);
  } else if (from instanceof SelectBase) {
    from = from.subquery(given.name ?? null);
  } else {
    const found: unknown = inspect(from, false);
    if (found instanceof AliasedInsp) from = found.selectable;
  }
  if (!(from instanceof FromClause)) throw new ArgumentError("aliased(): the second argument is a subquery, an alias or a table");
  return new AliasedInsp(inspected, from, given).entity as never;
}

function isOptions(value: object): boolean {
  const proto = Object.getPrototypeOf(value) as unknown;
  return proto === Object.prototype || proto === null;
}

/** Options of {@link withPolymorphic}. */
export interface WithPolymorphicOptions {
  /** what the rows are read from, in place of a join of the tables */
  readonly selectable?: FromClause;
  /** put the join in a subquery with a name of its own */
  readonly aliased?: boolean;
  /** alias the tables of the join one by one */
  readonly flat?: boolean;
  /** INNER JOIN: only rows that have all of the subclasses' parts */
  readonly innerjoin?: boolean;
  /** the name of the alias in SQL */
  readonly name?: string;
}

/**
 * An alias of a class together with subclasses, so that their columns can be named and come with the same SELECT.
 * @param classes - the subclasses by the names that they are to have on the alias; or a list of them, or "*" for all, which have their own names then, that
 * the type checker does not know
 * @example
 * const poly = withPolymorphic(Employee, { Engineer, Manager });
 * select(poly).where(poly.Engineer.language.eq("ts"))
 * @see https://docs.sqlalchemy.org/en/21/orm/queryguide/inheritance.html#using-with-polymorphic
 */
export function withPolymorphic<C extends object, S extends Readonly<Record<string, object>>>(
  base: C,
  classes: S & (S extends readonly unknown[] ? never : unknown),
  options?: WithPolymorphicOptions,
): C & S;
export function withPolymorphic<C extends object>(
  base: C,
  classes: "*" | readonly object[],
  options?: WithPolymorphicOptions,
): C & Record<string, never>;
export function withPolymorphic(
  base: object,
  classes: "*" | readonly object[] | Readonly<Record<string, object>>,
  options: WithPolymorphicOptions = {},
): object {
  const mapper = inspectEntity(base, "withPolymorphic()").mapper;
  const isList = classes === "*" || Array.isArray(classes);
  const named = isList ? [] : Object.entries(classes as Readonly<Record<string, object>>);
  const given = isList ? (classes as "*" | readonly object[]) : named.map(([, each]) => each);
  const subs = given === "*" ? mapper.selfAndDescendants : given.map((c) => inspectEntity(c, "withPolymorphic()").mapper);
  const { mappers, selectable } = mapper._withPolymorphicArgs(subs, options.selectable ?? null, options.innerjoin ?? false);
  const from =
    options.flat === true
      ? flatAlias(selectable, options.name ?? null)
      : options.aliased === true
        ? selectable._anonymousFromclause(options.name ?? null)
        : selectable;
  const alias = new AliasedInsp(mapper, from, {
    withPolymorphicMappers: mappers,
    representsOuterJoin: options.innerjoin !== true,
    ...(options.name === undefined ? null : { name: options.name }),
  });
  named.forEach(([key], i) => {
    const value = alias._entityForMapper(subs[i]!).entity;
    Object.defineProperty(alias.entity, key, { value, enumerable: false, configurable: true });
  });
  return alias.entity;
}
