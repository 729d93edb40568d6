import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import { inspect } from "../../inspection.ts";
import { clauseOf } from "../../sql/base/coercions.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { deepDeannotate } from "../../sql/base/annotation.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { describeValue, ownManager } from "../attributes/class-manager.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import { ensureScanned } from "../mapping/pending-classes.ts";
import { JoinCondition } from "./join-condition.ts";
import type { RelationshipProperty } from "./relationship-property.ts";

/** Finds the class on the other side, and whether a list of its objects is meant. */
export function setupEntity(prop: RelationshipProperty): InspectedEntity {
  if (prop._entity !== null) return prop._entity;
  let target: unknown;
  try {
    target = prop.argument();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new InvalidRequestError(
      `${prop} refers to a class that is not defined yet (${error.message}); use ${prop.parent.name} after the classes that it refers to are defined`,
      { cause: error },
    );
  }
  const isList = Array.isArray(target);
  if (isList) target = (target as unknown[])[0];
  if (!prop.usesListArgument) prop.uselist = isList;
  const entity = entityOf(target);
  if (entity === null) {
    throw new ArgumentError(
      target === undefined
        ? `${prop}: the function given to relationship() gave undefined; the class must be imported where it is called (circular imports work, since it is called late)`
        : `${prop}: the function given to relationship() must give a mapped class, () => Other or () => [Other]; it gave ${describeValue(target)}` +
            (typeof target === "function" ? `, which is not mapped: it needs \`static table = this.mapTo("…")\`` : ""),
    );
  }
  prop._entity = entity;
  return entity;
}

function entityOf(target: unknown): InspectedEntity | null {
  if (typeof target === "function") {
    ensureScanned(target);
    const manager = ownManager(target);
    if (manager !== undefined) return manager.mapper;
  }
  if (target === undefined || target === null) return null;
  const found: unknown = inspect(target, false);
  return typeof found === "object" && found !== null && "isAliasedClass" in found ? (found as InspectedEntity) : null;
}

/** One column or several, as an option gives them by a function. */
function columnsOf(prop: RelationshipProperty, option: string, fn: (() => unknown) | undefined): ColumnElement<unknown>[] {
  if (fn === undefined) return [];
  if (typeof fn !== "function") throw new ArgumentError(`${prop}: ${option} is a function: { ${option}: () => Other.id }`);
  const given = fn();
  const list = Array.isArray(given) ? (given as unknown[]) : [given];
  return list.map((one) => {
    const clause = clauseOf(one);
    if (clause === null || !clause._isColumnElement) {
      throw new ArgumentError(
        `${prop}: ${option} gives a column or an array of columns (mapped attributes); it gave ${describeValue(one)}`,
      );
    }
    return clause as ColumnElement<unknown>;
  });
}

function conditionOf(prop: RelationshipProperty, option: string, fn: (() => unknown) | undefined): ColumnElement<boolean> | null {
  if (fn === undefined) return null;
  const given = typeof fn === "function" ? fn() : fn;
  const clause: ClauseElement | null = clauseOf(given);
  if (clause === null || !clause._isColumnElement) {
    throw new ArgumentError(
      `${prop}: ${option} is a function that gives a condition: { ${option}: () => A.id.eq(B.aId) }; it gave ${describeValue(given)}`,
    );
  }
  // the attributes of classes that it was written with: here only their columns count
  return deepDeannotate(clause, ["parententity", "proxy_key", "entityNamespace"]) as ColumnElement<boolean>;
}

/** Finds out how both sides are joined, and which way. */
export function setupJoinCondition(prop: RelationshipProperty): void {
  const { options, parent } = prop;
  const secondary = secondaryOf(prop);
  const condition = new JoinCondition(prop, {
    primaryjoin: conditionOf(prop, "primaryjoin", options.primaryjoin),
    secondaryjoin: conditionOf(prop, "secondaryjoin", options.secondaryjoin),
    secondary,
    foreignKeys: new Set(columnsOf(prop, "foreignKeys", options.foreignKeys).map((column) => column._identity as ColumnElement<unknown>)),
    remoteSide: new Set(columnsOf(prop, "remoteSide", options.remoteSide).map((column) => column._identity as ColumnElement<unknown>)),
    parent,
    target: prop.mapper,
    targetFrom: prop.target,
    targetLocal: prop.entity.isAliasedClass ? prop.entity.selectable : prop.mapper.localTable,
  });
  prop.joinCondition = condition;
  prop.primaryjoin = condition.primaryjoin;
  prop.secondaryjoin = condition.secondaryjoin;
  prop.secondary = secondary;
  prop.direction = condition.direction;
  prop.localRemotePairs = condition.localRemotePairs;
  prop.synchronizePairs = condition.synchronizePairs;
  prop.secondarySynchronizePairs = condition.secondarySynchronizePairs;
  prop.remoteSide = condition.remoteColumns;
  prop.localColumns = condition.localColumns;
  const orderBy = options.orderBy === undefined ? [] : orderByOf(prop, options.orderBy);
  prop.orderBy = orderBy.length > 0 ? orderBy : null;
}

function orderByOf(prop: RelationshipProperty, fn: () => unknown): ColumnElement<unknown>[] {
  if (typeof fn !== "function") throw new ArgumentError(`${prop}: orderBy is a function: { orderBy: () => ${prop.mapper.name}.… }`);
  return columnsOf(prop, "orderBy", fn).map((column) => deepDeannotate(column, ["parententity", "proxy_key", "entityNamespace"]));
}

function secondaryOf(prop: RelationshipProperty): FromClause | null {
  const given = prop.options.secondary;
  if (given === undefined || given === null) return null;
  const value: unknown = typeof given === "function" && ownManager(given) === undefined ? given() : given;
  if (typeof value === "function") {
    throw new ArgumentError(
      `${prop}: secondary is a Core Table, not a mapped class: its rows are written by this relationship alone. ` +
        "Where the rows have columns of their own, map them as a class between both (an association object)",
    );
  }
  const clause = clauseOf(value);
  if (clause === null || !clause._isFromClause)
    throw new ArgumentError(`${prop}: secondary is a Core Table; it is ${describeValue(value)}`);
  return clause as FromClause;
}

/** Refuses a collection that is never loaded where there is no collection, or where something has to be known of all members. */
export function checkWriteOnly(prop: RelationshipProperty): void {
  if (!prop.uselist || prop.direction === "MANYTOONE") {
    throw new InvalidRequestError(
      `${prop}: lazy: ${JSON.stringify(prop.lazy)} is for collections, and this relationship refers to one object (many-to-one, or uselist: false)`,
    );
  }
  if (prop.collectionClass !== null) {
    throw new ArgumentError(
      `${prop}: a collection with lazy: ${JSON.stringify(prop.lazy)} is never loaded, so it takes no collectionClass`,
    );
  }
}

/** Connects a relationship with the one on the other side that it names. */
export function addReverseProperty(prop: RelationshipProperty, key: string): void {
  const target = prop.mapper;
  const other = target.props.get(key);
  if (other === undefined) {
    throw new InvalidRequestError(
      `${prop} has backPopulates: ${JSON.stringify(key)}, and ${target.name} has no such attribute. Add static ${key} = relationship(() => …, ` +
        `{ backPopulates: ${JSON.stringify(prop.key)} }) to ${target.name}, or correct the name`,
    );
  }
  if (!other.isRelationship) {
    throw new InvalidRequestError(`${prop} has backPopulates: ${JSON.stringify(key)}, and ${target.name}.${key} is no relationship`);
  }
  const reverse = other as unknown as RelationshipProperty;
  checkSyncBackref(prop, reverse);
  checkSyncBackref(reverse, prop);
  prop._reverseProperty.add(reverse);
  reverse._reverseProperty.add(prop);
  setupEntity(reverse);
  if (!reverse.mapper.commonParent(prop.parent)) {
    throw new ArgumentError(
      `${prop} has backPopulates: ${JSON.stringify(key)}, and ${reverse} refers to ${reverse.mapper.name}, not to ${prop.parent.name}`,
    );
  }
  if (
    reverse._configureStarted &&
    reverse.joinCondition !== undefined &&
    prop.direction !== "MANYTOMANY" &&
    prop.direction === reverse.direction
  ) {
    throw new ArgumentError(
      `${reverse} and ${prop} are both ${prop.direction === "ONETOMANY" ? "one-to-many" : "many-to-one"}, so one cannot be the other's way back. ` +
        "In a self-referential relationship, the many-to-one side needs { remoteSide: () => … }, naming its primary key",
    );
  }
}

function checkSyncBackref(a: RelationshipProperty, b: RelationshipProperty): void {
  if (a.viewonly && b.syncBackref === true) {
    throw new InvalidRequestError(`${b} has syncBackref: true, which cannot be, since ${a} is viewonly`);
  }
  if (a.viewonly && !b.viewonly && b.syncBackref !== false) b.syncBackref = false;
}
