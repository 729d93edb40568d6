import { registerInspectionProbe } from "../inspection.ts";
import { ownManager } from "./attributes/class-manager.ts";
import { InstrumentedAttribute } from "./attributes/instrumented-attribute.ts";
import { Mapper } from "./mapping/mapper.ts";
import { ensureScanned } from "./mapping/pending-classes.ts";
import { Relationship } from "./relationship/relationship.ts";
import { InstanceState, STATE, type Stateful } from "./state/instance-state.ts";

// `inspect(film)` is the object's state, `inspect(Film)` the class's mapper; what is an inspection already is its own
registerInspectionProbe((subject) => {
  if (typeof subject === "function") {
    ensureScanned(subject);
    const manager = ownManager(subject);
    if (manager === undefined) return undefined;
    manager.mapper.registry.configure();
    return manager.mapper;
  }
  if (
    subject instanceof InstanceState ||
    subject instanceof Mapper ||
    subject instanceof InstrumentedAttribute ||
    subject instanceof Relationship
  )
    return subject;
  return (subject as Partial<Stateful>)[STATE];
});
