// What a row is said to be, by its type and at run time at once: the compiler holds a witness to the declared type of the row, exactly,
// and the test holds the rows of the database to the witness.
import { type ResultRow } from "../../../src/engine/connection.ts";
import { expect } from "vitest";

/** A description of values of the type `T`; neither wider nor narrower. */
export interface Witness<in out T> {
  /** for the compiler alone */
  readonly exactly?: (value: T) => T;
  /** what is wrong with a value; null when nothing is */
  check(value: unknown, place: string): string | null;
  /** what of a nullable value was met: a type that says `null` where it never comes is too wide */
  readonly seen: Set<"null" | "value">;
  readonly parts: readonly Witness<never>[];
}

type Of<W> = W extends Witness<infer T> ? T : never;

function witness<T>(check: Witness<T>["check"], parts: readonly object[] = []): Witness<T> {
  return { check, seen: new Set(), parts: parts as readonly Witness<never>[] };
}

function primitive<T>(type: "string" | "number" | "boolean" | "bigint"): Witness<T> {
  return witness<T>((value, place) => (typeof value === type ? null : `${place} is ${show(value)}, not a ${type}`));
}

const show = (value: unknown): string => (typeof value === "bigint" ? `${value}n` : `${JSON.stringify(value)} (${typeof value})`);

export const is = {
  number: primitive<number>("number"),
  string: primitive<string>("string"),
  boolean: primitive<boolean>("boolean"),
  bigint: primitive<bigint>("bigint"),
  date: witness<Date>((value, place) => (value instanceof Date ? null : `${place} is ${show(value)}, not a Date`)),
  null: witness<null>((value, place) => (value === null ? null : `${place} is ${show(value)}, not null`)),
  unknown: witness<unknown>(() => null),

  oneOf<const T extends string>(...values: readonly T[]): Witness<T> {
    return witness<T>((value, place) => (values.includes(value as T) ? null : `${place} is ${show(value)}, none of ${values.join(", ")}`));
  },

  /** A value that can be null: the rows must have both, so that the type is not wider than need be. */
  nullable<T>(inner: Witness<T>): Witness<T | null> {
    const made: Witness<T | null> = witness<T | null>(
      (value, place) => {
        made.seen.add(value === null ? "null" : "value");
        return value === null ? null : inner.check(value, place);
      },
      [inner],
    );
    return made;
  },

  /** A value that the types call nullable, though these rows never have it. */
  maybeNull<T>(inner: Witness<T>): Witness<T | null> {
    return witness<T | null>((value, place) => (value === null ? null : inner.check(value, place)), [inner]);
  },

  either<A, B>(a: Witness<A>, b: Witness<B>): Witness<A | B> {
    return witness<A | B>((value, place) => (a.check(value, place) === null ? null : b.check(value, place)), [a, b]);
  },

  array<T>(item: Witness<T>): Witness<T[]> {
    return witness<T[]>(
      (value, place) => {
        if (!Array.isArray(value)) return `${place} is ${show(value)}, no array`;
        for (const [i, one] of value.entries()) {
          const wrong = item.check(one, `${place}[${i}]`);
          if (wrong !== null) return wrong;
        }
        return null;
      },
      [item],
    );
  },

  tuple<const W extends readonly object[]>(...items: W): Witness<{ -readonly [I in keyof W]: Of<W[I]> }> {
    return witness<{ -readonly [I in keyof W]: Of<W[I]> }>((value, place) => {
      if (!Array.isArray(value)) return `${place} is ${show(value)}, no array`;
      if (value.length !== items.length) return `${place} has ${value.length} values, not ${items.length}`;
      for (const [i, item] of items.entries()) {
        const wrong = (item as Witness<unknown>).check(value[i], `${place}[${i}]`);
        if (wrong !== null) return wrong;
      }
      return null;
    }, items);
  },

  object<const S extends Readonly<Record<string, object>>>(shape: S): Witness<{ -readonly [K in keyof S]: Of<S[K]> }> {
    return witness<{ -readonly [K in keyof S]: Of<S[K]> }>((value, place) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return `${place} is ${show(value)}, no plain object`;
      const keys = Object.keys(value);
      if (keys.join() !== Object.keys(shape).join())
        return `${place} has the keys ${keys.join(", ")}, not ${Object.keys(shape).join(", ")}`;
      for (const [key, item] of Object.entries(shape)) {
        const wrong = (item as Witness<unknown>).check((value as Record<string, unknown>)[key], `${place}.${key}`);
        if (wrong !== null) return wrong;
      }
      return null;
    }, Object.values(shape));
  },

  /** An object of a class. */
  instance<T>(class_: { readonly prototype: T }): Witness<T> {
    return witness<T>((value, place) =>
      Object.prototype.isPrototypeOf.call(class_.prototype as object, value as object) ? null : `${place} is ${show(value)}`,
    );
  },
};

function* nullables(of: Witness<never>): Generator<Witness<never>> {
  if (of.seen.size > 0) yield of;
  for (const part of of.parts) yield* nullables(part);
}

/** Something that runs statements: a connection or a session. */
interface Runner {
  execute(statement: never): { all(): PromiseLike<unknown[]> };
}

/**
 * Runs a statement and holds its rows to the witness, which has exactly the type of the rows: where the types say `null`, there must be
 * a null and a value among the rows.
 */
export async function gives<S>(runner: Runner, statement: S, row: Witness<ResultRow<S>>): Promise<void> {
  const rows = await runner.execute(statement as never).all();
  expect(rows.length, "rows").toBeGreaterThan(0);
  for (const [i, one] of rows.entries()) expect(row.check(one, `row ${i}`)).toBeNull();
  for (const nullable of nullables(row as unknown as Witness<never>))
    expect([...nullable.seen].toSorted(), "what a nullable value was").toEqual(["null", "value"]);
}

/** Holds one value to the witness of its type. */
export function isExactly<T>(value: T, witnessed: Witness<T>): void {
  expect(witnessed.check(value, "the value")).toBeNull();
}
