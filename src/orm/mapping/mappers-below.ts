import { Mapper } from "./mapper.ts";
import { hasMixin } from "./mixins.ts";
import { everyMapper, registryDispatch } from "./registry-events.ts";

/** Whether a class is the target or is below it; a mixin is above the classes that have it. */
export function isBelow(mapper: Mapper, target: object): boolean {
  if (target instanceof Mapper) return mapper.isa(target);
  for (
    let from: object | null = mapper.class_;
    from !== null && from !== Function.prototype;
    from = Object.getPrototypeOf(from) as object | null
  )
    if (from === target || hasMixin(from, target)) return true;
  return false;
}

let known: WeakMap<object, readonly Mapper[]> | null = null;

function forget(): void {
  known = new WeakMap();
}

/** The classes below a mixin, or below a class that is not mapped itself, as far as they are mapped by now. */
export function mappersBelow(target: object): readonly Mapper[] {
  if (known === null) {
    forget();
    // a class more, and what is known of the others may lack it
    registryDispatch._add("afterMapperConstructed", forget, forget, true);
  }
  let found = known!.get(target);
  if (found === undefined) known!.set(target, (found = everyMapper().filter((mapper) => isBelow(mapper, target))));
  return found;
}
