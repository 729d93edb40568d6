// What the prototype of loaded-state types lets through, and what it does not: see docs/design/loaded-state.md.
import { declarativeBase, foreignKey, mappedColumn, relationship, select, selectinload, type Session, t } from "athanor";
import { expectTypeOf, test } from "vitest";
import { find, findMarked, type Loaded, type LoadedByPath, type Marked, populated } from "./loaded-state.ts";

const Base = declarativeBase();

export class Film extends Base<typeof Film> {
  static table = this.mapTo("films");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(100));
  static characters = relationship(() => [Role], { backPopulates: "film" });
  static director = relationship(() => Person, { nullable: true });
  static producer = relationship(() => Person);
  static directorId = mappedColumn(
    foreignKey(() => Person.id),
    { nullable: true },
  );

  shout(): string {
    return this.title.toUpperCase();
  }
}

export class Role extends Base<typeof Role> {
  static table = this.mapTo("roles");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static filmId = mappedColumn(foreignKey(() => Film.id));
  static film = relationship(() => Film, { backPopulates: "characters" });
  static actorId = mappedColumn(foreignKey(() => Person.id));
  static actor = relationship(() => Person);
}

export class Person extends Base<typeof Person> {
  static table = this.mapTo("people");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(100));
}

declare const session: Session;
declare const film: Film;

type WithCast = Loaded<typeof Film, { characters: { actor: true } }>;
const cast = (of: WithCast): string[] => of.characters.map((role) => role.actor.name);

test("what the shape names can be read, and nothing else", async () => {
  const [first] = await find(session, Film, { characters: { actor: true }, director: true });
  expectTypeOf(first!.characters[0]!.actor.name).toEqualTypeOf<string>();
  expectTypeOf(first!.director).toExtend<{ name: string } | null>();
  expectTypeOf(first!.shout()).toEqualTypeOf<string>();
  // @ts-expect-error not loaded
  void first!.producer;
  // @ts-expect-error not loaded
  void first!.characters[0]!.film;
  // @ts-expect-error no relationship of Film
  void find(session, Film, { actors: true });
  // @ts-expect-error a column
  void find(session, Film, { title: true });
});

test("a function demands what it reads; more is enough, less is not", async () => {
  const [more] = await find(session, Film, { characters: { actor: true }, producer: true });
  const [less] = await find(session, Film, { characters: true });
  cast(more!);
  // @ts-expect-error its actors are not loaded
  cast(less!);
  cast(await populated(Film, film, { characters: { actor: true } }));
});

test("what it does not find: an object without a shape has everything, as far as types go", () => {
  cast(film);
});

test("the same by names", () => {
  type Named = LoadedByPath<typeof Film, "characters" | "characters.actor">;
  const of = (each: Named): string[] => each.characters.map((role) => role.actor.name);
  of(null as never as WithCast);
  expectTypeOf<Named["characters"][number]["actor"]["name"]>().toEqualTypeOf<string>();
  // @ts-expect-error not loaded
  type _Missing = Named["producer"];
});

test("the weaker kind: an object without the mark is refused, and everything can be read", async () => {
  const marked = (of: Marked<typeof Film, { characters: true }>): number => of.characters.length;
  const [first] = await findMarked(session, Film, { characters: true, director: true });
  marked(first!);
  void first!.producer;
  // @ts-expect-error nothing says that its characters are loaded
  marked(film);
});

test("a loaded object is no object of its class: what writes is given the object itself", async () => {
  const [first] = await find(session, Film, { characters: true });
  // @ts-expect-error director and producer are missing
  const again: Film = first!;
  session.add(again);
});

test("why options cannot say it: two attributes to one class have one type", () => {
  expectTypeOf(Film.producer).toEqualTypeOf(Role.actor);
  expectTypeOf(selectinload(Film.producer)).toEqualTypeOf(selectinload(Film.characters));
  expectTypeOf(session.scalars(select(Film).options(selectinload(Film.producer)))).toEqualTypeOf(session.scalars(select(Film)));
});
