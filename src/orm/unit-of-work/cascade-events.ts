import { isMember } from "../attributes/symbols.ts";
import { cascadeOnAppend, cascadeOnRemove, cascadeOnSet } from "../late.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import { type InstanceState, STATE, type Stateful } from "../state/instance-state.ts";
import { warn } from "../../util/warn.ts";

function warnInFlush(session: SessionInternals, what: string): void {
  if (!session.warnOnEvents) return;
  warn(
    `${what} inside of a flush is not written by it: events such as beforeInsert may change columns of their own object only. ` +
      'Use "beforeFlush" for changes of relationships',
  );
}

/** Pending objects that get another parent: they are taken from the old one first, and are no orphans for that. */
const moving: WeakSet<InstanceState> = new WeakSet();

function propOf(state: InstanceState, key: string): RelationshipProperty {
  return state.mapper.props.get(key) as RelationshipProperty;
}

function cascadeIn(session: SessionInternals, prop: RelationshipProperty, item: object, isOrigin: boolean): void {
  const itemState = (item as Stateful)[STATE];
  // the back reference of a change does not bring objects in: only the side that the program touched does
  if (itemState !== undefined && isOrigin && prop.cascade.saveUpdate && !session.containsState(itemState))
    session.saveOrUpdateState(itemState);
}

cascadeOnAppend.fill((state, key, item, initiatorKey) => {
  const session = state._session;
  if (session === null || !isMember(item)) return;
  warnInFlush(session, "adding to a collection");
  const prop = propOf(state, key);
  const itemState = (item as Stateful)[STATE];
  const isMoving = prop.cascade.deleteOrphan && session.new.has(itemState) && !prop.mapper._isOrphan(itemState);
  cascadeIn(session, prop, item, key === initiatorKey);
  if (isMoving) moving.add(itemState);
});

cascadeOnRemove.fill((state, key, item) => {
  if (!isMember(item)) return;
  const session = state._session;
  if (session !== null) warnInFlush(session, "taking an object out of a relationship");
  const prop = propOf(state, key);
  if (!prop.cascade.deleteOrphan) return;
  const itemState = (item as Stateful)[STATE];
  if (itemState === undefined || !prop.mapper._isOrphan(itemState)) return;
  if (session !== null && session.new.has(itemState) && !moving.delete(itemState)) session.face.expunge(item);
  // the parent is in no session, or the item is on its way to another parent: the next flush finds out
  else itemState._orphanedOutsideOfSession = true;
});

cascadeOnSet.fill((state, key, value, oldValue, initiatorKey) => {
  const session = state._session;
  if (session === null || value === oldValue) return;
  warnInFlush(session, "setting a relationship");
  const prop = propOf(state, key);
  if (isMember(value)) {
    cascadeIn(session, prop, value, key === initiatorKey);
    if (isMember(oldValue) && session.new.has(state)) moving.add(state);
  }
  if (!isMember(oldValue) || !prop.cascade.deleteOrphan) return;
  const oldState = (oldValue as Stateful)[STATE];
  if (oldState !== undefined && session.new.has(oldState) && prop.mapper._isOrphan(oldState)) session.face.expunge(oldValue);
});
