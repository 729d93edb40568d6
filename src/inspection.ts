import { NoInspectionAvailable } from "./errors.ts";

/** Marks, for the type checker only, what `inspect()` gives for an object. It does not exist at run time. */
export declare const INSPECTED: unique symbol;

/** Something that `inspect()` can tell more about. */
export interface Inspectable<I> {
  readonly [INSPECTED]?: I;
}

/** What `inspect()` gives for a subject of type `S`. */
export type Inspected<S> = S extends { readonly [INSPECTED]?: infer I } ? NonNullable<I> : unknown;

type Inspect = (subject: never) => unknown;

const byClass = new Map<object, Inspect>();
const probes: Inspect[] = [];

/**
 * Says what `inspect()` gives for the objects of a class and of the classes that extend it. Each layer registers its own.
 */
export function registerInspection<T>(type: abstract new (...args: never[]) => T, inspectIt: (subject: T) => unknown): void {
  byClass.set(type.prototype as object, inspectIt as Inspect);
}

/**
 * Says what `inspect()` gives for objects that have no class in common, such as mapped classes and their instances.
 * The function returns undefined for what is not its own.
 */
export function registerInspectionProbe(probe: (subject: object) => unknown): void {
  probes.push(probe as Inspect);
}

/**
 * Gives what athanor knows about an object: the `Mapper` of a mapped class, the state of a mapped object.
 *
 * @throws NoInspectionAvailable when nothing is known about the subject
 * @see https://docs.sqlalchemy.org/en/21/core/inspection.html
 * @example
 * inspect(film).persistent; // whether the object is in a session and has a row
 * inspect(Film).columnAttrs;
 */
export function inspect<S>(subject: S): Inspected<S>;
/** With `false`, null is given for a subject about which nothing is known. */
export function inspect<S>(subject: S, raiseerr: boolean): Inspected<S> | null;
export function inspect(subject: unknown, raiseerr: boolean = true): unknown {
  const found = find(subject);
  if (found === undefined) {
    if (!raiseerr) return null;
    throw new NoInspectionAvailable(
      `inspect() knows nothing about ${nameOf(subject)}; it takes mapped classes, their attributes and their instances`,
    );
  }
  return found;
}

function find(subject: unknown): unknown {
  if ((typeof subject !== "object" && typeof subject !== "function") || subject === null) return undefined;
  for (const probe of probes) {
    const found = probe(subject as never);
    if (found !== undefined) return found;
  }
  for (let proto = Object.getPrototypeOf(subject) as object | null; proto; proto = Object.getPrototypeOf(proto) as object | null) {
    const inspectIt = byClass.get(proto);
    if (inspectIt) return inspectIt(subject as never);
  }
  return undefined;
}

function nameOf(subject: unknown): string {
  if (subject === null || subject === undefined) return String(subject);
  if (typeof subject === "function") return `the class or function ${subject.name}`;
  if (typeof subject === "object") return `an object of ${subject.constructor?.name ?? "no class"}`;
  return `the ${typeof subject} ${String(subject)}`;
}
