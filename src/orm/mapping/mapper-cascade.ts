import type { InstanceState } from "../state/instance-state.ts";
import type { Mapper } from "./mapper.ts";
import type { CascadeStep, CascadeType, HaltOn, MapperProperty } from "./mapper-property.ts";

/** The relationships of a mapper that a cascade goes along. */
function cascading(mapper: Mapper, type: CascadeType): readonly MapperProperty[] {
  // the name of the cascade itself: text that is put together has to be hashed for each object
  return mapper._memo(type, () => [...mapper.props.values()].filter((prop) => prop.cascade.has(type)));
}

/** One object on the way, and how far its relationships and the members of one of them have been walked. */
interface Visit {
  readonly state: InstanceState;
  readonly props: readonly MapperProperty[];
  nextProp: number;
  members: readonly CascadeStep[];
  nextMember: number;
}

const NONE: readonly CascadeStep[] = [];

/** Depth first; the members of a relationship are noted before the first of them is followed, so that each object comes once. */
export function* cascadeIterator(
  mapper: Mapper,
  type: CascadeType,
  state: InstanceState,
  haltOn: HaltOn | null,
): IterableIterator<CascadeStep> {
  const visited = new Set<InstanceState>();
  const enter = (to: InstanceState, of: Mapper): Visit => ({
    state: to,
    props: cascading(of, type),
    nextProp: 0,
    members: NONE,
    nextMember: 0,
  });
  const way: Visit[] = [enter(state, state.manager.mapper.isa(mapper) ? state.manager.mapper : mapper)];
  for (let here = way.at(-1); here !== undefined; here = way.at(-1)) {
    if (here.nextMember < here.members.length) {
      const step = here.members[here.nextMember]!;
      here.nextMember += 1;
      yield step;
      way.push(enter(step.state, step.mapper));
    } else if (here.nextProp < here.props.length) {
      const prop = here.props[here.nextProp]!;
      here.nextProp += 1;
      here.members = prop.cascadeIterator(type, here.state, visited, haltOn);
      here.nextMember = 0;
    } else {
      way.pop();
    }
  }
}
