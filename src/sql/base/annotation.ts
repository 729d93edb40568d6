import type { Annotations, ClauseElement, CloneFn } from "../elements/clause-element.ts";

/** A copy of the structure in which every element has further annotations, but for those in `exclude`. */
export function deepAnnotate<E extends ClauseElement>(root: E, annotations: Annotations, exclude?: ReadonlySet<ClauseElement>): E {
  const done = new Map<ClauseElement, ClauseElement>();
  const clone: CloneFn = (element) => {
    const known = done.get(element);
    if (known !== undefined) return known as typeof element;
    let copy = element;
    if (exclude?.has(element._identity) !== true)
      copy = hasAll(element, annotations) ? element._clone(true) : element._annotate(annotations);
    done.set(element, copy);
    if (copy !== element) copy._copyInternals(clone);
    return copy;
  };
  return clone(root);
}

/** A copy of the structure without annotations; `names` takes only some of them away. */
export function deepDeannotate<E extends ClauseElement>(root: E, names: readonly string[] | null = null): E {
  const done = new Map<ClauseElement, ClauseElement>();
  const clone: CloneFn = (element) => {
    const known = done.get(element);
    if (known !== undefined) return known as typeof element;
    const plain = names === null ? element._deannotate() : without(element, names);
    const copy = plain === element ? element._clone(true) : plain;
    done.set(element, copy);
    if (copy !== element && plain === element) copy._copyInternals(clone);
    else if (plain !== element && element._children().length > 0) {
      const fresh = plain._clone(true);
      done.set(element, fresh);
      if (fresh !== plain) fresh._copyInternals(clone);
      return fresh as typeof element;
    }
    return copy as typeof element;
  };
  return clone(root);
}

function hasAll(element: ClauseElement, annotations: Annotations): boolean {
  for (const name in annotations) if (element._annotations[name] !== annotations[name]) return false;
  return true;
}

function without<E extends ClauseElement>(element: E, names: readonly string[]): E {
  if (!names.some((name) => name in element._annotations)) return element;
  const rest = Object.fromEntries(Object.entries(element._annotations).filter(([name]) => !names.includes(name)));
  const plain = element._deannotate();
  return Object.keys(rest).length === 0 ? plain : plain._annotate(rest);
}
