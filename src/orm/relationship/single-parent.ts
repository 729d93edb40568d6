import { InvalidRequestError } from "../../errors.ts";
import type { AttributeImpl } from "../attributes/attribute-impl.ts";
import { isMember } from "../attributes/symbols.ts";
import { type InstanceState, STATE, type Stateful } from "../state/instance-state.ts";
import type { RelationshipProperty } from "./relationship-property.ts";

/** Refuses to give an object a second parent by a relationship with `singleParent: true`. */
export function singleParentListeners(impl: AttributeImpl, prop: RelationshipProperty): void {
  const check = (state: InstanceState, value: unknown, old: unknown): unknown => {
    if (!isMember(value) || value === old) return value;
    if (impl.hasparent((value as Stateful)[STATE])) {
      throw new InvalidRequestError(
        `${(value as Stateful)[STATE].toString()} belongs to another ${prop.parent.name} by ${prop} already, which is marked singleParent; ` +
          `take it out there before it is given to ${state.toString()}`,
      );
    }
    return value;
  };
  impl.dispatch.listen("append", (state, value) => check(state, value, undefined));
  impl.dispatch.listen("set", (state, value, old) => check(state, value, old));
}
