import { ArgumentError, InvalidRequestError } from "../errors.ts";
import type { Connection } from "../engine/connection.ts";
import type { Engine } from "../engine/engine.ts";
import { Inspector } from "../engine/reflection/inspector.ts";
import { COLLECT, type CollectClass, type DeclarativeBase } from "../orm/mapping/declarative.ts";
import type { DeclaredClass } from "../orm/mapping/declarative-scan.ts";
import { readDeclared } from "./read-declared.ts";

/** A base whose classes read their columns from the database. */
export interface DeferredReflectionBase extends DeclarativeBase {
  /**
   * Reads the columns of the classes that were declared since it was last called. Until then they cannot be used.
   * @param bind - an engine or a connection
   * @throws NoSuchTableError when the database lacks a table
   * @throws InvalidRequestError when it lacks a column that a class declares
   */
  prepare(bind: Engine | Connection): Promise<void>;
}

/**
 * Makes a base whose classes name their tables, and have the columns that the database has. What a class declares itself, it has as declared: with
 * types, under other names, with defaults; everything else is there at run time alone.
 *
 * @param base - what `declarativeBase()` gives
 * @throws ArgumentError when it is something else
 * @see https://docs.sqlalchemy.org/en/21/orm/declarative_tables.html#using-deferredreflection
 * @example
 * const Reflected = deferredReflection(Base);
 * class User extends Reflected<typeof User> {
 *   static table = this.mapTo("users");
 *   static id = mappedColumn(t.integer(), { primaryKey: true });
 * }
 * await Reflected.prepare(engine);
 */
export function deferredReflection(base: DeclarativeBase): DeferredReflectionBase {
  const waiting = collectingBase(base, "deferredReflection()", "await Base.prepare(engine)");
  Object.defineProperty(waiting.base, "prepare", {
    configurable: true,
    value: async (bind: Engine | Connection): Promise<void> => {
      const entries = waiting.take();
      await keeping(waiting, entries, () => readDeclared(new Inspector(bind), entries));
    },
  });
  return waiting.base as unknown as DeferredReflectionBase;
}

/** A base that collects its classes. */
export interface CollectingBase {
  readonly base: object;
  /** The classes that were declared since the last time. */
  take(): DeclaredClass[];
  giveBack(entries: readonly DeclaredClass[]): void;
}

/** A class below the base, whose classes are not mapped by themselves. */
export function collectingBase(base: DeclarativeBase, place: string, how: string): CollectingBase {
  if (typeof base !== "function" || typeof (base as { mapTo?: unknown }).mapTo !== "function")
    throw new ArgumentError(`${place} takes a base, as declarativeBase() gives one`);
  let entries: DeclaredClass[] = [];
  const above = base as unknown as new (init?: object) => object;
  const Collecting = { Base: class extends above {} }["Base"];
  const collect: CollectClass = (entry) => {
    if (entry.isAbstractConcrete)
      throw new InvalidRequestError(`${entry.name}: mapConcreteBase() is for classes that declare their columns`);
    entry.awaitColumns(how);
    entries.push(entry);
  };
  Object.defineProperty(Collecting, COLLECT, { value: collect });
  return {
    base: Collecting,
    take: () => entries.splice(0),
    giveBack: (back) => void (entries = [...back, ...entries]),
  };
}

/** What could not be read can be read again. */
export async function keeping(waiting: CollectingBase, entries: readonly DeclaredClass[], read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    waiting.giveBack(entries);
    throw error;
  }
}
