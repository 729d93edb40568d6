import type { AppendListener } from "../attributes/attribute-event.ts";
import type { AttributeImpl } from "../attributes/attribute-impl.ts";
import { addBackrefListeners } from "../attributes/backref-events.ts";
import { CollectionImpl } from "../attributes/collection-impl.ts";
import { ObjectAttributeImpl } from "../attributes/object-impl.ts";
import { isMember } from "../attributes/symbols.ts";
import { type MakeCollection, WriteOnlyImpl } from "../attributes/write-only-impl.ts";
import { cascadeOnAppend, cascadeOnRemove, cascadeOnSet } from "../late.ts";
import type { Mapper } from "../mapping/mapper.ts";
import { STATE, type Stateful } from "../state/instance-state.ts";
import { DynamicCollection } from "./dynamic-collection.ts";
import { singleParentListeners } from "./single-parent.ts";
import type { RelationshipProperty } from "./relationship-property.ts";
import { WriteOnlyCollection } from "./write-only-collection.ts";

/** Makes the attribute of a relationship on a class: of its own mapper, or of one that inherits it. */
export function instrumentRelationship(prop: RelationshipProperty, mapper: Mapper): void {
  const manager = mapper.classManager;
  const existing = manager.impls.get(prop.key);
  if (existing !== undefined && (existing as CollectionImpl).prop === prop) return;
  const inherited = mapper === prop.parent ? undefined : prop.parent.classManager.impls.get(prop.key);
  const options = {
    trackParent: prop.singleParent || prop.direction === "ONETOMANY",
    parentToken: inherited?.parentToken ?? null,
    activeHistory: prop.activeHistory,
    sendModifiedEvents: !prop.viewonly,
  };
  const impl: AttributeImpl = prop._isWriteOnly
    ? new WriteOnlyImpl(manager, prop.key, prop, options, prop.strategyKey === "dynamic" ? makeDynamic : makeWriteOnly)
    : prop.uselist
      ? new CollectionImpl(manager, prop.key, prop, options)
      : new ObjectAttributeImpl(manager, prop.key, prop, options);
  manager.addImpl(impl);
  if (prop.singleParent) singleParentListeners(impl, prop);
  trackCascades(impl);
  if (prop.backPopulates !== null && prop._effectiveSyncBackref) addBackrefListeners(impl, prop.backPopulates);
}

const makeWriteOnly: MakeCollection = (impl, state) => new WriteOnlyCollection(impl, state);
const makeDynamic: MakeCollection = (impl, state) => new DynamicCollection(impl, state);

/** Lets the session know at once: what is put into an object of a session enters the session too. */
function trackCascades(impl: AttributeImpl): void {
  // without a session package there are no sessions
  if (!cascadeOnAppend.filled) return;
  const { dispatch, key } = impl;
  const bringIn: AppendListener = (state, item, initiator) => {
    if (state._session !== null) cascadeOnAppend.call(state, key, item, initiator.key);
    return item;
  };
  dispatch.listen("append", bringIn);
  // a member may have left the session; one that has not stays as it is
  dispatch.listen("appendWoMutation", (state, item, initiator) => {
    const itemState = isMember(item) ? (item as Stateful)[STATE] : undefined;
    return itemState !== undefined && state._session?.containsState(itemState) === false ? bringIn(state, item, initiator) : item;
  });
  dispatch.listen("remove", (state, item) => {
    if (item !== null) cascadeOnRemove.call(state, key, item);
  });
  dispatch.listen("set", (state, value, old, initiator) => {
    if (value !== old) cascadeOnSet.call(state, key, value, old, initiator.key);
    return value;
  });
}
