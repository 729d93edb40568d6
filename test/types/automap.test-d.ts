// Classes that are made at run time: nothing of them is `any`.
import { declarativeBase, type Engine, inspect, mappedColumn, type Mapped, type Mapper, select, selectinload, t } from "athanor";
import { type AutomapClass, type AutomapObject, automapBase, deferredReflection, generateRelationship } from "athanor/ext";
import { expectTypeOf, test } from "vitest";

const Base = automapBase();

export class Film extends Base<typeof Film> {
  static table = this.mapTo("film");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  declare actor_collection: { name: string }[];
}

declare const engine: Engine;
declare const Actor: AutomapClass;

test("what is made is unknown until it is looked into", async () => {
  await Base.prepare(engine, { schema: "x", only: ["film"], classnameForTable: (_base, name, table) => `${table.schema ?? ""}${name}` });
  // @ts-expect-error: it may not be there
  void (Base.classes["actor"] satisfies AutomapClass);
  const actor = new Actor({ name: "x" });
  expectTypeOf(actor).toEqualTypeOf<AutomapObject>();
  expectTypeOf(actor["name"]).toEqualTypeOf<unknown>();
  expectTypeOf(actor.awaitableAttrs["films"]!).toEqualTypeOf<Promise<unknown>>();
  expectTypeOf(Actor["name"]!).not.toBeAny();
  expectTypeOf(inspect(Actor)).toEqualTypeOf<Mapper>();
  select(Actor)
    .where(Actor["name"]!.eq("x" as never))
    .options(selectinload(Actor["films"]!));
  expectTypeOf(select(Actor)).not.toBeAny();
  // @ts-expect-error: there is no such option
  await Base.prepare(engine, { classNameForTable: () => "x" });
  // @ts-expect-error: a name is wanted
  await Base.prepare(engine, { nameForScalarRelationship: () => 1 });
  await Base.prepare(engine, {
    generateRelationship: (base, direction, name, local, referred, options) =>
      direction === "ONETOMANY" ? null : generateRelationship(base, direction, name, local, referred, { ...options, lazy: "raise" }),
  });
});

test("declared classes are typed by what they declare", () => {
  expectTypeOf<keyof Mapped<typeof Film>>().toEqualTypeOf<"id">();
  expectTypeOf(new Film().actor_collection).toEqualTypeOf<{ name: string }[]>();
  const Reflected = deferredReflection(declarativeBase());
  class User extends Reflected<typeof User> {
    static table = this.mapTo("users");
    static id = mappedColumn(t.integer(), { primaryKey: true });
  }
  expectTypeOf(new User().id).toEqualTypeOf<number>();
  expectTypeOf(Reflected.prepare(engine)).resolves.toEqualTypeOf<void>();
  // @ts-expect-error: a base is wanted
  expectTypeOf(deferredReflection({})).not.toBeAny();
});
