import type { TypeEngine } from "./type-engine.ts";

/** A class of types, and how a dialect's own form of one is made. */
export type Colspec = readonly [type: abstract new (...args: never[]) => TypeEngine<unknown>, make: (type: never) => TypeEngine<unknown>];

/** A dialect's own forms of generic types; the first that fits counts. */
export type Colspecs = readonly Colspec[];

/**
 * A dialect's own form of a type: by the class that it is an instance of. A type that keeps its way of reading and writing values
 * (because a subclass of the user's, or the dialect itself, has one) stays as it is.
 */
export function adaptByColspecs<V>(type: TypeEngine<V>, colspecs: Colspecs): TypeEngine<V> {
  for (const [base, make] of colspecs) {
    if (!(type instanceof base)) continue;
    const general = base.prototype as TypeEngine<unknown>;
    if (type.bindProcessor !== general.bindProcessor || type.resultProcessor !== general.resultProcessor) return type;
    return make(type as never) as TypeEngine<V>;
  }
  return type;
}
