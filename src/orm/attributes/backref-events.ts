import { ArgumentError } from "../../errors.ts";
import { type InstanceState, STATE, type Stateful } from "../state/instance-state.ts";
import type { AttributeEventToken } from "./attribute-event.ts";
import type { AttributeImpl } from "./attribute-impl.ts";
import type { CollectionImpl } from "./collection-impl.ts";
import type { ListCollection } from "./instrumented-list.ts";
import { isMember } from "./symbols.ts";

const stateOf = (obj: object): InstanceState => (obj as Stateful)[STATE];

/**
 * Keeps the other side of a two-way relationship in step: what is put in here gets this object there, and what is taken out loses it.
 * The initiator that goes along tells where a chain of events began, so that it ends when it comes round.
 * @param key - the attribute on the other side
 */
export function addBackrefListeners(impl: AttributeImpl, key: string): void {
  const { dispatch } = impl;
  if (impl.collection) {
    dispatch.listen("append", (state, child, initiator) => {
      appendToChild(impl, key, state, child as object, initiator);
      return child;
    });
  } else {
    dispatch.listen("set", (state, child, oldChild, initiator) => {
      if (oldChild === child) return child;
      if (isMember(oldChild)) popFromOldChild(impl, key, state, oldChild, initiator);
      if (isMember(child)) appendToChild(impl, key, state, child, initiator);
      return child;
    });
  }
  dispatch.listen("remove", (state, child, initiator) => {
    if (isMember(child)) popFromChild(impl, key, state, child, initiator);
  });
}

function appendToChild(impl: AttributeImpl, key: string, state: InstanceState, child: object, initiator: AttributeEventToken): void {
  const childState = stateOf(child);
  const childImpl = childState.manager.getImpl(key);
  if (initiator.parentToken !== impl.parentToken && initiator.parentToken !== childImpl.parentToken) {
    throw new ArgumentError(
      `Bidirectional attribute conflict detected: passing object ${childState.toString()} to attribute "${initiator.parentToken}" triggers a ` +
        `modify event on attribute "${childImpl.parentToken}" via the backref "${impl.parentToken}"`,
    );
  }
  if (initiator === childImpl.appendToken || initiator === childImpl.bulkReplaceToken) return;
  childImpl.append(childState, state.obj, initiator);
}

function popFromOldChild(impl: AttributeImpl, key: string, state: InstanceState, oldChild: object, initiator: AttributeEventToken): void {
  const oldState = stateOf(oldChild);
  const oldImpl = oldState.manager.getImpl(key);
  const end = oldImpl.collection ? oldImpl.removeToken : oldImpl.replaceToken;
  if (initiator !== end) oldImpl.pop(oldState, state.obj, impl.appendToken);
}

function popFromChild(impl: AttributeImpl, key: string, state: InstanceState, child: object, initiator: AttributeEventToken): void {
  const childState = stateOf(child);
  const childImpl = childState.manager.getImpl(key);
  const otherEnd = childImpl.collection ? childImpl.bulkReplaceToken : childImpl.replaceToken;
  if (initiator === childImpl.removeToken || initiator === otherEnd) return;
  // a list may have it twice: then it is still a member
  if (impl.collection && !impl.dynamic && !childImpl.collection && hasDuplicates(impl as CollectionImpl, state, child)) return;
  childImpl.pop(childState, state.obj, initiator);
}

function hasDuplicates(impl: CollectionImpl, state: InstanceState, child: object): boolean {
  if (impl.factory.kind !== "list") return false;
  const adapter = impl.adapter(state);
  return adapter !== undefined && (adapter.raw as ListCollection).hasDuplicates(child);
}
