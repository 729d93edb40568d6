// Circular classes, self references, checked constructors: all inferred from the statics.
import { declarativeBase, foreignKey, mappedColumn, relationship, t } from "athanor";
import { expectTypeOf, test } from "vitest";

const Base = declarativeBase();

export class Film extends Base<typeof Film> {
  static table = this.mapTo("films", { polymorphicOn: (film) => film.kind }, (film) => [film.title.like("x"), film.id]);
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(100));
  static kind = mappedColumn(t.enum(["a", "b"]), { default: "a" });
  static meta = mappedColumn("meta_data", t.json<{ x: number }>(), { nullable: true });
  static releaseDate = mappedColumn(t.date());
  static sequelOfId = mappedColumn(
    foreignKey(() => Film.id),
    { nullable: true },
  );
  static sequelOf = relationship(() => Film, { nullable: true });
  static characters = relationship(() => [Cast], { backPopulates: "film" });

  async names(): Promise<string[]> {
    return (await this.awaitableAttrs.characters).map((character) => character.actor.name);
  }
}

export class Actor extends Base<typeof Actor> {
  static table = this.mapTo("actors");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(100));
  static movies = relationship(() => [Cast], { backPopulates: "actor" });
}

export class Cast extends Base<typeof Cast> {
  static table = this.mapTo("cast");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static actorId = mappedColumn(foreignKey(() => Actor.id));
  static actor = relationship(() => Actor, { backPopulates: "movies", foreignKeys: () => Cast.actorId });
  static filmId = mappedColumn(foreignKey("films.id"));
  static film = relationship(() => Film, { backPopulates: "characters" });
  static studioCode = mappedColumn(foreignKey<string>("studios.code"));
}

declare const film: Film;
declare const cast: Cast;

test("attributes have the types of their columns", () => {
  expectTypeOf(film.id).toEqualTypeOf<number>();
  expectTypeOf(film.title).toEqualTypeOf<string>();
  expectTypeOf(film.kind).toEqualTypeOf<"a" | "b">();
  expectTypeOf(film.meta).toEqualTypeOf<{ x: number } | null>();
  expectTypeOf(film.sequelOfId).toEqualTypeOf<number | null>();
  expectTypeOf(cast.actorId).toEqualTypeOf<number>();
  expectTypeOf(cast.filmId).toEqualTypeOf<number>();
  expectTypeOf(cast.studioCode).toEqualTypeOf<string>();
  // @ts-expect-error: a misspelt attribute
  film.titel;
});

test("relationships have the type of their target", () => {
  expectTypeOf(film.sequelOf).toEqualTypeOf<Film | null>();
  expectTypeOf(film.characters[0]).toEqualTypeOf<Cast | undefined>();
  expectTypeOf(cast.actor).toEqualTypeOf<Actor>();
  expectTypeOf(film.names).returns.resolves.toEqualTypeOf<string[]>();
});

test("awaitableAttrs are promises of the same types", () => {
  expectTypeOf(film.awaitableAttrs.title).resolves.toEqualTypeOf<string>();
  expectTypeOf(film.awaitableAttrs.sequelOf).resolves.toEqualTypeOf<Film | null>();
  // @ts-expect-error: methods are not loaded
  film.awaitableAttrs.names;
});

test("constructors ask for what the database asks for", () => {
  new Film({ title: "x", releaseDate: "2020-01-01" });
  new Film({ title: "x", releaseDate: "2020-01-01", kind: "b", meta: { x: 1 }, sequelOf: film });
  new Cast({ actor: new Actor({ name: "x" }), film, studioCode: "mgm" });
  // @ts-expect-error: the title is required
  new Film({ releaseDate: "2020-01-01" });
  // @ts-expect-error: a date is a string
  new Film({ title: "x", releaseDate: 5 });
  // @ts-expect-error: not a member of the enum
  new Film({ title: "x", releaseDate: "2020-01-01", kind: "c" });
  // @ts-expect-error: a title is not null
  new Film({ title: null, releaseDate: "2020-01-01" });
  // @ts-expect-error: there is no such attribute
  new Film({ title: "x", releaseDate: "2020-01-01", director: "y" });
  // @ts-expect-error: an actor is not a film
  new Cast({ film: new Actor({ name: "x" }), studioCode: "mgm" });
});

test("attributes take what they give", () => {
  film.title = "y";
  film.sequelOf = null;
  // @ts-expect-error: a title is a string
  film.title = 1;
  // @ts-expect-error: an actor is required
  cast.actor = null;
});
