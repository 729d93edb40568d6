import { ArgumentError } from "../../errors.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { isMappedAttribute } from "./entity.ts";
import {
  type ColumnArgument,
  type ContainsEagerOptions,
  type DeferOptions,
  type JoinedLoadOptions,
  Load,
  type RaiseLoadOptions,
  type RecursiveLoadOptions,
  type RelationshipArgument,
} from "./load.ts";

/** The path that starts at the entity of an attribute, or at every entity for "*". */
function startingAt(name: string, attribute: unknown): Load {
  if (attribute === "*") return new Load(null);
  if (!isMappedAttribute(attribute)) {
    throw new ArgumentError(
      `${name}() takes a mapped attribute such as Film.characters, or "*"; it was given ${attribute === undefined ? "undefined" : String(attribute)}`,
    );
  }
  const root = attribute._parententity;
  return new Load(null, { root, steps: [], end: root, elements: [] });
}

/**
 * Loads a relationship with a second SELECT … IN, for all objects at once. The default choice for collections.
 * @example
 * await session.scalars(select(Film).options(selectinload(Film.characters).joinedload(Cast.actor))).all()
 * @see https://docs.sqlalchemy.org/en/21/orm/queryguide/relationships.html#select-in-loading
 */
export function selectinload(attribute: RelationshipArgument | "*", options: RecursiveLoadOptions = {}): Load {
  return startingAt("selectinload", attribute).selectinload(attribute, options);
}

/**
 * Loads a relationship with a LEFT OUTER JOIN in the same SELECT. The default choice for many-to-one.
 * @see https://docs.sqlalchemy.org/en/21/orm/queryguide/relationships.html#joined-eager-loading
 */
export function joinedload(attribute: RelationshipArgument | "*", options: JoinedLoadOptions = {}): Load {
  return startingAt("joinedload", attribute).joinedload(attribute, options);
}

/**
 * Loads a relationship with a second SELECT that has the first one inside.
 * @see https://docs.sqlalchemy.org/en/21/orm/queryguide/relationships.html#subquery-eager-loading
 */
export function subqueryload(attribute: RelationshipArgument | "*"): Load {
  return startingAt("subqueryload", attribute).subqueryload(attribute);
}

/**
 * Loads a relationship right after the query with a SELECT for each object; what the session has is not read again.
 * {@link selectinload} does the same with one SELECT for all.
 */
export function immediateload(attribute: RelationshipArgument | "*", options: RecursiveLoadOptions = {}): Load {
  return startingAt("immediateload", attribute).immediateload(attribute, options);
}

/** Does not load a relationship with the query: `awaitableAttrs` loads it when it is asked for. */
export function lazyload(attribute: RelationshipArgument | "*"): Load {
  return startingAt("lazyload", attribute).lazyload(attribute);
}

/**
 * Makes loading a relationship on demand an error.
 * @see https://docs.sqlalchemy.org/en/21/orm/queryguide/relationships.html#preventing-unwanted-lazy-loads-using-raiseload
 */
export function raiseload(attribute: RelationshipArgument | "*", options: RaiseLoadOptions = {}): Load {
  return startingAt("raiseload", attribute).raiseload(attribute, options);
}

/** Leaves a relationship empty without loading it. */
export function noload(attribute: RelationshipArgument | "*"): Load {
  return startingAt("noload", attribute).noload(attribute);
}

/**
 * The query itself joins to the relationship: the objects are taken from its rows.
 * @example
 * select(Film).join(Film.characters).where(Cast.name.eq("Red")).options(containsEager(Film.characters))
 */
export function containsEager(attribute: RelationshipArgument, options: ContainsEagerOptions = {}): Load {
  return startingAt("containsEager", attribute).containsEager(attribute, options);
}

/** Leaves the strategy of a relationship as it is, and goes on to the attributes of what it loads. */
export function defaultload(attribute: RelationshipArgument): Load {
  return startingAt("defaultload", attribute).defaultload(attribute);
}

/**
 * Does not load a column with the query.
 * @see https://docs.sqlalchemy.org/en/21/orm/queryguide/columns.html
 */
export function defer(attribute: ColumnArgument | "*", options: DeferOptions = {}): Load {
  return startingAt("defer", attribute).defer(attribute, options);
}

/** Loads a column that is deferred by its mapping; "*" for all. */
export function undefer(attribute: ColumnArgument | "*"): Load {
  return startingAt("undefer", attribute).undefer(attribute);
}

/** Loads all deferred columns of a group. */
export function undeferGroup(name: string): Load {
  return new Load(null).undeferGroup(name);
}

/** Loads these columns and the primary key, and no others. */
export function loadOnly(...attributes: readonly [...ColumnArgument[], ColumnArgument | DeferOptions]): Load {
  return startingAt("loadOnly", attributes[0]).loadOnly(...attributes);
}

/**
 * Loads the columns of subclasses with the objects of a base class, each with a second SELECT … IN.
 * @example select(Employee).options(selectinPolymorphic(Employee, [Engineer, Manager]))
 * @see https://docs.sqlalchemy.org/en/21/orm/queryguide/inheritance.html#using-selectin-polymorphic
 */
export function selectinPolymorphic(base: object, classes: readonly object[]): Load {
  return new Load(base).selectinPolymorphic(classes);
}

/** Gives a `queryExpression()` attribute its expression for this query. */
export function withExpression(attribute: ColumnArgument, expression: ColumnElement<unknown>): Load {
  return startingAt("withExpression", attribute).withExpression(attribute, expression);
}
